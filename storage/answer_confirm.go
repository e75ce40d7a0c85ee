package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// meantEntry is an entry of a household that words may be about.
type meantEntry struct {
	helpRow
	missing []string // its things that the words name
}

// label is an entry as its household can choose it: "10/11 500.000 đồng, 10 kg gạo".
func (e meantEntry) label() string {
	var parts []string
	if e.Money > 0 {
		parts = append(parts, records.Dong(e.Money))
	}
	if len(e.Items) > 0 {
		parts = append(parts, records.Things(e.Items))
	}
	return clipRunes(e.GivenOn.Format("02/01")+" "+strings.Join(parts, ", "), labelMaxRunes)
}

// helpMeant finds which entry of a household is meant by words like "chưa có gạo": those with a thing or on a day that they name, else all
// of the year, and of these the ones it did not answer yet, if there are any. Args: household (the asker's own if none), year, said,
// key (one of them only). Options: Key the code, Label the day and what was given. Facts: count, answer (missing or wrong), and where
// only one is meant: code, on, missing.
func (r *Records) helpMeant(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	home, err := r.ownHome(ctx, actor, ask, records.AnswerHelp)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(ask.Args["year"])
	if err != nil {
		year = now.In(records.Local).Year()
	}
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	var rows []helpRow
	err = r.helpRows(ctx, "help.household_id = ? AND help.given_on >= ? AND help.given_on < ? AND help.superseded_at IS NULL AND help.voided_at IS NULL AND help.created_at <= ?",
		home.ID, from, from.AddDate(1, 0, 0), now.Add(-records.NoticeDelay)).Order("help.given_on DESC, help.created_at DESC, help.code").Limit(50).Find(&rows).Error
	if err != nil {
		return err
	}
	if err := r.fillItems(ctx, rows); err != nil {
		return err
	}
	said := words(fold.Fold(ask.Args["said"]))
	found := meant(rows, said)
	to.Facts = map[string]string{"count": strconv.Itoa(len(found)), "answer": records.AnswerWrong, "household": home.Code}
	if slices.ContainsFunc(said, func(w string) bool { return saidMissing[w] }) {
		to.Facts["answer"] = records.AnswerMissing
	}
	if key := ask.Args["key"]; key != "" {
		found = slices.DeleteFunc(found, func(e meantEntry) bool { return e.Code != key })
	}
	if len(found) == 1 {
		to.Facts["count"], to.Facts["code"], to.Facts["on"], to.Facts["missing"] = "1", found[0].Code, records.FormatDay(found[0].GivenOn), strings.Join(found[0].missing, ", ")
	}
	for _, e := range found[:min(len(found), pageSize)] {
		to.Options = append(to.Options, dialog.Option{Key: e.Code, Label: e.label()})
	}
	return nil
}

// saidMissing are words, folded, by which something did not come.
var saidMissing = map[string]bool{"chua": true, "khong": true, "ko": true, "k": true, "hong": true, "thieu": true, "chang": true, "mat": true}

// meant are the entries that words are about.
func meant(rows []helpRow, said []string) []meantEntry {
	all := make([]meantEntry, len(rows))
	for i, row := range rows {
		all[i] = meantEntry{helpRow: row, missing: namedThings(row, said)}
	}
	narrow := func(fits func(meantEntry) bool) {
		if some := slices.DeleteFunc(slices.Clone(all), func(e meantEntry) bool { return !fits(e) }); len(some) > 0 {
			all = some
		}
	}
	narrow(func(e meantEntry) bool { return len(e.missing) > 0 })
	narrow(func(e meantEntry) bool { return saysDay(said, e.GivenOn) })
	narrow(func(e meantEntry) bool { return e.Answer == "" })
	return all
}

// namedThings are the things of an entry that words name: "gạo", and "tiền" for its money.
func namedThings(row helpRow, said []string) []string {
	var named []string
	if row.Money > 0 && (slices.Contains(said, "tien") || slices.Contains(said, strconv.FormatInt(row.Money/1000, 10)+"k") || slices.Contains(said, strconv.FormatInt(row.Money/1000, 10))) {
		named = append(named, "tiền")
	}
	for _, it := range row.Items {
		if name := words(fold.Fold(it.Name)); len(name) > 0 && slices.Contains(said, name[0]) {
			named = append(named, it.Name)
		}
	}
	return named
}

// saysDay reports that words name a day as "10/11", which folding takes apart into two numbers, or "ngày 10".
func saysDay(said []string, day time.Time) bool {
	is := func(word string, n int) bool { got, err := strconv.Atoi(word); return err == nil && got == n }
	for i, w := range said {
		rest := said[i+1:]
		if len(rest) > 1 && rest[0] == "thang" {
			rest = rest[1:]
		}
		switch {
		case !is(w, day.Day()):
		case len(rest) > 0 && is(rest[0], int(day.Month())):
			return true
		case i > 0 && said[i-1] == "ngay" && (len(rest) == 0 || rest[0][0] < '0' || rest[0][0] > '9'):
			return true
		}
	}
	return false
}

// answerSeen is what a person may know of a household's answer about an entry: that something is not right only who does the ward's tasks,
// the household, and the leader where the household agreed.
func (h helpRow) answerSeen(actor records.Actor) string {
	if h.Answer == records.AnswerReceived && h.Sheet != "" {
		return records.AnswerPaper
	}
	if h.Answer == "" || h.Answer == records.AnswerReceived || h.Shared || records.Can(actor, records.DoTasks, h.Area) || records.Can(actor, records.AnswerHelp, h.Area) {
		return h.Answer
	}
	return ""
}
