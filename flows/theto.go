package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of making cards for a whole group.
var (
	cardsGroup = dialog.Lookup("group", records.AskAreaMine, nil)
	cardsWhich = dialog.Choice("which", "new", "again")
)

// MakeCards is /theto: an A4 sheet of cards for all households of a group that have none, to be printed, cut and handed out.
var MakeCards = dialog.Form("theto", 1, cardsGroup, cardsWhich).
	On("/theto").
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		onlyGroup(c, a, cardsGroup)
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "theto.echo", Args: map[string]string{"group": cardsGroup.Label(c), "which": cardsWhich.Of(c.Answers)}}}
	}).
	Says(dialog.Key{Name: "theto.echo", Args: []string{"group", "which"}},
		dialog.Key{Name: "theto.kept", Args: []string{"group", "count", "cards", "linked", "short", "until"}},
		dialog.Key{Name: "theto.refused", Args: []string{"reason", "group", "cards", "linked"}}, dialog.Key{Name: records.RefusedNoSeats},
		dialog.Key{Name: "theto.paper.title"}, dialog.Key{Name: "theto.paper.hint"}, dialog.Key{Name: "theto.paper.code"},
		dialog.Key{Name: "theto.paper.until"}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		words := map[string]string{"link": "{link}"}
		for _, w := range []string{"title", "hint", "code", "until"} {
			words[w] = c.Label("theto.paper." + w)
		}
		save := keep(records.CmdMakeCards, records.MakeCards{Group: cardsGroup.Of(c.Answers), Again: cardsWhich.Of(c.Answers) == "again"}, &dialog.Say{
			Lines: []dialog.Line{{Key: "theto.kept"}},
			File:  "{file}", FileName: "the-ca-to.pdf", Print: &dialog.Drawing{Kind: records.PaperCards, Args: words}, Start: cardPayload,
		})
		save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "theto.refused"}}}
		return []dialog.Effect{save}
	})

// onlyGroup answers which group is meant for the leader of one, who is not asked.
func onlyGroup(c dialog.Ctx, a dialog.Answers, group dialog.Field[string]) {
	if len(c.Who.Roles) == 1 && c.Who.Has(records.RoleLeader) {
		group.Put(a, c.Who.Roles[0].Area)
	}
}
