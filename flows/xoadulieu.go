package flows

import (
	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What people may ask about their own data beside seeing it. What needs a person becomes a request with a number and a last day.

// askedData is a request about the person's own data.
func askedData(ask records.AskData) dialog.Save {
	return keep(records.CmdAskData, ask, &dialog.Say{Lines: []dialog.Line{{Key: "dulieu.asked"}}})
}

var askedKeys = []dialog.Key{{Name: "dulieu.asked", Args: []string{"request", "due"}}, {Name: "save.refused", Args: []string{"reason"}}, {Name: "bonoi.stays"}}

var (
	fixWhat  = dialog.Choice("what", "name", "phone", "home", "other").Columns(1)
	fixPhone = vi.Phone("phone").When(fixWhat.Is("phone"))
	fixName  = dialog.Text("name").When(fixWhat.Is("name")).Check(dialog.Length(2, 60))
	fixWords = dialog.Text("words").When(fixWhat.Is("home", "other")).Check(dialog.Length(3, records.MaxNote))
)

// FixMyData is /suadulieu: what is kept of the person is put right, a name or a number at once.
var FixMyData = dialog.Form("suadulieu", 2, fixWhat, fixName, fixPhone, fixWords).
	On("/suadulieu").
	Says(append(askedKeys, dialog.Key{Name: "suadulieu.kept"})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		switch fixWhat.Of(c.Answers) {
		case "phone":
			return []dialog.Effect{keepPhone(c, fixPhone)}
		case "name":
			return []dialog.Effect{keep(records.CmdName, records.SetName{Name: fixName.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "suadulieu.kept"}}})}
		}
		return []dialog.Effect{askedData(records.AskData{Kind: records.DataCorrect, Words: fixWords.Of(c.Answers)})}
	})

// messagesWords is the version of what somebody answers to who is asked whether to be written to: raise it with tamdung.what.
const messagesWords = 1

var (
	ownData  = dialog.Fact("data", records.AskMyData, nil)
	stopWhat = dialog.Choice("what", "messages", "again", "other").Columns(1).Among(func(what string, c dialog.Ctx) bool {
		quiet := ownData.Of(c.Answers)["quiet"] != ""
		return what == "other" || quiet == (what == "again")
	})
	stopWords = dialog.Text("words").When(stopWhat.Is("other")).Check(dialog.Length(3, records.MaxNote))
)

// StopMyData is /tamdung: the person's data is used less. Messages about the household stop at once, and go on again at once.
var StopMyData = dialog.Form("tamdung", 1, ownData, stopWhat, stopWords).
	On("/tamdung").
	ConfirmIf(stopWhat.Is("other")).
	Says(append(askedKeys, dialog.Key{Name: "tamdung.kept.messages"}, dialog.Key{Name: "tamdung.kept.again"})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		what := stopWhat.Of(c.Answers)
		if what == "other" {
			return []dialog.Effect{askedData(records.AskData{Kind: records.DataRestrict, Words: stopWords.Of(c.Answers)})}
		}
		return []dialog.Effect{keep(records.CmdMessages, records.StopMessages{Consent: records.ConsentGiven{
			Version: messagesWords, Words: c.Label("tamdung.what." + what), Agreed: what == "again",
		}}, &dialog.Say{Lines: []dialog.Line{{Key: "tamdung.kept." + what}}})}
	})

var (
	eraseWhat = dialog.Choice("what", "me", "home").Columns(1).When(dialog.If("the household is on no list", func(c dialog.Ctx) bool {
		f := ownData.Of(c.Answers)
		return f["home"] != "" && f["official"] == ""
	}))
	sureErase = dialog.YesNo("sure").Prompt(func(c dialog.Ctx) []dialog.Line {
		f := ownData.Of(c.Answers)
		switch {
		case eraseWhat.Of(c.Answers) == "home":
			return []dialog.Line{{Key: "xoadulieu.sure.home"}}
		case f["duty"] != "":
			return []dialog.Line{{Key: "xoadulieu.sure.duty"}}
		case f["official"] != "":
			return []dialog.Line{{Key: "xoadulieu.official"}, {Key: "xoadulieu.sure"}}
		}
		return []dialog.Line{{Key: "xoadulieu.sure"}}
	})
)

// EraseMyData is /xoadulieu: what makes the person known is erased at once, with this conversation. Who has a duty, or asks for the
// household's file, is seen to by the ward.
var EraseMyData = dialog.Form("xoadulieu", 1, ownData, eraseWhat, sureErase).
	On("/xoadulieu").
	Unconfirmed().
	Says(append(askedKeys, dialog.Key{Name: "xoadulieu.sure.home"}, dialog.Key{Name: "xoadulieu.sure.duty"}, dialog.Key{Name: "xoadulieu.official"},
		dialog.Key{Name: "xoadulieu.kept"})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		switch {
		case !sureErase.Of(c.Answers):
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		case eraseWhat.Of(c.Answers) == "home", ownData.Of(c.Answers)["duty"] != "":
			return []dialog.Effect{askedData(records.AskData{Kind: records.DataDelete, Household: eraseWhat.Of(c.Answers) == "home"})}
		}
		return []dialog.Effect{keep(records.CmdForgetMe, records.ForgetMe{}, &dialog.Say{Lines: []dialog.Line{{Key: "xoadulieu.kept"}}}), dialog.Forget{}}
	})

var complaint = dialog.Text("words").Check(dialog.Length(3, records.MaxNote))

// Complain is /khieunai: somebody complains about how their data is used.
var Complain = dialog.Form("khieunai", 1, complaint).
	On("/khieunai").
	Says(askedKeys...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{askedData(records.AskData{Kind: records.DataComplain, Words: complaint.Of(c.Answers)})}
	})

var (
	toErase = dialog.If("the task is one to erase", func(c dialog.Ctx) bool { return taskFact.Of(c.Answers)["code"] == records.TaskDataDelete })
	ofData  = dialog.If("the task is about somebody's data", func(c dialog.Ctx) bool {
		code := taskFact.Of(c.Answers)["code"]
		for _, kind := range records.DataKinds {
			if code == records.DataTask(kind) {
				return true
			}
		}
		return false
	})
	sureErased = dialog.YesNo("sure").When(toErase).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := taskFact.Of(c.Answers)
		return []dialog.Line{{Key: "xoagiup.echo", Args: map[string]string{"name": f["name"], "ref": f["ref"]}}}
	})
	laterWhy = dialog.Text("why").When(ofData).Check(dialog.Length(3, 300))
)

// EraseAsked is /xoagiup: an officer erases what somebody asked to have erased.
var EraseAsked = dialog.Form("xoagiup", 1, taskID, taskFact, sureErased).
	On("/xoagiup").
	For(doesTasks).
	Open(openTask).
	Unconfirmed().
	Says(dialog.Key{Name: "xoagiup.echo", Args: []string{"name", "ref"}}, dialog.Key{Name: "xoagiup.kept"}, dialog.Key{Name: "viec.which"}, dialog.Key{Name: "bonoi.stays"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedDuty}, dialog.Key{Name: records.RefusedOnList}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		switch {
		case !sureErased.Has(c.Answers):
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.which"}}}}
		case !sureErased.Of(c.Answers):
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdEraseAsked, records.EraseAsked{Task: taskID.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "xoagiup.kept"}}})}
	})

// ExtendData is /giahan: an officer puts the last day of a request about data off, and says why.
var ExtendData = dialog.Form("giahan", 1, taskID, taskFact, laterWhy).
	On("/giahan").
	For(doesTasks).
	Open(openTask).
	Unconfirmed().
	Says(dialog.Key{Name: "giahan.kept", Args: []string{"due"}}, dialog.Key{Name: "viec.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: records.RefusedExtended}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !laterWhy.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "viec.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdExtendData, records.ExtendData{Task: taskID.Of(c.Answers), Why: laterWhy.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "giahan.kept"}}})}
	})
