package flows

import (
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of logging one gift to the households of a list that was sent as a file.
var (
	sheet    = dialog.Photo("sheet", "document")
	onSheet  = dialog.Fact("on_sheet", records.AskHouseholdSheet, func(c dialog.Ctx) map[string]string { return map[string]string{"blob": sheet.Of(c.Answers)} })
	readable = dialog.If("the list can be used", func(c dialog.Ctx) bool { return onSheet.Of(c.Answers)["codes"] != "" })
)

// LogSheet is /ghitep: the same gift to every household of a list, an xlsx or csv file.
var LogSheet = dialog.Form("ghitep", 1, sheet, kind, what, extra, giver, named, on, note, onSheet).
	On("/ghitep").
	For(logsHelp).
	ConfirmIf(readable).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := onSheet.Of(c.Answers)
		lines := []dialog.Line{{Key: "help.echo.many", Args: map[string]string{"count": f["count"]}}}
		lines = append(lines, echoHelp(c)...)
		if f["bad"] != "0" {
			lines = append(lines, dialog.Line{Key: "ghitep.bad", Args: map[string]string{"count": f["bad"], "rows": f["rows"]}})
		}
		return lines
	}).
	Says(append(helpKeys,
		dialog.Key{Name: "help.echo.many", Args: []string{"count"}}, dialog.Key{Name: "help.kept.many", Args: []string{"count", "code"}},
		dialog.Key{Name: "ghitep.bad", Args: []string{"count", "rows"}}, dialog.Key{Name: "sheet.pending"}, dialog.Key{Name: "sheet.damaged"},
		dialog.Key{Name: "sheet.headless"}, dialog.Key{Name: "sheet.too_many", Args: []string{"max"}}, dialog.Key{Name: "sheet.nobody"})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := onSheet.Of(c.Answers)
		if f["codes"] == "" {
			why := f["why"]
			if why == "" {
				why = records.ProblemUnavailable
			}
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: why, Args: map[string]string{"max": f["max"]}}}}}
		}
		entry := entryOf(c)
		entry.Households = strings.Fields(f["codes"])
		entry.Source = "file"
		return []dialog.Effect{keepForMany(c, entry)}
	})
