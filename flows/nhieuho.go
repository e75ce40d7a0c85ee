package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of logging one gift to many households: which group, its list, and who of it.
var (
	group = dialog.Lookup("group", records.AskAreaMine, nil)
	list  = dialog.Fact("list", records.AskHouseholdList, func(c dialog.Ctx) map[string]string {
		return map[string]string{"group": group.Of(c.Answers)}
	})
	chosen = dialog.NewField("chosen", dialog.Codec[[]string]{
		Read:    readChosen,
		Format:  func(codes []string) string { return strings.Join(codes, " ") },
		Parse:   func(s string) ([]string, bool) { codes := strings.Fields(s); return codes, len(codes) > 0 },
		Show:    func(_ dialog.Words, _ string, codes []string) string { return strconv.Itoa(len(codes)) },
		CouldBe: func(string) bool { return false },
		Says:    []dialog.Key{{Name: "pick.range", Args: []string{"count"}}, {Name: "pick.none"}, {Name: "pick.unread"}},
	}).Prompt(promptChosen).Says(dialog.Key{Name: "pick.line", Args: []string{"n", "name"}}, dialog.Key{Name: "pick.empty"})
)

// LogMany is /nhieuho: the same gift to several households of a group, chosen from its numbered list.
var LogMany = dialog.Form("nhieuho", 1, group, list, chosen, kind, what, extra, giver, named, on, photos, consent, note).
	On("/nhieuho").
	Listed().
	For(logsHelp).
	Echo(func(c dialog.Ctx) []dialog.Line {
		lines := []dialog.Line{{Key: "help.echo.many", Args: map[string]string{"count": strconv.Itoa(len(chosen.Of(c.Answers)))}}}
		lines = append(lines, echoHelp(c)...)
		return append(lines, dialog.Line{Key: "help.echo.names", Args: map[string]string{"names": chosenNames(c.Answers)}})
	}).
	Says(append(helpKeys,
		dialog.Key{Name: "help.echo.many", Args: []string{"count"}},
		dialog.Key{Name: "help.echo.names", Args: []string{"names"}},
		dialog.Key{Name: "help.kept.many", Args: []string{"count", "code"}})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		entry := entryOf(c)
		entry.Households = chosen.Of(c.Answers)
		entry.Source = "list"
		said := dialog.Line{Key: "help.kept.many"}
		if len(entry.Households) == 1 {
			said.Key = "help.kept"
		}
		return []dialog.Effect{keep(records.CmdLogHelp, entry, &dialog.Say{
			Lines: []dialog.Line{said},
			Loose: true,
			Menu:  []dialog.Option{{Key: "void", Label: c.Label("help.button.void"), Do: "/huyphieu {code}"}},
		})}
	})

// listed are the codes and names of the group's list, as the look-up gave them.
func listed(a dialog.Answers) (codes, names []string) {
	f := list.Of(a)
	codes = strings.Fields(f["codes"])
	names = strings.Split(f["names"], "|")
	if len(names) < len(codes) {
		return nil, nil
	}
	return codes, names
}

func promptChosen(c dialog.Ctx) []dialog.Line {
	codes, names := listed(c.Answers)
	if len(codes) == 0 {
		return []dialog.Line{{Key: "pick.empty"}}
	}
	lines := make([]dialog.Line, 0, len(codes)+1)
	for i := range codes {
		lines = append(lines, dialog.Line{Key: "pick.line", Args: map[string]string{"n": strconv.Itoa(i + 1), "name": names[i]}})
	}
	return append(lines, dialog.Line{Key: "nhieuho.chosen"})
}

func readChosen(in dialog.In) dialog.Reading[[]string] {
	codes, _ := listed(in.Answers)
	places, problem := pick(in.Text, len(codes))
	if problem != "" {
		return dialog.Reading[[]string]{Problem: dialog.Problem{Key: "pick." + problem, Args: map[string]string{"count": strconv.Itoa(len(codes))}}}
	}
	picked := make([]string, len(places))
	for i, p := range places {
		picked[i] = codes[p-1]
	}
	return dialog.Read(picked)
}

// chosenNames names those chosen, in the order of the list.
func chosenNames(a dialog.Answers) string {
	codes, names := listed(a)
	in := map[string]bool{}
	for _, code := range chosen.Of(a) {
		in[code] = true
	}
	var out []string
	for i, code := range codes {
		if in[code] {
			out = append(out, names[i])
		}
	}
	return strings.Join(out, "; ")
}
