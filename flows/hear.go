package flows

import (
	"slices"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
)

// hearHelp understands a message that logs help. What the message leaves out or says in two ways is asked.
func hearHelp(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	if m.Intent != vi.LogHelp {
		return dialog.Understood{}
	}
	u := dialog.Understood{OK: true, Complete: m.Complete, Answers: dialog.Answers{}, Doubts: map[string][]string{}}
	if words := whoWords(m); words != "" {
		household.Put(u.Answers, words)
	}
	if m.Person != nil {
		called.Put(u.Answers, m.Person.String())
	}
	hearGifts(m, u)
	if kind.Of(u.Answers) == "tien_mat" && strings.Contains(fold.Fold(text), "qua tet") { // money in an envelope, but a gift for Tết
		kind.Put(u.Answers, "qua_tet")
	}
	if m.DonorKind != "" {
		giver.Put(u.Answers, string(m.DonorKind))
		if m.Donor != "" && (m.DonorKind == vi.DonorOrganisation || m.DonorKind == vi.DonorPerson) {
			named.Put(u.Answers, m.Donor)
		}
	}
	hearDay(m, c, u)
	return u
}

// whoWords are the words to search the household by: everything that was said of it.
func whoWords(m vi.Message) string {
	var words []string
	add := func(s string) {
		if s != "" && !slices.Contains(words, s) {
			words = append(words, s)
		}
	}
	if m.Person != nil {
		add(m.Person.String())
		add(m.Person.Kin)
		add(m.Person.Group.Name)
		add(m.Person.Group.Area)
	}
	add(m.Group)
	return strings.Join(words, " ")
}

// hearGifts takes over money and things, and the kind of help they amount to.
func hearGifts(m vi.Message, u dialog.Understood) {
	gifts := vi.Gifts{Items: m.Items}
	if m.Money != nil && m.Money.Exact() {
		gifts.Money = m.Money.VND
	}
	vague := slices.ContainsFunc(m.Items, func(it vi.Item) bool { return it.Vague || it.Approx })
	doubtful := gifts.Money == 0 && m.Amounts.Understood()
	k := kindOfGifts(gifts)
	if k == "" && doubtful && len(gifts.Items) == 0 {
		k = "tien_mat"
	}
	slot := what
	if k != "" {
		kind.Put(u.Answers, k)
		if !needsThings(k) {
			slot = extra
		}
	}
	switch {
	case vague:
	case doubtful:
		for _, vnd := range vi.Amounts(m.Amounts) {
			u.Doubts[slot.Key()] = append(u.Doubts[slot.Key()], slot.Canonical(vi.Gifts{Money: vnd, Items: gifts.Items}))
		}
	case !gifts.Empty() && storable(gifts).None():
		slot.Put(u.Answers, gifts)
	}
}

// hearDay takes over the day, where it is one on which help can have been given.
func hearDay(m vi.Message, c dialog.Ctx, u dialog.Understood) {
	if m.Date != nil {
		if _, p := notFuture(*m.Date, c); p.None() {
			on.Put(u.Answers, *m.Date)
		}
		return
	}
	for _, w := range m.Days.Candidates {
		if _, p := notFuture(w.Date, c); p.None() {
			u.Doubts[on.Key()] = append(u.Doubts[on.Key()], on.Canonical(w.Date))
		}
	}
}

// hearCorrection understands "sửa lại 500k thành 50k" and the like as a correction of the author's newest entry.
func hearCorrection(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	if m.Intent != vi.Correct {
		return dialog.Understood{}
	}
	u := dialog.Understood{OK: true, Answers: dialog.Answers{}}
	switch {
	case m.To.Money > 0:
		part.Put(u.Answers, "what")
		newSum.Put(u.Answers, vi.Gifts{Money: m.To.Money})
	case m.Person != nil:
		part.Put(u.Answers, "household")
		newHousehold.Put(u.Answers, whoWords(m))
	case m.Date != nil:
		part.Put(u.Answers, "on")
		if _, p := notFuture(*m.Date, c); p.None() {
			newOn.Put(u.Answers, *m.Date)
		}
	}
	return u
}

// hearUndo understands "nhầm rồi, hủy" said with nothing open: the author's newest entry is to be voided.
func hearUndo(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	return dialog.Understood{OK: m.Intent == vi.Undo, Answers: dialog.Answers{}}
}
