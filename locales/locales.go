// Package locales holds every word people see or say: vi.toml first, en.toml beside it. A key has the same arguments in
// every language; a key that one language lacks is an error of the tests, and falls back to Vietnamese while running.
//
// Keys that end in ".triggers", and those under "nav.", are lists of phrases that people say, separated by semicolons.
// All others are templates over a line's arguments, with the functions of funcs.
package locales

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
)

//go:embed *.toml
var files embed.FS

// Book is the words of all languages. It never changes after Open and may be used by many at once.
type Book struct {
	languages []string // the default first
	locs      map[string]*i18n.Localizer
	parsers   map[string]*parser
	labels    map[string]map[string]string // language -> key -> source text
	phrases   map[string][]string          // key -> phrases of every language, in lower case
}

var _ dialog.Words = (*Book)(nil)

// Open reads the embedded files. It fails only where a file does not parse, which the tests exclude.
func Open() (*Book, error) {
	b := &Book{
		languages: []string{"vi", "en"},
		locs:      map[string]*i18n.Localizer{},
		parsers:   map[string]*parser{},
		labels:    map[string]map[string]string{},
		phrases:   map[string][]string{},
	}
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range b.languages {
		file, err := bundle.LoadMessageFileFS(files, lang+".toml")
		if err != nil {
			return nil, fmt.Errorf("locales: %s: %w", lang, err)
		}
		texts := make(map[string]string, len(file.Messages))
		for _, m := range file.Messages {
			texts[m.ID] = m.Other
			if isPhrases(m.ID) {
				b.addPhrases(m.ID, m.Other)
			}
		}
		b.labels[lang] = texts
	}
	for _, lang := range b.languages {
		b.locs[lang] = i18n.NewLocalizer(bundle, lang, "vi")
		b.parsers[lang] = &parser{funcs: funcs(b, lang)}
	}
	return b, nil
}

func isPhrases(key string) bool {
	return strings.HasPrefix(key, "nav.") || strings.HasSuffix(key, ".triggers")
}

func (b *Book) addPhrases(key, list string) {
	for p := range strings.SplitSeq(list, ";") {
		if p = fold.Accents(p); p != "" && !slices.Contains(b.phrases[key], p) {
			b.phrases[key] = append(b.phrases[key], p)
		}
	}
}

// Languages are the languages offered, Vietnamese first.
func (b *Book) Languages() []string { return b.languages }

// Label is the text of a key without arguments in lang, else in Vietnamese, else the key itself.
func (b *Book) Label(lang, key string) string {
	if s, ok := b.labels[lang][key]; ok {
		return s
	}
	if s, ok := b.labels[b.languages[0]][key]; ok {
		return s
	}
	return key
}

// Has reports whether lang has key itself, without falling back.
func (b *Book) Has(lang, key string) bool {
	_, ok := b.labels[lang][key]
	return ok
}

// Keys lists every key of a language, sorted.
func (b *Book) Keys(lang string) []string { return slices.Sorted(maps.Keys(b.labels[lang])) }

// Phrases are the words that mean key, of all languages, since people mix them.
func (b *Book) Phrases(key string) []string { return b.phrases[key] }

// Text writes a line in lang, or in Vietnamese where lang is unknown or lacks the key. An argument the template wants and
// the line lacks is an error, except "you" (how the person is addressed), which is cô/chú by default.
func (b *Book) Text(lang string, line dialog.Line) (string, error) {
	if _, ok := b.locs[lang]; !ok {
		lang = b.languages[0]
	}
	args := line.Args
	if args["you"] == "" {
		args = make(map[string]string, len(line.Args)+1)
		maps.Copy(args, line.Args)
		args["you"] = b.Label(lang, "you")
	}
	s, _, err := b.locs[lang].LocalizeWithTag(&i18n.LocalizeConfig{MessageID: line.Key, TemplateData: args, TemplateParser: b.parsers[lang]})
	if err != nil && s == "" {
		return "", fmt.Errorf("locales: %s: %s: %w", lang, line.Key, err)
	}
	return s, nil
}
