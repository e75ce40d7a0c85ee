package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The yearly list of a ward's households comes as a file: it is looked through first, the officer sees what it would change, and then says
// whether it is imported. Both take a while, and hold nothing up.

func importsLists(p dialog.Person) bool { return p.Has(records.RoleOfficer) }

var listFile = dialog.Photo("file", "document")

// SendList is /nhapho: a list of households, with their classes and flags, to be looked through.
var SendList = dialog.Form("nhapho", 1, listFile).
	On("/nhapho").
	For(importsLists).
	Unconfirmed().
	Says(dialog.Key{Name: "nhapho.kept"}, dialog.Key{Name: "nhapho.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedListBusy},
		dialog.Key{Name: "nhapho.see"},
		dialog.Key{Name: "notice.list.failed", Args: []string{"why", "missing"}}, dialog.Key{Name: "notice.list.checked", Args: []string{"bad"}},
		dialog.Key{Name: "notice.list.done", Args: []string{"bad"}},
		dialog.Key{Name: records.ListPending}, dialog.Key{Name: records.ListDamaged}, dialog.Key{Name: records.ListTooBig}, dialog.Key{Name: records.ListDenied},
		dialog.Key{Name: "list.column.row"}, dialog.Key{Name: "list.column.column"}, dialog.Key{Name: "list.column.heading"}, dialog.Key{Name: "list.column.problem"}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		save := keep(records.CmdCheckList, records.CheckList{Blob: listFile.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "nhapho.kept"}}})
		save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "nhapho.refused"}}, Menu: []dialog.Option{{Key: "see", Label: c.Label("nhapho.see"), Do: "/xemnhap"}}}
		return []dialog.Effect{save}
	})

// SeeList is /xemnhap: what a list would change, or changed, or how far it is. With "loi" the rows that cannot be used, as a file.
var SeeList = dialog.Command("xemnhap").
	On("/xemnhap").
	For(importsLists).
	Says(dialog.Key{Name: "xemnhap.working", Args: []string{"status", "rows"}},
		dialog.Key{Name: "xemnhap.report", Args: []string{"status", "rows", "added", "changed", "same", "bad", "classified", "years", "decisions"}},
		dialog.Key{Name: "xemnhap.failed", Args: []string{"why"}}, dialog.Key{Name: "xemnhap.none"}, dialog.Key{Name: "xemnhap.bad", Args: []string{"bad"}},
		dialog.Key{Name: "xemnhap.import"}, dialog.Key{Name: "xemnhap.drop"}, dialog.Key{Name: "xemnhap.rows"}, dialog.Key{Name: records.ListHeadless}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, rows := strings.CutSuffix(c.Input, " loi")
		return []dialog.Effect{dialog.Ask{Query: records.AskList, Args: map[string]string{"list": number, "rows": map[bool]string{true: "1"}[rows]}}}
	}).
	Show(showList)

func showList(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	say := dialog.Say{Columns: 1}
	switch f["status"] {
	case "":
		say.Lines = []dialog.Line{{Key: "xemnhap.none"}}
		return []dialog.Effect{say}
	case records.ListChecking, records.ListImporting:
		say.Lines = []dialog.Line{{Key: "xemnhap.working", Args: map[string]string{"status": f["status"], "rows": f["rows"]}}}
		return []dialog.Effect{say}
	case records.ListFailed:
		say.Lines = []dialog.Line{{Key: "xemnhap.failed", Args: map[string]string{"why": f["why"]}}}
		return []dialog.Effect{say}
	}
	if f["asked_rows"] != "" && f["bad_file"] != "" {
		return []dialog.Effect{dialog.Say{
			Lines: []dialog.Line{{Key: "xemnhap.bad", Args: map[string]string{"bad": f["bad"]}}}, File: f["bad_file"], FileName: "dong-loi-" + f["list"] + ".xlsx",
		}}
	}
	args := map[string]string{}
	for _, k := range []string{"status", "rows", "added", "changed", "same", "bad", "classified", "years", "decisions"} {
		args[k] = f[k]
	}
	say.Lines = []dialog.Line{{Key: "xemnhap.report", Args: args}}
	if f["status"] == records.ListChecked && (f["added"] != "0" || f["changed"] != "0") {
		say.Menu = append(say.Menu, dialog.Option{Key: "import", Label: c.Label("xemnhap.import"), Do: "/nhapluon " + f["list"]})
	}
	if f["bad_file"] != "" {
		say.Menu = append(say.Menu, dialog.Option{Key: "rows", Label: c.Label("xemnhap.rows"), Do: "/xemnhap " + f["list"] + " loi"})
	}
	if f["status"] == records.ListChecked {
		say.Menu = append(say.Menu, dialog.Option{Key: "drop", Label: c.Label("xemnhap.drop"), Do: "/nhapluon " + f["list"] + " bo"})
	}
	return []dialog.Effect{say}
}

// DecideList is /nhapluon: the list that was looked through is imported, or with "bo" it is not. Said without which, the newest is shown.
var DecideList = dialog.Command("nhapluon").
	On("/nhapluon").
	For(importsLists).
	Says(dialog.Key{Name: "nhapluon.kept"}, dialog.Key{Name: "nhapluon.dropped"}, dialog.Key{Name: "nhapluon.refused", Args: []string{"reason"}},
		dialog.Key{Name: records.RefusedListGone}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, drop := strings.CutSuffix(c.Input, " bo")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskList, Args: map[string]string{"list": ""}}}
		}
		said := "nhapluon.kept"
		if drop {
			said = "nhapluon.dropped"
		}
		save := keep(records.CmdDecideList, records.DecideList{ID: id, Import: !drop}, &dialog.Say{Lines: []dialog.Line{{Key: said}}})
		save.Refused.Lines[0].Key = "nhapluon.refused"
		return []dialog.Effect{save}
	}).
	Show(showList)
