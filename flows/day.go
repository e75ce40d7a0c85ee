package flows

import (
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// dayField asks for a day that lies behind: help is logged after it was given.
func dayField(key string) dialog.Field[vi.Day] {
	return dialog.NewField(key, dialog.Codec[vi.Day]{
		Read: func(in dialog.In) dialog.Reading[vi.Day] {
			r := vi.ReadDateLeaning(in.Text, in.At.In(vietnam), vi.Behind)
			switch {
			case r.Sure:
				return dialog.Read(r.Value.Date)
			case r.Problem != "":
				return dialog.Reading[vi.Day]{Problem: dayProblem(r.Problem)}
			}
			var days []vi.Day
			for _, w := range r.Candidates {
				days = append(days, w.Date)
			}
			return dialog.Reading[vi.Day]{Candidates: days}
		},
		Format: vi.Day.String,
		Parse: func(s string) (vi.Day, bool) {
			t, ok := records.ParseDay(s)
			return vi.DayOf(t), ok
		},
		Show: func(words dialog.Words, lang string, d vi.Day) string {
			return words.Label(lang, "weekday."+weekdays[d.Weekday()]) + " " + d.Time(time.UTC).Format("02/01/2006")
		},
		Says: []dialog.Key{{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "day.unreadable"}},
	}).Says(weekdayKeys()...)
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdayKeys() []dialog.Key {
	keys := make([]dialog.Key, len(weekdays))
	for i, d := range weekdays {
		keys[i] = dialog.Key{Name: "weekday." + d}
	}
	return keys
}

func dayProblem(problem string) dialog.Problem {
	switch problem {
	case vi.ProblemInvalidDate, vi.ProblemInvalidWeekday:
		return dialog.Problem{Key: "day." + problem}
	}
	return dialog.Problem{Key: "day.unreadable"}
}
