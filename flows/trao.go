package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// What a fund allocated is handed over by whoever looks after the household. It is an entry of help like others: the household is told and
// says whether it came.

// The questions of a handover.
var (
	handAny  = dialog.Fact("waiting", records.AskAllocations, func(dialog.Ctx) map[string]string { return map[string]string{"waiting": ""} })
	handPick = dialog.Lookup("allocation", records.AskAllocations, nil).
			When(dialog.If("something waits to be handed over", func(c dialog.Ctx) bool { return handAny.Of(c.Answers)["count"] != "0" }))
	handFact = dialog.Fact("of", records.AskAllocation, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": handPick.Of(c.Answers)}
	})
	handable = dialog.If("the person may hand it over", func(c dialog.Ctx) bool { return handFact.Of(c.Answers)["hand"] != "" })
	handOn   = on.When(handable)
	handPics = photos.When(handable)
	handSure = dialog.Choice("consent", records.Consents...).Labels("consent").When(handPics.Answered())
)

// HandOver is /trao: what a fund allocated to a household was handed over.
var HandOver = dialog.Form("trao", 1, handAny, handPick, handFact, handOn, handPics, handSure).
	On("/trao").
	ListedFor(logsHelp).
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if code, ok := records.ParseAllocationCode(c.Input); ok {
			handPick.Put(a, code)
		}
		return a
	}).
	ConfirmIf(handable).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, f := c.Answers, handFact.Of(c.Answers)
		return []dialog.Line{{Key: "trao.echo", Args: map[string]string{
			"name": f["name"], "group": f["group"], "kind": "kind." + f["kind"], "money": f["money"], "things": f["things"], "fund": f["fund"],
			"on": handOn.Of(a).String(), "photos": photosCounted(a), "consent": "consent." + handSure.Of(a),
		}}}
	}).
	Says(
		dialog.Key{Name: "trao.echo", Args: []string{"name", "group", "kind", "money", "things", "fund", "on", "photos", "consent"}},
		dialog.Key{Name: "trao.allocation.none"}, dialog.Key{Name: "trao.kept", Args: []string{"code"}}, dialog.Key{Name: "duyetquy.not"}, dialog.Key{Name: "help.button.void"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}},
	).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a, f := c.Answers, handFact.Of(c.Answers)
		if handAny.Of(a)["count"] == "0" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "trao.allocation.none"}}}}
		}
		if f["hand"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "duyetquy.not"}}}}
		}
		return []dialog.Effect{keep(records.CmdHandOver, records.HandOver{
			Code: f["code"], On: handOn.Of(a).String(), Photos: handPics.All(a), Consent: handSure.Of(a),
		}, &dialog.Say{
			Lines: []dialog.Line{{Key: "trao.kept"}}, Loose: true,
			Menu: []dialog.Option{{Key: "void", Label: c.Label("help.button.void"), Do: "/huyphieu {code}"}},
		})}
	})

// photosCounted is how many photos go with a handover, "" for none.
func photosCounted(a dialog.Answers) string {
	if n := len(handPics.All(a)); n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}
