package flows

import (
	"slices"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// adminArea is the widest area that somebody is an admin of.
func adminArea(p dialog.Person) (area string) {
	for _, r := range p.Roles {
		if r.Name == records.RoleAdmin && (area == "" || len(r.Area) < len(area)) {
			area = r.Area
		}
	}
	return area
}

func isAdmin(p dialog.Person) bool { return p.Has(records.RoleAdmin) }

// OneJob is /lichviec: one job of the schedule, and what can be done with it.
var OneJob = dialog.Command("lichviec").
	On("/lichviec").
	For(isAdmin).
	Says(append([]dialog.Key{
		{Name: "lichviec.one", Args: []string{"job", "last", "wrote", "next", "late", "paused", "changed"}},
		{Name: "lichviec.none"},
		{Name: "lichviec.time"},
		{Name: "lichviec.pause"},
		{Name: "lichviec.resume"},
		{Name: "lichviec.run"},
		{Name: "lichviec.reset"},
	}, jobKeys()...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskJobs, Args: map[string]string{"area": adminArea(c.Who), "job": strings.TrimSpace(c.Input)}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if len(found.Lines) != 1 {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "lichviec.none"}}}}
		}
		f := found.Lines[0].Args
		args := map[string]string{"job": "job." + f["job"]}
		for _, k := range []string{"last", "wrote", "next", "late", "paused", "changed"} {
			args[k] = f[k]
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "lichviec.one", Args: args}}, Columns: 2}
		add := func(act string) {
			say.Menu = append(say.Menu, dialog.Option{Key: act, Label: c.Label("lichviec." + act), Do: "/doilich " + f["job"] + " " + act})
		}
		switch {
		case f["fixed"] != "": // people and the law count on it
		case f["paused"] == "":
			add(records.JobTime)
			add(records.JobPause)
		default:
			add(records.JobTime)
			add(records.JobResume)
		}
		add(records.JobRun)
		if f["changed"] != "" {
			add(records.JobReset)
		}
		return []dialog.Effect{say}
	})

// The questions of a change of the schedule. Which job, and what is to become of it, come with the button.
var (
	jobNamed = dialog.Text("job").Hidden()
	jobAct   = dialog.Text("act").Hidden()
	jobKnown = dialog.If("there is such a job", func(c dialog.Ctx) bool { return jobAct.Has(c.Answers) && jobNamed.Has(c.Answers) })
	jobTimed = dialog.If("its hour is changed", func(c dialog.Ctx) bool { return jobAct.Of(c.Answers) == records.JobTime })
	jobOn    = vi.Times("when").When(jobTimed).Check(func(a vi.Appointed, c dialog.Ctx) (vi.Appointed, dialog.Problem) {
		if _, ok := records.CronOf(a.Occasion, 0); !ok {
			return a, dialog.Problem{Key: "doilich.kind"}
		}
		if a.Timed && inQuiet(a.Clock) {
			return a, dialog.Problem{Key: "doilich.quiet"}
		}
		return a, dialog.Fine
	}).Says(dialog.Key{Name: "doilich.kind"}, dialog.Key{Name: "doilich.quiet"})
	jobClock = vi.Clock("clock").When(jobOn.Holds("no time of day was said", func(a vi.Appointed) bool { return a.Kind != "" && !a.Timed })).
			Check(func(t vi.TimeOfDay, _ dialog.Ctx) (vi.TimeOfDay, dialog.Problem) {
			if inQuiet(t) {
				return t, dialog.Problem{Key: "doilich.quiet"}
			}
			return t, dialog.Fine
		}).Says(dialog.Key{Name: "doilich.quiet"})
)

func inQuiet(t vi.TimeOfDay) bool { return t.Hour >= records.QuietFrom || t.Hour < records.QuietUntil }

// ChangeJob is /doilich: the hour of a job is changed, it rests or goes on, is put back, or is done now.
var ChangeJob = dialog.Form("doilich", 1, jobNamed, jobAct, jobOn, jobClock).
	On("/doilich").
	For(isAdmin).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		words := strings.Fields(c.Input)
		if len(words) != 2 {
			return a
		}
		if _, ok := records.JobOf(words[0]); ok && slices.Contains(records.JobActs, words[1]) {
			jobNamed.Put(a, words[0])
			jobAct.Put(a, words[1])
		}
		return a
	}).
	ConfirmIf(jobKnown).
	Echo(func(c dialog.Ctx) []dialog.Line {
		when := ""
		if jobOn.Has(c.Answers) {
			when = vi.ShowAppointed(c.Label, remindedAt(c.Answers, jobOn, jobClock))
		}
		return []dialog.Line{{Key: "doilich.echo", Args: map[string]string{"job": "job." + jobNamed.Of(c.Answers), "act": jobAct.Of(c.Answers), "when": when}}}
	}).
	Says(append([]dialog.Key{
		{Name: "doilich.echo", Args: []string{"job", "act", "when"}}, {Name: "doilich.kept", Args: []string{"next", "wrote"}}, {Name: "lichviec.none"}, {Name: "save.refused", Args: []string{"reason"}},
	}, jobKeys()...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !jobAct.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "lichviec.none"}}}}
		}
		command := records.ChangeJob{Job: jobNamed.Of(c.Answers), Act: jobAct.Of(c.Answers), Area: adminArea(c.Who)}
		if jobOn.Has(c.Answers) {
			when := remindedAt(c.Answers, jobOn, jobClock)
			command.Cron, _ = records.CronOf(when.Occasion, when.Clock.Hour*60+when.Clock.Minute)
		}
		return []dialog.Effect{keep(records.CmdChangeJob, command, &dialog.Say{Lines: []dialog.Line{{Key: "doilich.kept"}}})}
	})
