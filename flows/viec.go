package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// doesTasks reports who is handed what a person must go on with.
func doesTasks(p dialog.Person) bool {
	return p.Has(records.RoleFront, records.RoleOfficer, records.RoleAdmin)
}

// taskKeys are what tells of tasks.
var taskKeys = append([]dialog.Key{
	{Name: "viec.list", Args: []string{"count"}},
	{Name: "viec.none"},
	{Name: "viec.urgent"},
	{Name: "viec.taken"},
	{Name: "viec.one", Args: []string{"reason", "on", "area", "urgent", "ref", "place", "name", "phone", "words", "taken", "note"}},
	{Name: "viec.take"},
	{Name: "viec.done"},
	{Name: "viec.pass"},
	{Name: "viec.entry"},
	{Name: "viec.later"},
	{Name: "viec.erase"},
	{Name: "viec.need"},
	{Name: "viec.ask"},
	{Name: "viec.received"},
	{Name: "viec.missing"},
	{Name: "viec.unreached"},
	{Name: "notice.sample", Args: []string{"count", "month"}},
	{Name: "task.other"},
	{Name: "notice.task", Args: []string{"reason", "urgent"}},
}, func() (keys []dialog.Key) {
	for _, r := range records.TaskReasons {
		keys = append(keys, dialog.Key{Name: "task." + r})
	}
	return keys
}()...)

// Tasks is /viec: what is to be done in an officer's area, or with a number one of it.
var Tasks = dialog.Command("viec").
	On("/viec").
	ListedFor(doesTasks).
	For(doesTasks).
	Says(taskKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskTask, Args: map[string]string{"task": strconv.FormatInt(n, 10)}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskTasks, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskTask {
			return showTask(c, found.Facts)
		}
		return showTasks(c, found)
	})

func showTasks(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	if len(found.Lines) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.none"}}}}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "viec.list", Args: map[string]string{"count": found.Facts["count"]}}}, Columns: 1}
	for _, l := range found.Lines {
		label := c.Label(l.Args["reason"])
		if l.Args["urgent"] != "" {
			label = c.Label("viec.urgent") + ": " + label
		}
		if l.Args["name"] != "" {
			label += ", " + l.Args["name"]
		}
		if on, ok := records.ParseDay(l.Args["on"]); ok {
			label += ", " + on.Format("2/1")
		}
		if l.Args["taken"] != "" {
			label += " (" + c.Label("viec.taken") + ")"
		}
		say.Menu = append(say.Menu, dialog.Option{Key: l.Args["task"], Label: label, Do: "/viec " + l.Args["task"]})
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/viec", found))
	}
	return []dialog.Effect{say}
}

func showTask(c dialog.Ctx, f map[string]string) []dialog.Effect {
	args := map[string]string{}
	for _, k := range []string{"reason", "on", "area", "urgent", "ref", "place", "name", "words", "taken", "note"} {
		args[k] = f[k]
	}
	args["phone"] = localPhone(f["phone"])
	do := func(key, slash string) dialog.Option {
		return dialog.Option{Key: key, Label: c.Label("viec." + key), Do: slash + " " + f["task"]}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "viec.one", Args: args}}}
	if f["code"] == records.TaskSample {
		say.Lines = append(say.Lines, dialog.Line{Key: "viec.ask"})
		for _, result := range []string{records.SampleReceived, records.SampleMissing, records.SampleUnreached} {
			o := do(result, "/xongviec")
			o.Do += " " + result
			say.Menu = append(say.Menu, o)
		}
	} else {
		if f["taken"] == "" {
			say.Menu = append(say.Menu, do("take", "/nhanviec"))
		}
		say.Menu = append(say.Menu, do("done", "/xongviec"), do("pass", "/chuyenviec"))
	}
	if strings.HasPrefix(f["code"], records.DataTask("")) {
		say.Menu = append(say.Menu, do("later", "/giahan"))
	}
	if f["code"] == records.TaskDataDelete {
		say.Menu = append(say.Menu, do("erase", "/xoagiup"))
	}
	if _, ok := records.ParseCode(f["ref"]); ok {
		say.Menu = append(say.Menu, dialog.Option{Key: "entry", Label: c.Label("viec.entry"), Do: "/phieu " + f["ref"]})
	} else if id, ok := records.NeedOfRef(f["ref"]); ok && logsHelp(c.Who) {
		args["ref"] = ""
		say.Menu = append(say.Menu, dialog.Option{Key: "need", Label: c.Label("viec.need"), Do: "/cacnhucau " + strconv.FormatInt(id, 10)})
	}
	return []dialog.Effect{say}
}

// TakeTask is /nhanviec: an officer goes on with a task.
var TakeTask = dialog.Command("nhanviec").
	On("/nhanviec").
	For(doesTasks).
	Says(dialog.Key{Name: "nhanviec.kept"}, dialog.Key{Name: "viec.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		n, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdTakeTask, records.TakeTask{ID: n}, &dialog.Say{
			Lines: []dialog.Line{{Key: "nhanviec.kept"}},
			Menu:  []dialog.Option{{Key: "done", Label: c.Label("viec.done"), Do: "/xongviec " + c.Input}},
			Loose: true,
		})}
	})

// The questions of ending a task or passing it on. The number comes with the button.
var (
	taskID   = dialog.Number("task").Hidden()
	taskFact = dialog.Fact("of", records.AskTask, func(c dialog.Ctx) map[string]string {
		return map[string]string{"task": strconv.FormatInt(taskID.Of(c.Answers), 10)}
	})
	taskOpen = dialog.If("the task is open", func(c dialog.Ctx) bool { return taskFact.Of(c.Answers)["task"] != "" })
	taskNote = dialog.Text("note").When(taskOpen).Check(dialog.Length(2, 300)).Args(taskArgs)
	taskTo   = dialog.Choice("to", records.RoleFront, records.RoleOfficer).When(taskOpen).Args(taskArgs)
	passNote = dialog.Text("note").When(taskOpen).Check(dialog.Length(2, 300))
)

func taskArgs(c dialog.Ctx) map[string]string {
	return map[string]string{"reason": taskFact.Of(c.Answers)["reason"], "name": taskFact.Of(c.Answers)["name"]}
}

func openTask(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	number, result, _ := strings.Cut(c.Input, " ")
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && n > 0 {
		taskID.Put(a, n)
	}
	if result == records.SampleReceived || result == records.SampleMissing || result == records.SampleUnreached {
		taskNote.Put(a, result)
	}
	return a
}

// DoneTask is /xongviec: a task is done, with a word on how.
var DoneTask = dialog.Form("xongviec", 1, taskID, taskFact, taskNote).
	On("/xongviec").
	For(doesTasks).
	Open(openTask).
	Unconfirmed().
	Says(dialog.Key{Name: "xongviec.note", Args: []string{"reason", "name"}}, dialog.Key{Name: "xongviec.kept"}, dialog.Key{Name: "viec.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !taskNote.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdDoneTask, records.DoneTask{ID: taskID.Of(c.Answers), Note: taskNote.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "xongviec.kept"}}})}
	})

// PassTask is /chuyenviec: a task goes to those of another duty in the ward, with a word on why.
var PassTask = dialog.Form("chuyenviec", 1, taskID, taskFact, taskTo, passNote).
	On("/chuyenviec").
	For(doesTasks).
	Open(openTask).
	Unconfirmed().
	Says(dialog.Key{Name: "chuyenviec.to", Args: []string{"reason", "name"}}, dialog.Key{Name: "chuyenviec.kept", Args: []string{"told"}}, dialog.Key{Name: "viec.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !passNote.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdPassTask, records.PassTask{ID: taskID.Of(c.Answers), Role: taskTo.Of(c.Answers), Note: passNote.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "chuyenviec.kept"}}})}
	})
