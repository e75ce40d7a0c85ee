package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions about a household that is on no list yet.
var (
	newGroup  = dialog.Lookup("group", records.AskAreaMine, nil)
	newHead   = dialog.Text("head").Check(dialog.Length(3, 60))
	newBorn   = dialog.Number("born").Optional().Check(dialog.Within(1900, 2100))
	newSecond = dialog.Text("second").Optional().Check(dialog.Length(2, 60))
	newPeople = dialog.Number("members").Optional().Check(dialog.Within(1, 30))
	newWhy    = dialog.Text("why").Check(dialog.Length(2, 300))
)

// Propose is /themho: a household for the list of a group. A leader proposes it, a ward officer puts it there.
var Propose = dialog.Form("themho", 1, newGroup, newHead, newBorn, newSecond, newPeople, newWhy).
	On("/themho").
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if len(c.Who.Roles) == 1 && c.Who.Has(records.RoleLeader) {
			newGroup.Put(a, c.Who.Roles[0].Area)
		}
		return a
	}).
	Says(dialog.Key{Name: "themho.kept", Args: []string{"name", "code"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		return []dialog.Effect{keep(records.CmdPropose, records.ProposeHousehold{
			Group: newGroup.Of(a), Head: newHead.Of(a), BirthYear: int(newBorn.Of(a)), Second: newSecond.Of(a), Members: int(newPeople.Of(a)), Why: newWhy.Of(a),
		}, &dialog.Say{Lines: []dialog.Line{{Key: "themho.kept"}}})}
	})

// The questions of deciding on a household that was proposed.
var (
	waitingNow = dialog.Fact("waiting", records.AskProposals, nil)
	anyWaiting = dialog.If("a household waits", func(c dialog.Ctx) bool { return waitingNow.Of(c.Answers)["count"] != "0" })
	proposal   = dialog.Lookup("proposal", records.AskProposals, nil).When(anyWaiting)
	proposalOf = dialog.Fact("of", records.AskProposals, func(c dialog.Ctx) map[string]string {
		return map[string]string{"proposal": proposal.Of(c.Answers)}
	}).When(anyWaiting)
	accept = dialog.YesNo("accept").When(anyWaiting).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := proposalOf.Of(c.Answers)
		return []dialog.Line{{Key: "duyetho.echo", Args: map[string]string{
			"name": f["name"], "birth_year": f["birth_year"], "second": f["second"], "members": f["members"], "group": f["group"], "why": f["why"],
		}}}
	})
)

// Decide is /duyetho: a ward officer puts a proposed household on the list, or does not. The bot decides no class.
var Decide = dialog.Form("duyetho", 1, waitingNow, proposal, proposalOf, accept).
	On("/duyetho").
	Listed().
	For(addsHomes).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if _, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			proposal.Put(a, c.Input)
		}
		return a
	}).
	Says(dialog.Key{Name: "duyetho.echo", Args: []string{"name", "birth_year", "second", "members", "group", "why"}},
		dialog.Key{Name: "duyetho.nobody"}, dialog.Key{Name: "duyetho.kept", Args: []string{"name", "code"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: "notice.proposed", Args: []string{"group"}}, dialog.Key{Name: "notice.proposal.accepted", Args: []string{"name"}},
		dialog.Key{Name: "notice.proposal.refused", Args: []string{"name"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !accept.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "duyetho.nobody"}}}}
		}
		id, _ := strconv.ParseInt(proposal.Of(c.Answers), 10, 64)
		return []dialog.Effect{keep(records.CmdDecide, records.DecideProposal{ID: id, Accept: accept.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "duyetho.kept"}}})}
	})

func addsHomes(p dialog.Person) bool { return p.Has(records.RoleOfficer) }
