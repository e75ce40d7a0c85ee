package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of logging one gift to many households: which group, and who of its numbered list.
var (
	group  = dialog.Lookup("group", records.AskAreaMine, nil)
	chosen = dialog.Lookup("chosen", records.AskHouseholdList, func(c dialog.Ctx) map[string]string {
		return map[string]string{"group": group.Of(c.Answers)}
	}).Many(200).Picks(pick)
)

// LogMany is /nhieuho: the same gift to several households of a group, chosen from its numbered list.
var LogMany = dialog.Form("nhieuho", 1, group, chosen, kind, what, extra, giver, named, on, photos, consent, note).
	On("/nhieuho").
	Listed().
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if len(c.Who.Roles) == 1 && c.Who.Has(records.RoleLeader) {
			group.Put(a, c.Who.Roles[0].Area) // a leader of one group is not asked which
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		lines := []dialog.Line{{Key: "help.echo.many", Args: map[string]string{"count": strconv.Itoa(len(chosen.All(c.Answers)))}}}
		lines = append(lines, echoHelp(c)...)
		return append(lines, dialog.Line{Key: "help.echo.names", Args: map[string]string{"names": chosenNames(chosen, c.Answers)}})
	}).
	Says(append(helpKeys,
		dialog.Key{Name: "help.echo.many", Args: []string{"count"}},
		dialog.Key{Name: "help.echo.names", Args: []string{"names"}},
		dialog.Key{Name: "help.kept.many", Args: []string{"count", "code"}})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		entry := entryOf(c)
		entry.Households = chosen.All(c.Answers)
		entry.Source = "list"
		return []dialog.Effect{keepForMany(c, entry)}
	})

// keepForMany keeps one gift to the households of entry, and says their common code.
func keepForMany(c dialog.Ctx, entry records.LogHelp) dialog.Save {
	said := dialog.Line{Key: "help.kept.many"}
	if len(entry.Households) == 1 {
		said.Key = "help.kept"
	}
	return keep(records.CmdLogHelp, entry, &dialog.Say{
		Lines: []dialog.Line{said},
		Loose: true,
		Menu:  []dialog.Option{{Key: "void", Label: c.Label("help.button.void"), Do: "/huyphieu {code}"}},
	})
}

// namesShown is how many households the echo names; the count says how many there are.
const namesShown = 12

// chosenNames names those chosen, in the order chosen.
func chosenNames(field dialog.Field[string], a dialog.Answers) string {
	var names []string
	for _, label := range field.AllLabels(a) {
		if label != "" && len(names) < namesShown {
			names = append(names, label)
		}
	}
	more := ""
	if len(names) < len(field.All(a)) {
		more = "; ..."
	}
	return strings.Join(names, "; ") + more
}
