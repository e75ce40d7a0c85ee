package flows

import (
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

var exportPeriod = dialog.Choice("period", "month", "last_month", "year")

// Excel is /excel: the entries of the person's areas as a sheet, for whoever reports them.
var Excel = dialog.Form("excel", 2, exportPeriod, Pin).
	Unconfirmed().
	On("/excel").
	For(logsHelp).
	Says(dialog.Key{Name: "excel.kept", Args: []string{"count", "period"}}, dialog.Key{Name: "excel.refused", Args: []string{"reason"}},
		dialog.Key{Name: records.RefusedNoEntries}, dialog.Key{Name: records.RefusedTooManyEntries}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		from, to := exportDays(c)
		columns := make([]string, len(records.ExportColumns))
		for i, name := range records.ExportColumns {
			columns[i] = c.Label("excel.column." + name)
		}
		words := map[string]string{"voided": c.Label("excel.voided"), "total": c.Label("excel.total")}
		for _, k := range records.Kinds {
			words["kind."+k.Code] = c.Label("kind." + k.Code)
		}
		for _, g := range records.GiverKinds {
			words["giver."+g] = c.Label("giver." + g)
		}
		for _, a := range []string{records.AnswerReceived, records.AnswerPaper, records.AnswerMissing, records.AnswerWrong} {
			words["answer."+a] = c.Label("nhatky.answer." + a)
		}
		period := from.Format("01/2006")
		name := "phieu-" + from.Format("2006-01") + ".xlsx"
		if exportPeriod.Of(c.Answers) == "year" {
			period, name = from.Format("2006"), "phieu-"+from.Format("2006")+".xlsx"
		}
		save := keep(records.CmdExportHelp, records.ExportHelp{
			From: records.FormatDay(from), To: records.FormatDay(to), Columns: columns, Words: words,
		}, &dialog.Say{Lines: []dialog.Line{{Key: "excel.kept", Args: map[string]string{"period": period}}}, File: "{file}", FileName: name})
		save.Refused.Lines[0].Key = "excel.refused"
		return []dialog.Effect{save}
	})

// exportDays are the first and the last day of what is asked for.
func exportDays(c dialog.Ctx) (from, to time.Time) {
	now := c.At.In(dialog.Zone)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	switch exportPeriod.Of(c.Answers) {
	case "last_month":
		return month.AddDate(0, -1, 0), month.AddDate(0, 0, -1)
	case "year":
		return time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(now.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return month, month.AddDate(0, 1, -1)
}
