package vi

import (
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
)

// Since asks for a moment that lies behind: "từ hôm qua 5 giờ chiều", "7h sáng", "chiều qua". A time without a day is the last one that
// has come; a day without a time begins with its midnight. The Problems are those of Date and Clock.
func Since(key string) dialog.Field[Moment] {
	return dialog.NewField(key, dialog.Codec[Moment]{
		Read:   func(in dialog.In) dialog.Reading[Moment] { return readSince(in.Text, in.At.In(dialog.Zone)) },
		Format: Moment.String,
		Parse:  ParseMoment,
		Show: func(words dialog.Words, lang string, m Moment) string {
			return m.TimeOfDay.String() + " " + showDay(words, lang, m.Date)
		},
		CouldBe: func(text string) bool {
			r := readSince(text, anyDay)
			return r.Sure || len(r.Candidates) > 0
		},
		Unclear: "since.unreadable",
		Says:    append([]dialog.Key{{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "clock.invalid_time"}, {Name: "since.unreadable"}}, weekdayKeys()...),
	})
}

// sinceWords stand before a moment and say nothing.
var sinceWords = map[string]bool{"tu": true, "luc": true, "khoang": true, "hoi": true}

func readSince(text string, now time.Time) dialog.Reading[Moment] {
	words := strings.Fields(text)
	for len(words) > 1 && sinceWords[fold.Fold(words[0])] {
		words = words[1:]
	}
	text = strings.Join(words, " ")
	if clock := ReadClock(text, now); clock.Understood() {
		return answered(clock, "clock.", func(t TimeOfDay) Moment { return lastAt(t, now) })
	}
	moment := readMomentTokens(trimPoliteness(Tokenize(asciiDigits(text))), now, Behind)
	if moment.Understood() {
		return answered(moment, "clock.", func(m Moment) Moment { return m })
	}
	return answered(ReadDateLeaning(text, now, Behind), "day.", func(w When) Moment { return Moment{Date: w.Date} })
}

// lastAt is the last time that it was so late.
func lastAt(t TimeOfDay, now time.Time) Moment {
	m := Moment{Date: DayOf(now), TimeOfDay: t}
	if m.Time(now.Location()).After(now) {
		m.Date = DayOf(now.AddDate(0, 0, -1))
	}
	return m
}
