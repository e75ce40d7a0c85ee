package flows

import (
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What people ask to be reminded of, for themselves: once, or again and again by the solar or the lunar calendar. It comes at the hour
// that they set, in the quiet hours too.

// The questions of a reminder.
var (
	remindOf    = dialog.Text("what").Check(dialog.Length(2, records.MaxReminder))
	remindOn    = vi.Times("when").Check(stillComes).Says(dialog.Key{Name: "day.past"})
	remindClock = vi.Clock("clock").When(remindOn.Holds("no time of day was said", func(a vi.Appointed) bool { return !a.Timed })).
			Check(func(t vi.TimeOfDay, c dialog.Ctx) (vi.TimeOfDay, dialog.Problem) {
			_, p := stillComes(at(remindOn.Of(c.Answers), t), c)
			return t, p
		}).Says(dialog.Key{Name: "day.past"})
)

func at(a vi.Appointed, t vi.TimeOfDay) vi.Appointed {
	a.Clock, a.Timed = t, true
	return a
}

// stillComes refuses what is over.
func stillComes(a vi.Appointed, c dialog.Ctx) (vi.Appointed, dialog.Problem) {
	last := a
	if !a.Timed {
		last = at(a, vi.TimeOfDay{Hour: 23, Minute: 59})
	}
	if _, ok := comesNext(last, c.At); !ok {
		return a, dialog.Problem{Key: "day.past"}
	}
	return a, dialog.Fine
}

func comesNext(a vi.Appointed, after time.Time) (at time.Time, ok bool) {
	at, _, ok = a.Next(a.Clock.Hour*60+a.Clock.Minute, after)
	return at, ok
}

// remindedAt is when a reminder comes by the answers.
func remindedAt(a dialog.Answers, on dialog.Field[vi.Appointed], clock dialog.Field[vi.TimeOfDay]) vi.Appointed {
	when := on.Of(a)
	if clock.Has(a) && !when.Timed {
		when = at(when, clock.Of(a))
	}
	return when
}

var remindedArgs = []string{"words", "when", "once", "clock", "on", "lunar", "short", "quiet"}

// remindedLine says what was understood: the days, and the next of them by both calendars.
func remindedLine(c dialog.Ctx, key, words string, when vi.Appointed) dialog.Line {
	args := map[string]string{"words": words, "when": vi.ShowAppointed(c.Label, when), "once": "", "clock": when.Clock.String(), "on": "", "lunar": "", "short": "", "quiet": ""}
	if when.Kind == records.OccasionOn {
		args["once"] = "1"
	}
	next, short, _ := when.Next(when.Clock.Hour*60+when.Clock.Minute, c.At)
	day := records.DayOf(next)
	args["on"] = records.FormatDay(day)
	if l, ok := records.LunarOf(day); ok {
		args["lunar"] = l.String()
	}
	if short {
		args["short"] = strconv.Itoa(when.Days[len(when.Days)-1])
	}
	if !records.Awake(next).Equal(next) {
		args["quiet"] = "1"
	}
	return dialog.Line{Key: key, Args: args}
}

var remindKeys = []dialog.Key{
	{Name: "nhachen.echo", Args: remindedArgs},
	{Name: "nhachen.kept", Args: []string{"at"}},
	{Name: "nhachen.list"},
	{Name: "notice.reminder", Args: []string{"words", "at", "short", "late"}},
	{Name: "nhachen.button.done"},
	{Name: "nhachen.button.hour"},
	{Name: "nhachen.button.tomorrow"},
	{Name: "save.refused", Args: []string{"reason"}},
}

// Remind is /nhachen: somebody wants to be reminded of something.
var Remind = dialog.Form("nhachen", 1, remindOf, remindOn, remindClock).
	On("/nhachen").
	ListedFor(known).
	Hear(hearReminder).
	Open(func(c dialog.Ctx) dialog.Answers {
		return understandReminder(c, c.Input).Answers
	}).
	Amend(func(c dialog.Ctx, text string) dialog.Understood {
		r := vi.ReadAppointed(text, c.At.In(dialog.Zone))
		u := dialog.Understood{OK: r.Sure, Answers: dialog.Answers{}}
		if r.Sure {
			remindOn.Put(u.Answers, r.Value)
		}
		return u
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{remindedLine(c, "nhachen.echo", remindOf.Of(c.Answers), remindedAt(c.Answers, remindOn, remindClock))}
	}).
	Says(remindKeys...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		when := remindedAt(c.Answers, remindOn, remindClock)
		return []dialog.Effect{keep(records.CmdRemind, records.MakeReminder{Words: remindOf.Of(c.Answers), Rule: when.Occasion.String(), Clock: when.Clock.String()},
			&dialog.Say{Lines: []dialog.Line{{Key: "nhachen.kept"}}, Menu: []dialog.Option{{Key: "list", Label: c.Label("nhachen.list"), Do: "/cacnhachen"}}, Loose: true})}
	})

// hearReminder understands "nhắc tôi 7 rưỡi tối mai họp tổ".
func hearReminder(c dialog.Ctx, text string) dialog.Understood {
	if vi.ReadMessage(text, c.At.In(dialog.Zone)).Intent != vi.Remind {
		return dialog.Understood{}
	}
	return understandReminder(c, text)
}

func understandReminder(c dialog.Ctx, text string) dialog.Understood {
	u := dialog.Understood{OK: true, Answers: dialog.Answers{}, Doubts: map[string][]string{}}
	if strings.TrimSpace(text) == "" {
		return u
	}
	r := vi.ReadReminder(text, c.At.In(dialog.Zone))
	if n := len([]rune(r.Text)); n >= 2 && n <= records.MaxReminder {
		remindOf.Put(u.Answers, r.Text)
	}
	if r.When.Sure {
		remindOn.Put(u.Answers, r.When.Value)
	}
	for _, a := range r.When.Candidates {
		u.Doubts[remindOn.Key()] = append(u.Doubts[remindOn.Key()], remindOn.Canonical(a))
	}
	return u
}

// reminderFrom is when a reminder of a look-up comes.
func reminderFrom(args map[string]string) vi.Appointed {
	a, _ := vi.ParseAppointed(args["rule"] + "@" + args["clock"])
	return a
}

var reminderID = dialog.Text("id").Hidden()

func reminderNamed(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	if id, _, _ := strings.Cut(c.Input, " "); id != "" {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > 0 {
			reminderID.Put(a, strconv.FormatInt(n, 10))
		}
	}
	return a
}

// Reminders is /cacnhachen: what somebody is still to be reminded of, the next first.
var Reminders = dialog.Command("cacnhachen").
	On("/cacnhachen").
	Says(dialog.Key{Name: "cacnhachen.list"}, dialog.Key{Name: "cacnhachen.none"}, dialog.Key{Name: "cacnhachen.new"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskReminders, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "cacnhachen.list"}}, Columns: 1}
		for _, l := range found.Lines {
			label := ""
			if next, err := time.Parse(time.RFC3339, l.Args["at"]); err == nil {
				label = next.In(records.Local).Format("15:04 2/1: ")
			}
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["reminder"], Label: label + l.Args["words"], Do: "/xemnhachen " + l.Args["reminder"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/cacnhachen", found))
		}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "cacnhachen.none"
			say.Menu = []dialog.Option{{Key: "new", Label: c.Label("cacnhachen.new"), Do: "/nhachen"}}
		}
		return []dialog.Effect{say}
	})

// OneReminder is /xemnhachen: one of them, to change or stop.
var OneReminder = dialog.Command("xemnhachen").
	On("/xemnhachen").
	Says(dialog.Key{Name: "xemnhachen.one", Args: []string{"words", "when", "at", "short"}}, dialog.Key{Name: "xemnhachen.none"}, dialog.Key{Name: "xemnhachen.change"}, dialog.Key{Name: "xemnhachen.stop"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskReminder, Args: map[string]string{"reminder": reminderID.Of(reminderNamed(c))}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		if f["reminder"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemnhachen.none"}}}}
		}
		args := map[string]string{"words": f["words"], "when": vi.ShowAppointed(c.Label, reminderFrom(f)), "at": f["at"], "short": f["short"]}
		return []dialog.Effect{dialog.Say{
			Lines: []dialog.Line{{Key: "xemnhachen.one", Args: args}},
			Menu: []dialog.Option{
				{Key: "change", Label: c.Label("xemnhachen.change"), Do: "/suanhachen " + f["reminder"]},
				{Key: "stop", Label: c.Label("xemnhachen.stop"), Do: "/thoinhac " + f["reminder"]},
			},
		}}
	})

// The questions of a change.
var (
	reminderFact = dialog.Fact("of", records.AskReminder, func(c dialog.Ctx) map[string]string {
		return map[string]string{"reminder": reminderID.Of(c.Answers)}
	})
	reminderStands = dialog.If("there is such a reminder", func(c dialog.Ctx) bool { return reminderFact.Of(c.Answers)["reminder"] != "" })
	changedPart    = dialog.Choice("part", "when", "what").When(reminderStands)
	changedWords   = dialog.Text("what").When(changedPart.Is("what")).Check(dialog.Length(2, records.MaxReminder))
	changedOn      = vi.Times("when").When(changedPart.Is("when")).Check(stillComes).Says(dialog.Key{Name: "day.past"})
	changedClock   = vi.Clock("clock").When(changedOn.Holds("no time of day was said", func(a vi.Appointed) bool { return a.Kind != "" && !a.Timed })).
			Check(func(t vi.TimeOfDay, c dialog.Ctx) (vi.TimeOfDay, dialog.Problem) {
			_, p := stillComes(at(changedOn.Of(c.Answers), t), c)
			return t, p
		}).Says(dialog.Key{Name: "day.past"})
)

// ChangeReminder is /suanhachen: other words, days or hours.
var ChangeReminder = dialog.Form("suanhachen", 1, reminderID, reminderFact, changedPart, changedWords, changedOn, changedClock).
	On("/suanhachen").
	Open(reminderNamed).
	ConfirmIf(reminderStands).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := reminderFact.Of(c.Answers)
		words, when := f["words"], reminderFrom(f)
		if changedWords.Has(c.Answers) {
			words = changedWords.Of(c.Answers)
		}
		if changedOn.Has(c.Answers) {
			when = remindedAt(c.Answers, changedOn, changedClock)
		}
		return []dialog.Line{remindedLine(c, "nhachen.echo", words, when)}
	}).
	Says(append([]dialog.Key{{Name: "suanhachen.kept", Args: []string{"at"}}, {Name: "xemnhachen.none"}}, remindKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(reminderFact.Of(c.Answers)["reminder"], 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemnhachen.none"}}}}
		}
		command := records.ChangeReminder{ID: id, Words: changedWords.Of(c.Answers)}
		if changedOn.Has(c.Answers) {
			when := remindedAt(c.Answers, changedOn, changedClock)
			command.Rule, command.Clock = when.Occasion.String(), when.Clock.String()
		}
		return []dialog.Effect{keep(records.CmdChangeReminder, command, &dialog.Say{Lines: []dialog.Line{{Key: "suanhachen.kept"}}})}
	})

// How long a reminder is put off: as it was said, or as it is chosen.
var (
	snoozeSaid = dialog.Number("minutes").Hidden()
	snoozeFor  = dialog.Choice("for", "15", "60", "180", "1440").When(dialog.If("it was not said for how long", func(c dialog.Ctx) bool { return !snoozeSaid.Has(c.Answers) })).Columns(2)
)

// SnoozeReminder is /nhaclai: the reminder that came is put off.
var SnoozeReminder = dialog.Form("nhaclai", 1, reminderID, snoozeSaid, snoozeFor).
	On("/nhaclai").
	Open(func(c dialog.Ctx) dialog.Answers {
		a := reminderNamed(c)
		_, minutes, _ := strings.Cut(c.Input, " ")
		if n, err := strconv.ParseInt(minutes, 10, 64); err == nil && n > 0 && n <= records.LongestSnooze*24*60 {
			snoozeSaid.Put(a, n)
		}
		return a
	}).
	Hear(func(c dialog.Ctx, text string) dialog.Understood {
		minutes, ok := vi.ReadSnooze(text, c.At.In(dialog.Zone))
		u := dialog.Understood{OK: ok, Answers: dialog.Answers{}}
		if minutes > 0 {
			snoozeSaid.Put(u.Answers, int64(minutes))
		}
		return u
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "nhaclai.kept", Args: []string{"words", "at"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		minutes := snoozeSaid.Of(c.Answers)
		if !snoozeSaid.Has(c.Answers) {
			minutes, _ = strconv.ParseInt(snoozeFor.Of(c.Answers), 10, 64)
		}
		id, _ := strconv.ParseInt(reminderID.Of(c.Answers), 10, 64)
		return []dialog.Effect{keep(records.CmdSnooze, records.Snooze{ID: id, Minutes: int(minutes)}, &dialog.Say{Lines: []dialog.Line{{Key: "nhaclai.kept"}}})}
	})

// reminderEnds is a command that ends a reminder: the one that its button names, or the one that came last.
func reminderEnds(key string, stop bool) dialog.Flow {
	return dialog.Command(key).
		On("/"+key).
		Says(dialog.Key{Name: key + ".kept", Args: []string{"words", "at"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
		Do(func(c dialog.Ctx) []dialog.Effect {
			id, _ := strconv.ParseInt(reminderID.Of(reminderNamed(c)), 10, 64)
			return []dialog.Effect{keep(records.CmdEndReminder, records.EndReminder{ID: id, Stop: stop}, &dialog.Say{Lines: []dialog.Line{{Key: key + ".kept"}}})}
		})
}

// ReminderDone is /xongnhac: it was done; one that comes again goes on. StopReminder is /thoinhac: it does not come any more.
var (
	ReminderDone = reminderEnds("xongnhac", false)
	StopReminder = reminderEnds("thoinhac", true)
)
