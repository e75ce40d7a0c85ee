package storage

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// groupWords begin the name of a residential group, folded. A number follows those that are true; after the others any name
// may.
var groupWords = map[string]bool{"to": true, "tdp": true, "kdc": true, "khu": true, "thon": false, "ban": false, "xom": false, "khoi": true}

// cutGroup takes the group out of what was typed: "bà Lan tổ 12 Hòa Minh cũ" is "bà Lan", "12", "Hòa Minh cũ". rest is what
// followed the number and may belong to either.
func cutGroup(text string) (who, group, rest string) {
	fields := strings.Fields(fold.Clean(text))
	for i, f := range fields {
		numbered, is := groupWords[fold.Fold(f)]
		if !is {
			continue
		}
		j := i + 1
		for j < len(fields) && groupFiller[fold.Fold(fields[j])] {
			j++
		}
		if j == len(fields) {
			continue
		}
		name := strings.Trim(fields[j], ",.;()")
		switch {
		case name != "" && unicode.IsDigit(rune(name[0])):
			return strings.Join(fields[:i], " "), name, strings.Join(fields[j+1:], " ")
		case !numbered && i > 0:
			return strings.Join(fields[:i], " "), strings.Join(fields[j:], " "), ""
		}
	}
	return text, "", ""
}

// groupFiller stands between the word and the number: tổ dân phố số 12.
var groupFiller = map[string]bool{"dan": true, "pho": true, "so": true, "cu": true}

// searchedIn is where to search, and the words to search by: in the group that was asked for or named among the words, else
// wherever the actor may. A group that is not within the actor's rights holds nobody: it is not passed over.
func (r *Records) searchedIn(ctx context.Context, actor records.Actor, group, text string) (paths []string, words string, err error) {
	if group != "" {
		paths, err = r.scoped(ctx, actor, group)
		return paths, text, err
	}
	who, named, rest := cutGroup(text)
	if named == "" {
		paths, err = r.scoped(ctx, actor, "")
		return paths, text, err
	}
	if rest != "" {
		paths, err = r.scoped(ctx, actor, named+" "+rest)
		if !errors.Is(err, errNotFound) {
			return paths, who, err
		}
	}
	paths, err = r.scoped(ctx, actor, named)
	return paths, strings.TrimSpace(who + " " + rest), err
}
