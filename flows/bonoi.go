package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of taking somebody out of a household. The link comes with the button.
var (
	linkID = dialog.Number("link").Hidden()
	link   = dialog.Fact("of", records.AskHouseholdMembers, func(c dialog.Ctx) map[string]string {
		return map[string]string{"link": strconv.FormatInt(linkID.Of(c.Answers), 10)}
	})
	linked  = dialog.If("the link is there", func(c dialog.Ctx) bool { return link.Of(c.Answers)["label"] != "" })
	sureOut = dialog.YesNo("sure").When(linked).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := link.Of(c.Answers)
		return []dialog.Line{{Key: "bonoi.echo", Args: map[string]string{"who": f["label"], "name": f["name"]}}}
	})

	sureLeave = dialog.YesNo("sure")
)

// Unlink is /bonoi: who looks after a household takes somebody out of it.
var Unlink = dialog.Form("bonoi", 1, linkID, link, sureOut).
	On("/bonoi").
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
			linkID.Put(a, n)
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "bonoi.echo", Args: []string{"who", "name"}}, dialog.Key{Name: "bonoi.kept"}, dialog.Key{Name: "bonoi.none"}, dialog.Key{Name: "bonoi.stays"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if link.Of(c.Answers)["label"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.none"}}}}
		}
		if !sureOut.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdUnlink, records.Unlink{Link: linkID.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "bonoi.kept"}}})}
	})

// Leave is /thoinoi: somebody of a household takes back that this account shows its support.
var Leave = dialog.Form("thoinoi", 1, myHome, sureLeave).
	On("/thoinoi").
	For(hasHome).
	Unconfirmed().
	Says(dialog.Key{Name: "bonoi.stays"}, dialog.Key{Name: "thoinoi.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !sureLeave.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdUnlink, records.Unlink{Household: myHome.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "thoinoi.kept"}}})}
	})
