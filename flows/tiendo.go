package flows

import (
	"slices"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// How far a fund is, for anybody: what was promised and what came, kept apart, and nobody's name. Of fewer than five people no sum is told.

// The questions of it: who belongs somewhere is told of that place.
var (
	progWhere = vi.Where("where").When(dialog.If("the person is of no place here", func(c dialog.Ctx) bool {
		return !nearby(c.Who) && !c.Who.Has(records.RoleTreasurer, records.RoleCity)
	}))
	progHere = dialog.Fact("here", records.AskProgress, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": progWhere.Of(c.Answers).Unit, "fund": ""}
	})
	progFund = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").
			When(dialog.If("there are several funds", func(c dialog.Ctx) bool { return strings.Contains(progHere.Of(c.Answers)["funds"], " ") })).
			Among(func(fund string, c dialog.Ctx) bool {
			return slices.Contains(strings.Fields(progHere.Of(c.Answers)["funds"]), fund)
		})
	progFact = dialog.Fact("of", records.AskProgress, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": progWhere.Of(c.Answers).Unit, "fund": progFund.Of(c.Answers)}
	})
)

var chartWords = []string{"promised", "received", "thousands", "millions", "billions"}

// Progress is /tiendo.
var Progress = dialog.Form("tiendo", 1, progWhere, progHere, progFund, progFact).
	On("/tiendo").
	ListedFor(func(p dialog.Person) bool { return p.Has(records.RoleDonor, records.RoleTreasurer, records.RoleCity) }).
	Unconfirmed().
	Says(append([]dialog.Key{
		{Name: "tiendo.said", Args: []string{"fund", "area", "until", "days", "people", "received", "promised", "goal", "percent", "needs", "hidden"}},
		{Name: "tiendo.none"},
		{Name: "tiendo.give"},
	}, chartKeys()...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := progFact.Of(c.Answers)
		give := []dialog.Option{{Key: "give", Label: c.Label("tiendo.give"), Do: "/ungho"}}
		if f["funds"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "tiendo.none"}}, Menu: give, Loose: true}}
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "tiendo.said", Args: f}}, Menu: give, Loose: true}
		if f["rows"] != "" {
			args := map[string]string{"title": c.Label(f["fund"]) + ", " + f["area"], "rows": f["rows"], "goal": f["goal"]}
			for _, w := range chartWords {
				args[w] = c.Label("tiendo.chart." + w)
			}
			say.Draw = &dialog.Drawing{Kind: "progress", Args: args}
		}
		return []dialog.Effect{say}
	})

func chartKeys() []dialog.Key {
	keys := make([]dialog.Key, len(chartWords))
	for i, w := range chartWords {
		keys[i].Name = "tiendo.chart." + w
	}
	return keys
}
