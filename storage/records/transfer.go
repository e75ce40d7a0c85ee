package records

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Funds, each with its own accounts and books: what was given to one never pays for another.
const (
	FundPoor   = "vi_ngheo" // Quỹ "Vì người nghèo"
	FundRelief = "cuu_tro"  // relief after a disaster: another law, and closed hard at its end
	FundOther  = "khac"
)

// Funds are all funds, in the order of menus.
var Funds = []string{FundPoor, FundRelief, FundOther}

// transferPrefixes begin the codes of each fund's transfers. As in Symbols nothing in them is a vowel, nor turned into another letter by
// Telex.
var transferPrefixes = map[string]string{FundPoor: "VNN", FundRelief: "CTR", FundOther: "QKH"}

const transferPrefixLen = 3

// TransferCodeOf is what a donor writes as the content of a transfer to a fund, for a number below CodeSpace: "VNN7K3QF2M". It has ten
// letters and digits, so that every bank carries it whole; "" for no fund.
func TransferCodeOf(fund string, n uint64) string {
	prefix := transferPrefixes[fund]
	if prefix == "" {
		return ""
	}
	return prefix + encode(n, codeLen)
}

// ParseTransferCode reads such a code typed by itself, as ParseCode reads the others; its prefix must be there.
func ParseTransferCode(s string) (string, bool) {
	kept, ok := decode(s, transferPrefixLen+codeLen)
	if !ok || len(kept) != transferPrefixLen+codeLen || !isTransferPrefix(kept[:transferPrefixLen]) || !checks(kept[transferPrefixLen:]) {
		return "", false
	}
	return kept, true
}

func isTransferPrefix(s string) bool {
	return slices.ContainsFunc(Funds, func(fund string) bool { return transferPrefixes[fund] == s })
}

// Content is what was found of transfer codes in what a bank says of a transfer.
type Content struct {
	Code  string   // the one code that is there; "" where there is none, or several
	Exact bool     // Code stands there as it is; else one symbol of it was put right, and it counts only if it was given out
	Maybe []string // where there is no Code: those that a person should look at
	Part  string   // where there is neither: the beginning of a code that was cut off, the prefix and at least four symbols
}

// maxContent bounds what is read of a transfer's content, in bytes.
const maxContent = 2_000

// ReadContent finds the code in a transfer's content, as banks and people hand it on: with what the bank writes before it and the sender
// behind it, in either case, without the spaces or with more of them, cut off, with accents that a keyboard put on. One symbol may have
// been read or typed for another that looks like it, or have become the accent of a vowel before the code. Every code found has its
// prefix and a right check symbol. What was paid says nothing about whose it is, and is not looked at.
func ReadContent(content string) Content {
	text, accents := bare(content)
	var exact, mended []string
	part := ""
	for at := range text {
		if at+transferPrefixLen > len(text) || !isTransferPrefix(text[at:at+transferPrefixLen]) {
			continue
		}
		prefix, rest := text[at:at+transferPrefixLen], text[at+transferPrefixLen:]
		if len(rest) >= codeLen && checks(rest[:codeLen]) {
			exact = addOnce(exact, prefix+rest[:codeLen])
			continue
		}
		found := mend(rest, accentBefore(accents, at))
		for _, symbols := range found {
			mended = addOnce(mended, prefix+symbols)
		}
		if len(found) == 0 && len(rest) < codeLen && len(rest) > len(part)-transferPrefixLen && len(rest) >= 4 && areSymbols(rest) {
			part = prefix + rest
		}
	}
	switch {
	case len(exact) == 1:
		return Content{Code: exact[0], Exact: true}
	case len(exact) > 1:
		return Content{Maybe: exact}
	case len(mended) == 1:
		return Content{Code: mended[0]}
	case len(mended) > 1:
		return Content{Maybe: mended}
	}
	return Content{Part: part}
}

// bare is a text's letters and digits in capitals, without accents. accents are the symbols that an accent on the letter at that place
// may have been, as the keyboards Telex and VNI put it there; nil for a letter that stands alone or is the last of a word.
func bare(content string) (text string, accents []string) {
	if len(content) > maxContent {
		content = content[:maxContent]
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(content) {
		switch {
		case r == 'đ' || r == 'Đ':
			r = 'D'
		case unicode.Is(unicode.Mn, r):
			if n := len(accents); n > 0 && accents[n-1] == "" {
				accents[n-1] = accentKeys[r]
			}
			continue
		}
		if r < unicode.MaxASCII && isAlnum(byte(r)) {
			b.WriteByte(byte(unicode.ToUpper(r)))
			accents = append(accents, "")
		}
	}
	return b.String(), accents
}

// accentKeys are the keys that put an accent on a vowel: of Telex, then of VNI.
var accentKeys = map[rune]string{'\u0301': "S", '\u0300': "F2", '\u0309': "R3", '\u0303': "X4", '\u0323': "J5"}

// accentBefore are the keys of an accent on one of the two letters before a place: the code was typed onto the end of a word.
func accentBefore(accents []string, at int) string {
	for i := at - 1; i >= max(0, at-2); i-- {
		if accents[i] != "" {
			return accents[i]
		}
	}
	return ""
}

// lookAlikes are the symbols that something may have been which was read or typed in their place.
var lookAlikes = map[byte]string{
	'0': "QCG", 'O': "QCG", 'D': "BPQ", 'U': "V", 'Y': "V", 'W': "VN", 'E': "F3", 'A': "4", 'I': "T7J", '1': "7T", 'L': "C",
	'2': "Z", '3': "8", '4': "9", '5': "S6", '6': "GB", '7': "TZ", '8': "B3", '9': "GQ", 'B': "8P", 'C': "G", 'F': "P", 'G': "6C9", 'H': "NM", 'J': "T",
	'K': "XH", 'M': "NH", 'N': "MH", 'P': "RFB", 'Q': "9G", 'R': "PK", 'S': "5", 'T': "7J", 'V': "X", 'X': "KV", 'Z': "27",
}

// mend puts one symbol right at the beginning of a text: one that looks like another, or one that became an accent. Those of which the
// check symbol is right come back.
func mend(rest, accent string) (found []string) {
	if len(rest) >= codeLen {
		symbols := []byte(rest[:codeLen])
		for i, c := range symbols {
			for _, other := range []byte(lookAlikes[c]) {
				symbols[i] = other
				if checks(string(symbols)) {
					found = addOnce(found, string(symbols))
				}
			}
			symbols[i] = c
		}
	}
	if len(rest) >= codeLen-1 {
		for i := range codeLen {
			for _, key := range []byte(accent) {
				if symbols := rest[:i] + string(key) + rest[i:codeLen-1]; checks(symbols) {
					found = addOnce(found, symbols)
				}
			}
		}
	}
	return found
}

func areSymbols(s string) bool {
	return only(s, func(c byte) bool { return strings.IndexByte(Symbols, c) >= 0 })
}

func addOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
