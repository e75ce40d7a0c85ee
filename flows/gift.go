package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// giftField asks what was given: money, things or both, in one answer.
func giftField(key string) dialog.Field[vi.Gifts] {
	return dialog.NewField(key, dialog.Codec[vi.Gifts]{
		Read:   readGifts,
		Format: vi.Gifts.Canonical,
		Parse:  vi.ParseGifts,
		Show:   func(_ dialog.Words, _ string, g vi.Gifts) string { return g.String() },
		CouldBe: func(text string) bool {
			return vi.ReadGifts(text).Understood()
		},
		Says: []dialog.Key{
			{Name: "gift." + vi.ProblemVagueMoney},
			{Name: "gift." + vi.ProblemVagueItem},
			{Name: "gift." + vi.ProblemForeign},
			{Name: "gift." + vi.ProblemTwoSums},
			{Name: "gift.negative"},
			{Name: "gift.too_large"},
			{Name: "gift.whole", Args: []string{"item"}},
			{Name: "gift.many", Args: []string{"max"}},
			{Name: "gift.unreadable"},
		},
	})
}

func readGifts(in dialog.In) dialog.Reading[vi.Gifts] {
	r := vi.ReadGifts(in.Text)
	switch {
	case r.Problem != "":
		return dialog.Reading[vi.Gifts]{Problem: giftProblem(r.Problem)}
	case r.Sure:
		if p := storable(r.Value); !p.None() {
			return dialog.Reading[vi.Gifts]{Problem: p}
		}
		return dialog.Read(r.Value)
	}
	return dialog.Reading[vi.Gifts]{Candidates: r.Candidates}
}

// giftProblem words a reader's problem; those the reader has and we have no words for are unreadable.
func giftProblem(problem string) dialog.Problem {
	switch problem {
	case vi.ProblemVagueMoney, vi.ProblemVagueItem, vi.ProblemForeign, vi.ProblemTwoSums, "negative", "too_large":
		return dialog.Problem{Key: "gift." + problem}
	}
	return dialog.Problem{Key: "gift.unreadable"}
}

// storable tells why gifts that can be read cannot be kept.
func storable(g vi.Gifts) dialog.Problem {
	switch {
	case g.Money < 0:
		return giftProblem("negative")
	case g.Money > records.MaxMoney:
		return giftProblem("too_large")
	case len(g.Items) > records.MaxItems:
		return dialog.Problem{Key: "gift.many", Args: map[string]string{"max": strconv.Itoa(records.MaxItems)}}
	}
	for _, it := range g.Items {
		kept, whole := recordItem(it)
		switch {
		case !whole:
			return dialog.Problem{Key: "gift.whole", Args: map[string]string{"item": it.String()}}
		case kept.Qty > records.MaxQty || kept.Value > records.MaxMoney:
			return giftProblem("too_large")
		}
	}
	return dialog.Fine
}

// recordItem is a thing as it is kept: weights in grams, volumes in millilitres, everything else in whole pieces. whole is
// false for half a case and the like.
func recordItem(it vi.Item) (kept records.Item, whole bool) {
	kept = records.Item{Unit: it.Unit, Name: it.Name}
	if it.Note != "" {
		kept.Name += " (" + it.Note + ")"
	}
	if kept.Name == "" {
		kept.Name = it.Unit
	}
	switch it.Unit {
	case "kg":
		kept.Unit, kept.Qty = records.UnitGram, it.Qty
	case "lít":
		kept.Unit, kept.Qty = records.UnitMillilitre, it.Qty
	default:
		kept.Qty = it.Qty / 1000
		if it.Qty%1000 != 0 {
			return kept, false
		}
	}
	switch {
	case it.Total > 0:
		kept.Value = it.Total
	case it.Value > 0:
		kept.Value = it.Value
	}
	return kept, true
}
