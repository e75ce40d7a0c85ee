package vi

import (
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Date asks for a day, past or future. The Problems are "day.invalid_date" and "day.invalid_weekday".
func Date(key string) dialog.Field[Day] { return dateField(key, Anywhere) }

// PastDate asks for a day that lies behind: thứ bảy is the last Saturday.
func PastDate(key string) dialog.Field[Day] { return dateField(key, Behind) }

// ComingDate asks for a day that lies ahead: thứ bảy is the next Saturday.
func ComingDate(key string) dialog.Field[Day] { return dateField(key, Ahead) }

func dateField(key string, lean Lean) dialog.Field[Day] {
	return dialog.NewField(key, dialog.Codec[Day]{
		Read: func(in dialog.In) dialog.Reading[Day] {
			return answered(ReadDateLeaning(in.Text, in.At.In(dialog.Zone), lean), "day.", func(w When) Day { return w.Date })
		},
		Format:  Day.String,
		Parse:   ParseDay,
		Show:    func(words dialog.Words, lang string, d Day) string { return showDay(words, lang, d) },
		CouldBe: func(text string) bool { return ReadDate(text, anyDay).Understood() },
		Unclear: "day.unreadable",
		Says:    append([]dialog.Key{{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "day.unreadable"}}, weekdayKeys()...),
	})
}

// Clock asks for a time of day. The Problem is "clock.invalid_time".
func Clock(key string) dialog.Field[TimeOfDay] {
	return dialog.NewField(key, dialog.Codec[TimeOfDay]{
		Read: func(in dialog.In) dialog.Reading[TimeOfDay] {
			return answered(ReadClock(in.Text, in.At.In(dialog.Zone)), "clock.", func(t TimeOfDay) TimeOfDay { return t })
		},
		Format:  TimeOfDay.String,
		Parse:   ParseTimeOfDay,
		CouldBe: func(text string) bool { return ReadClock(text, anyDay).Understood() },
		Unclear: "clock.unreadable",
		Says:    []dialog.Key{{Name: "clock.invalid_time"}, {Name: "clock.unreadable"}},
	})
}

// Appointment asks for a day and time ahead. The Problems are those of Date and Clock.
func Appointment(key string) dialog.Field[Moment] {
	return dialog.NewField(key, dialog.Codec[Moment]{
		Read: func(in dialog.In) dialog.Reading[Moment] {
			return timed(ReadMoment(in.Text, in.At.In(dialog.Zone)))
		},
		Format: Moment.String,
		Parse:  ParseMoment,
		Show: func(words dialog.Words, lang string, m Moment) string {
			return m.TimeOfDay.String() + " " + showDay(words, lang, m.Date)
		},
		CouldBe: func(text string) bool { return ReadMoment(text, anyDay).Understood() },
		Unclear: "clock.unreadable",
		Says:    append([]dialog.Key{{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "clock.invalid_time"}, {Name: "clock.unreadable"}}, weekdayKeys()...),
	})
}

// Period asks for a stretch of days that lies behind, as reports do. The Problems are "day.invalid_date",
// "day.invalid_weekday" and "day.reversed".
func Period(key string) dialog.Field[Span] {
	return dialog.NewField(key, dialog.Codec[Span]{
		Read: func(in dialog.In) dialog.Reading[Span] {
			return answered(ReadRangeLeaning(in.Text, in.At.In(dialog.Zone), Behind), "day.", func(s Span) Span { return Span{From: s.From, To: s.To} })
		},
		Format:  func(s Span) string { return s.From.String() + ".." + s.To.String() },
		Parse:   ParseSpan,
		Show:    func(_ dialog.Words, _ string, s Span) string { return shortDay(s.From) + " - " + shortDay(s.To) },
		CouldBe: func(text string) bool { return ReadRange(text, anyDay).Understood() },
		Unclear: "day.unreadable",
		Says:    []dialog.Key{{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "day.reversed"}, {Name: "day.unreadable"}},
	})
}

// Phone asks for a phone number that can be called; a contact card answers it too. Short codes are refused. The
// Problems are "phone.too_short", "phone.too_long", "phone.bad_prefix" and "phone.short_code".
func Phone(key string) dialog.Field[PhoneNumber] { return phoneField(key, false) }

// AnyPhone is Phone that takes short codes as well: an office may have one.
func AnyPhone(key string) dialog.Field[PhoneNumber] { return phoneField(key, true) }

func phoneField(key string, short bool) dialog.Field[PhoneNumber] {
	read := func(text string, at time.Time) dialog.Reading[PhoneNumber] {
		r := ReadPhone(text, at)
		if !short && r.Sure && r.Value.Code != "" {
			return dialog.Reading[PhoneNumber]{Problem: dialog.Problem{Key: "phone.short_code"}}
		}
		return answered(r, "phone.", func(p PhoneNumber) PhoneNumber { return p })
	}
	return dialog.NewField(key, dialog.Codec[PhoneNumber]{
		Read:   func(in dialog.In) dialog.Reading[PhoneNumber] { return read(in.Text, in.At) },
		Format: PhoneNumber.String,
		Parse: func(s string) (PhoneNumber, bool) {
			if shortCodes[s] {
				return PhoneNumber{Code: s}, short
			}
			return ParsePhone(s)
		},
		Show:    func(_ dialog.Words, _ string, p PhoneNumber) string { return p.Local() },
		CouldBe: func(text string) bool { return ReadPhone(text, anyDay).Understood() },
		Card: func(c dialog.Card) dialog.Reading[PhoneNumber] {
			number := c.Phone
			if strings.HasPrefix(number, "84") {
				number = "+" + number
			}
			return read(number, anyDay)
		},
		Unclear: "phone.unreadable",
		Says:    []dialog.Key{{Name: "phone.too_short"}, {Name: "phone.too_long"}, {Name: "phone.bad_prefix"}, {Name: "phone.short_code"}, {Name: "phone.unreadable"}},
	})
}

// anyDay is a clock for asking whether a text could be a day at all.
var anyDay = time.Date(2026, 11, 11, 9, 0, 0, 0, dialog.Zone)

// timed makes a field's reading of one of a day with a time of day: either may be impossible.
func timed[T any](r Reading[T]) dialog.Reading[T] {
	prefix := "day."
	if r.Problem == ProblemInvalidTime {
		prefix = "clock."
	}
	return answered(r, prefix, func(v T) T { return v })
}

// answered makes a field's reading of a reader's, with the locale keys of its problems under prefix.
func answered[T, V any](r Reading[T], prefix string, value func(T) V) dialog.Reading[V] {
	switch {
	case r.Problem != "":
		return dialog.Reading[V]{Problem: dialog.Problem{Key: prefix + r.Problem}}
	case r.Sure:
		return dialog.Read(value(r.Value))
	}
	var out dialog.Reading[V]
	for _, c := range r.Candidates {
		out.Candidates = append(out.Candidates, value(c))
	}
	return out
}

var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdayKeys() []dialog.Key {
	keys := make([]dialog.Key, len(weekdayNames))
	for i, d := range weekdayNames {
		keys[i] = dialog.Key{Name: "weekday." + d}
	}
	return keys
}

func showDay(words dialog.Words, lang string, d Day) string {
	return words.Label(lang, "weekday."+weekdayNames[d.Weekday()]) + " " + shortDay(d)
}

// shortDay writes a day as 05/11/2026.
func shortDay(d Day) string { return d.Time(time.UTC).Format("02/01/2006") }

// ParseDay reads what Day.String writes.
func ParseDay(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Day{}, false
	}
	return DayOf(t), true
}

// ParseTimeOfDay reads what TimeOfDay.String writes.
func ParseTimeOfDay(s string) (TimeOfDay, bool) {
	if len(s) != 5 || s[2] != ':' {
		return TimeOfDay{}, false
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	if err1 != nil || err2 != nil || h > 23 || m > 59 {
		return TimeOfDay{}, false
	}
	return TimeOfDay{int(h), int(m)}, true
}

// ParseMoment reads what Moment.String writes.
func ParseMoment(s string) (Moment, bool) {
	day, clock, found := strings.Cut(s, "T")
	d, ok1 := ParseDay(day)
	t, ok2 := ParseTimeOfDay(clock)
	return Moment{d, t}, found && ok1 && ok2
}

// ParseSpan reads two days with two dots between, as Period keeps them.
func ParseSpan(s string) (Span, bool) {
	from, to, found := strings.Cut(s, "..")
	a, ok1 := ParseDay(from)
	b, ok2 := ParseDay(to)
	return Span{From: a, To: b}, found && ok1 && ok2 && !b.Before(a)
}

// ParsePhone reads a number in E.164 form.
func ParsePhone(s string) (PhoneNumber, bool) {
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || bareDigits(s[1:]) != s[1:] {
		return PhoneNumber{}, false
	}
	return PhoneNumber{E164: s}, true
}

// Times asks for the days, once or again and again, on which something is to be remembered, with the time of day where that is said
// too. The Problems are "day.invalid_date", "day.invalid_weekday", "clock.invalid_time" and "day.past".
func Times(key string) dialog.Field[Appointed] {
	return dialog.NewField(key, dialog.Codec[Appointed]{
		Read: func(in dialog.In) dialog.Reading[Appointed] {
			return timed(ReadAppointed(in.Text, in.At.In(dialog.Zone)))
		},
		Format: Appointed.String,
		Parse:  ParseAppointed,
		Show: func(words dialog.Words, lang string, a Appointed) string {
			return ShowAppointed(func(k string) string { return words.Label(lang, k) }, a)
		},
		CouldBe: func(text string) bool { return ReadAppointed(text, anyDay).Understood() },
		Unclear: "times.unreadable",
		Says: append([]dialog.Key{
			{Name: "day.invalid_date"}, {Name: "day.invalid_weekday"}, {Name: "clock.invalid_time"}, {Name: "day.past"}, {Name: "times.unreadable"},
		}, timesKeys()...),
	})
}

// timesWords are the words of which ShowAppointed makes an occasion.
var timesWords = []string{"daily", "week", "day", "month", "year", "moon", "moon_year", "before", "before_end"}

func timesKeys() []dialog.Key {
	keys := weekdayKeys()
	for _, w := range timesWords {
		keys = append(keys, dialog.Key{Name: "times." + w})
	}
	return keys
}

// ShowAppointed puts days and a time into words: "08:00 thứ Bảy hằng tuần", "15/1 âm lịch hằng năm".
func ShowAppointed(label func(key string) string, a Appointed) string {
	var days []string
	for _, d := range a.Days {
		if a.Kind == records.OccasionWeekly {
			days = append(days, label("weekday."+weekdayNames[d%7]))
			continue
		}
		days = append(days, strconv.Itoa(d))
	}
	list, month := strings.Join(days, ", "), "/"+strconv.Itoa(a.Month)
	words := ""
	switch a.Kind {
	case records.OccasionOn:
		on := DayOf(a.On)
		words = label("weekday."+weekdayNames[on.Weekday()]) + " " + shortDay(on)
	case records.OccasionDaily:
		words = label("times.daily")
	case records.OccasionWeekly:
		words = list + " " + label("times.week")
	case records.OccasionMonthly:
		words = label("times.day") + " " + list + " " + label("times.month")
	case records.OccasionYearly:
		words = list + month + " " + label("times.year")
	case records.OccasionMoonly:
		words = label("times.day") + " " + list + " " + label("times.moon")
	case records.OccasionMoonYear:
		words = list + month + " " + label("times.moon_year")
	}
	if a.Before > 0 {
		words += ", " + strings.TrimSpace(label("times.before")+" "+strconv.Itoa(a.Before)+" "+label("times.before_end"))
	}
	if a.Timed {
		words = a.Clock.String() + " " + words
	}
	return words
}
