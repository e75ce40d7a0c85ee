package vi

import (
	"strconv"
	"unicode/utf8"

	"chungtay/flows/dialog"
)

// maxItemsText is the most characters a list of things may be kept in.
const maxItemsText = 500

// Money asks for an exact amount in VND above nothing. What is read in two ways ("500", "1tr50", "2 chai") is offered to
// choose from; an amount that is none ("khoảng", "mỗi tháng", another currency) is refused with what would work. The
// Problems are "money.negative", "money.too_large", "money.vague", "money.foreign" and "money.zero".
func Money(key string) dialog.Field[int64] {
	return dialog.NewField(key, dialog.Codec[int64]{
		Read:    readMoneyAnswer,
		Format:  func(vnd int64) string { return strconv.FormatInt(vnd, 10) },
		Parse:   parseMoneyAnswer,
		Show:    func(_ dialog.Words, _ string, vnd int64) string { return FormatMoney(vnd) },
		CouldBe: func(text string) bool { return ReadMoney(text).Understood() },
		Unclear: "money.unclear",
		Says: []dialog.Key{
			{Name: "money.negative"}, {Name: "money.too_large"}, {Name: "money.vague"}, {Name: "money.foreign"}, {Name: "money.zero"}, {Name: "money.unclear"},
		},
	})
}

func readMoneyAnswer(in dialog.In) dialog.Reading[int64] {
	r := ReadMoney(in.Text)
	refuse := func(key string) dialog.Reading[int64] {
		return dialog.Reading[int64]{Problem: dialog.Problem{Key: "money." + key}}
	}
	switch {
	case r.Problem != "":
		return refuse(r.Problem)
	case r.Sure && r.Value == Sum{}:
		return refuse("zero")
	case r.Sure && r.Value.Exact():
		return dialog.Read(r.Value.VND)
	case r.Sure:
		return refuse("vague")
	case len(r.Candidates) == 0:
		return dialog.Reading[int64]{}
	}
	var choices []int64
	for _, c := range r.Candidates {
		if c.Currency != "" {
			return refuse("foreign")
		}
		if c.VND > 0 && (Sum{VND: c.VND, Slang: c.Slang}) == c {
			choices = append(choices, c.VND)
		}
	}
	if len(choices) == 0 {
		return refuse("vague")
	}
	return dialog.Reading[int64]{Candidates: choices}
}

func parseMoneyAnswer(s string) (int64, bool) {
	v, err := strconv.ParseInt(s, 10, 64)
	return v, err == nil && v > 0 && v <= MaxMoney && strconv.FormatInt(v, 10) == s
}

// Items asks for things with their quantities, several in one answer. The answer is kept as FormatItems writes it. A
// thing whose quantity or unit is missing is refused with what would work; the Problems are "items.negative",
// "items.too_large", "items.zero", "items.vague" and "items.many".
func Items(key string) dialog.Field[[]Item] {
	return dialog.NewField(key, dialog.Codec[[]Item]{
		Read:    readItemsAnswer,
		Format:  FormatItems,
		Parse:   parseItemsAnswer,
		CouldBe: func(text string) bool { return ReadItems(text).Understood() },
		Unclear: "items.unclear",
		Says: []dialog.Key{
			{Name: "items.negative"}, {Name: "items.too_large"}, {Name: "items.zero"}, {Name: "items.vague"}, {Name: "items.many"}, {Name: "items.unclear"},
		},
	})
}

func readItemsAnswer(in dialog.In) dialog.Reading[[]Item] {
	r := ReadItems(in.Text)
	refuse := func(key string) dialog.Reading[[]Item] {
		return dialog.Reading[[]Item]{Problem: dialog.Problem{Key: "items." + key}}
	}
	switch {
	case r.Problem != "":
		return refuse(r.Problem)
	case !r.Sure && len(r.Candidates) > 0:
		return refuse("vague")
	case !r.Sure:
		return dialog.Reading[[]Item]{}
	}
	text := FormatItems(r.Value)
	if utf8.RuneCountInString(text) > maxItemsText {
		return refuse("many")
	}
	if _, ok := parseItemsAnswer(text); !ok {
		return refuse("vague")
	}
	return dialog.Read(r.Value)
}

func parseItemsAnswer(s string) ([]Item, bool) {
	r := ReadItems(s)
	return r.Value, r.Sure && FormatItems(r.Value) == s
}
