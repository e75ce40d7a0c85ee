package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// A bank's statement is read first, and kept when its treasurer says so. What names a promise and has its amount is entered; the others wait
// for the treasurer, who says of each what it is. An amount alone says nothing: it is only a reason to ask.

var (
	statementAccount = dialog.Text("account").Hidden()
	statementFile    = dialog.Photo("file", "document")
)

// SendStatement is /nhapsaoke: a statement of a bank, to be read. With a number it is of that account, where the file does not say.
var SendStatement = dialog.Form("nhapsaoke", 1, statementAccount, statementFile).
	On("/nhapsaoke").
	ListedFor(keepsBooks).
	For(keepsBooks).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if account := records.AccountKey(c.Input); account != "" && len(account) <= 30 {
			statementAccount.Put(a, account)
		}
		return a
	}).
	Says(dialog.Key{Name: "nhapsaoke.kept"}, dialog.Key{Name: "nhapsaoke.refused", Args: []string{"reason"}}, dialog.Key{Name: "nhapsaoke.see"},
		dialog.Key{Name: "notice.statement.failed", Args: []string{"why", "said"}}, dialog.Key{Name: "notice.statement.read", Args: []string{"lines"}},
		dialog.Key{Name: "notice.statement.kept", Args: []string{"accepted", "waiting"}}, dialog.Key{Name: "notice.transfers", Args: []string{"fund"}},
		dialog.Key{Name: records.RefusedStatementBusy}, dialog.Key{Name: records.StatementPending}, dialog.Key{Name: records.StatementDamaged},
		dialog.Key{Name: records.StatementTooBig}, dialog.Key{Name: records.StatementOld}, dialog.Key{Name: records.StatementHeadless},
		dialog.Key{Name: records.StatementWhich}, dialog.Key{Name: records.StatementEmpty}, dialog.Key{Name: records.StatementDenied},
		dialog.Key{Name: records.StatementNoAccount}, dialog.Key{Name: records.StatementForeign},
		dialog.Key{Name: records.FaultDay, Args: []string{"value"}}, dialog.Key{Name: records.FaultAmount, Args: []string{"value"}},
		dialog.Key{Name: records.FaultTooMuch, Args: []string{"value"}}, dialog.Key{Name: records.FaultBothWays, Args: []string{"value"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		save := keep(records.CmdReadStatement, records.ReadStatementFile{Blob: statementFile.Of(c.Answers), Account: statementAccount.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "nhapsaoke.kept"}}})
		save.Refused = &dialog.Say{
			Lines: []dialog.Line{{Key: "nhapsaoke.refused"}}, Menu: []dialog.Option{{Key: "see", Label: c.Label("nhapsaoke.see"), Do: "/xemsaoke"}},
		}
		return []dialog.Effect{save}
	})

// statementFacts are the facts of a statement that its report takes.
var statementFacts = []string{
	"status", "account", "lines", "total", "matched", "matched_sum", "amounts", "unclear", "unknown", "same", "others", "bad", "off_row", "off_by", "from", "to", "accepted", "keep",
}

// SeeStatement is /xemsaoke: what a statement would come to, or came to. With "loi" the lines that cannot be used, as a file.
var SeeStatement = dialog.Command("xemsaoke").
	On("/xemsaoke").
	For(keepsBooks).
	Says(dialog.Key{Name: "xemsaoke.none"}, dialog.Key{Name: "xemsaoke.working", Args: []string{"status"}}, dialog.Key{Name: "xemsaoke.failed", Args: []string{"why", "said"}},
		dialog.Key{Name: "xemsaoke.report", Args: statementFacts}, dialog.Key{Name: "xemsaoke.bad", Args: []string{"bad"}},
		dialog.Key{Name: "xemsaoke.keep"}, dialog.Key{Name: "xemsaoke.drop"}, dialog.Key{Name: "xemsaoke.rows"}, dialog.Key{Name: "doisoat.open"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, rows := strings.CutSuffix(c.Input, " loi")
		return []dialog.Effect{dialog.Ask{Query: records.AskStatement, Args: map[string]string{"statement": number, "rows": map[bool]string{true: "1"}[rows]}}}
	}).
	Show(showStatement)

func showStatement(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	say := dialog.Say{Columns: 1}
	only := func(key string, names ...string) []dialog.Effect {
		args := map[string]string{}
		for _, n := range names {
			args[n] = f[n]
		}
		say.Lines = []dialog.Line{{Key: key, Args: args}}
		return []dialog.Effect{say}
	}
	switch f["status"] {
	case "":
		return only("xemsaoke.none")
	case records.StatementReading, records.StatementKeeping:
		return only("xemsaoke.working", "status")
	case records.StatementFailed:
		return only("xemsaoke.failed", "why", "said")
	}
	if f["asked_rows"] != "" && f["bad_file"] != "" {
		say.File, say.FileName = f["bad_file"], "dong-chua-doc-"+f["statement"]+".xlsx"
		return only("xemsaoke.bad", "bad")
	}
	fresh := f["status"] == records.StatementRead && f["lines"] != f["same"]
	f["keep"] = map[bool]string{true: "1"}[fresh]
	button := func(key, do string) {
		say.Menu = append(say.Menu, dialog.Option{Key: key, Label: c.Label("xemsaoke." + key), Do: do})
	}
	if fresh {
		button("keep", "/luusaoke "+f["statement"])
	}
	if f["bad_file"] != "" {
		button("rows", "/xemsaoke "+f["statement"]+" loi")
	}
	switch f["status"] {
	case records.StatementRead:
		button("drop", "/luusaoke "+f["statement"]+" bo")
	case records.StatementKept:
		say.Menu = append(say.Menu, dialog.Option{Key: "open", Label: c.Label("doisoat.open"), Do: "/doisoat"})
	}
	return only("xemsaoke.report", statementFacts...)
}

// DecideStatement is /luusaoke: the statement that was read is kept, or with "bo" it is not. Said without which, the newest is shown.
var DecideStatement = dialog.Command("luusaoke").
	On("/luusaoke").
	For(keepsBooks).
	Says(dialog.Key{Name: "luusaoke.kept"}, dialog.Key{Name: "luusaoke.dropped"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: records.RefusedStatementGone}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, drop := strings.CutSuffix(c.Input, " bo")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskStatement, Args: map[string]string{"statement": ""}}}
		}
		said := "luusaoke.kept"
		if drop {
			said = "luusaoke.dropped"
		}
		return []dialog.Effect{keep(records.CmdKeepStatement, records.KeepStatement{ID: id, Keep: !drop}, &dialog.Say{Lines: []dialog.Line{{Key: said}}})}
	}).
	Show(showStatement)

// Reconcile is /doisoat: the money that came and waits for the treasurer, those that are sure first.
var Reconcile = dialog.Command("doisoat").
	On("/doisoat").
	ListedFor(keepsBooks).
	For(keepsBooks).
	Says(dialog.Key{Name: "doisoat.list", Args: []string{"matched", "matched_sum", "amount", "unclear", "unknown"}}, dialog.Key{Name: "doisoat.none"},
		dialog.Key{Name: "doisoat.all"}, dialog.Key{Name: "doisoat.send"}, dialog.Key{Name: "doisoat.matched"}, dialog.Key{Name: "doisoat.amount"},
		dialog.Key{Name: "doisoat.unclear"}, dialog.Key{Name: "doisoat.unknown"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskTransfers, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines = []dialog.Line{{Key: "doisoat.none"}}
			say.Menu = []dialog.Option{{Key: "send", Label: c.Label("doisoat.send"), Do: "/nhapsaoke"}}
			return []dialog.Effect{say}
		}
		args := map[string]string{}
		for _, k := range []string{"matched", "matched_sum", "amount", "unclear", "unknown"} {
			args[k] = found.Facts[k]
		}
		say.Lines = []dialog.Line{{Key: "doisoat.list", Args: args}}
		if args["matched"] != "0" {
			say.Menu = append(say.Menu, dialog.Option{Key: "all", Label: c.Label("doisoat.all"), Do: "/nhanhet"})
		}
		for _, l := range found.Lines {
			amount, _ := strconv.ParseInt(l.Args["amount"], 10, 64)
			say.Menu = append(say.Menu, dialog.Option{
				Key: l.Args["transfer"], Label: dayOf(l.Args["on"]) + ": " + vi.FormatMoney(amount) + ", " + c.Label("doisoat."+l.Args["state"]), Do: "/khoanve " + l.Args["transfer"],
			})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/doisoat", found))
		}
		return []dialog.Effect{say}
	})

// transferFacts are the facts of a transfer that are told.
var transferFacts = []string{"on", "amount", "content", "state", "why", "code", "fund", "area", "receipt", "promised", "left"}

// whyLooked are the reasons why a person should look at a transfer.
var whyLooked = []string{
	records.WhyMended, records.WhySeveral, records.WhyWrong, records.WhyCut, records.WhyCancelled, records.WhyTwice, records.WhyFund, records.WhyNotGiven, records.WhyLike,
	records.WhyUndone,
}

func keysOf(names []string) (keys []dialog.Key) {
	for _, n := range names {
		keys = append(keys, dialog.Key{Name: n})
	}
	return keys
}

// OneTransfer is /khoanve: money that came, what it may be for, and what can be done with it.
var OneTransfer = dialog.Command("khoanve").
	On("/khoanve").
	For(keepsBooks).
	Says(append(keysOf(whyLooked), dialog.Key{Name: "khoanve.one", Args: transferFacts}, dialog.Key{Name: "khoanve.take", Args: []string{"code"}},
		dialog.Key{Name: "khoanve.type"}, dialog.Key{Name: "khoanve.free"},
		dialog.Key{Name: "khoanve.aside"}, dialog.Key{Name: "khoanve.undo"}, dialog.Key{Name: "khoanve.which"})...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if _, err := strconv.ParseInt(c.Input, 10, 64); err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "khoanve.which"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskTransfer, Args: map[string]string{"transfer": c.Input}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f, args := found.Facts, map[string]string{}
		for _, k := range transferFacts {
			args[k] = f[k]
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "khoanve.one", Args: args}}, Columns: 1}
		button := func(key, label, do string) {
			say.Menu = append(say.Menu, dialog.Option{Key: key, Label: label, Do: do + " " + f["transfer"]})
		}
		switch f["state"] {
		case records.TransferAccepted, records.TransferAside:
			button("undo", c.Label("khoanve.undo"), "/huynhan")
			return []dialog.Effect{say}
		}
		if f["code"] != "" && f["promised"] != "" {
			button("take", c.Label("khoanve.take")+" "+f["code"], "/nhankhoan")
		}
		for _, l := range found.Lines {
			left, _ := strconv.ParseInt(l.Args["left"], 10, 64)
			say.Menu = append(say.Menu, dialog.Option{
				Key: l.Args["code"], Label: l.Args["code"] + ", " + vi.FormatMoney(left), Do: "/nhankhoan " + f["transfer"] + " " + l.Args["code"],
			})
		}
		button("type", c.Label("khoanve.type"), "/ganma")
		say.Menu = append(say.Menu, dialog.Option{Key: "free", Label: c.Label("khoanve.free"), Do: "/nhankhoan " + f["transfer"] + " quy"})
		button("aside", c.Label("khoanve.aside"), "/khongnhan")
		return []dialog.Effect{say}
	})

// acceptedSay is what is said of a transfer that has its receipt.
func acceptedSay(c dialog.Ctx, id int64) *dialog.Say {
	return &dialog.Say{
		Lines: []dialog.Line{{Key: "nhankhoan.kept"}}, Columns: 1,
		Menu: []dialog.Option{{Key: "next", Label: c.Label("nhankhoan.next"), Do: "/doisoat"}, {Key: "undo", Label: c.Label("khoanve.undo"), Do: "/huynhan " + strconv.FormatInt(id, 10)}},
	}
}

// AcceptOne is /nhankhoan: a transfer is for the promise that it names, for the one whose code is said, or with "quy" for the fund.
var AcceptOne = dialog.Command("nhankhoan").
	On("/nhankhoan").
	For(keepsBooks).
	Says(dialog.Key{Name: "nhankhoan.kept", Args: []string{"code", "amount", "pledge", "transfer", "more"}}, dialog.Key{Name: "nhankhoan.next"}, dialog.Key{Name: "khoanve.undo"},
		dialog.Key{Name: "khoanve.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedTransferGone},
		dialog.Key{Name: records.RefusedNotMeant}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, code, _ := strings.Cut(c.Input, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "khoanve.which"}}}}
		}
		command := records.AcceptTransfer{ID: id, Code: code}
		if code == "quy" {
			command.Code, command.Free = "", true
		}
		return []dialog.Effect{keep(records.CmdAcceptTransfer, command, acceptedSay(c, id))}
	})

// AcceptSure is /nhanhet: all that name a promise and have its amount.
var AcceptSure = dialog.Command("nhanhet").
	On("/nhanhet").
	For(keepsBooks).
	Says(dialog.Key{Name: "nhanhet.kept", Args: []string{"accepted", "amount", "failed", "left"}}, dialog.Key{Name: "nhankhoan.next"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdAcceptMatched, records.AcceptMatched{}, &dialog.Say{
			Lines: []dialog.Line{{Key: "nhanhet.kept"}}, Menu: []dialog.Option{{Key: "next", Label: c.Label("nhankhoan.next"), Do: "/doisoat"}},
		})}
	})

// Which transfer a code is typed for comes with the button.
var (
	pairFor  = dialog.Text("transfer").Hidden()
	pairCode = transferField("code")
)

// TypeCode is /ganma: the treasurer types the code of the promise that a transfer is for.
var TypeCode = dialog.Form("ganma", 1, pairFor, pairCode).
	On("/ganma").
	For(keepsBooks).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if _, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			pairFor.Put(a, c.Input)
		}
		return a
	}).
	Says(dialog.Key{Name: "nhankhoan.kept", Args: []string{"code", "amount", "pledge", "transfer", "more"}}, dialog.Key{Name: "nhankhoan.next"}, dialog.Key{Name: "khoanve.undo"},
		dialog.Key{Name: "khoanve.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(pairFor.Of(c.Answers), 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "khoanve.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdAcceptTransfer, records.AcceptTransfer{ID: id, Code: pairCode.Of(c.Answers)}, acceptedSay(c, id))}
	})

// SetAside is /khongnhan: a transfer is no gift.
var SetAside = dialog.Command("khongnhan").
	On("/khongnhan").
	For(keepsBooks).
	Says(dialog.Key{Name: "khongnhan.kept", Args: []string{"transfer", "amount", "more"}}, dialog.Key{Name: "nhankhoan.next"}, dialog.Key{Name: "khoanve.undo"},
		dialog.Key{Name: "khoanve.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "khoanve.which"}}}}
		}
		say := acceptedSay(c, id)
		say.Lines[0].Key = "khongnhan.kept"
		return []dialog.Effect{keep(records.CmdAsideTransfer, records.AsideTransfer{ID: id}, say)}
	})

// UndoTransfer is /huynhan: what was said of a transfer is taken back, and it waits again.
var UndoTransfer = dialog.Command("huynhan").
	On("/huynhan").
	For(keepsBooks).
	Says(dialog.Key{Name: "huynhan.kept", Args: []string{"transfer", "amount"}}, dialog.Key{Name: "huynhan.again"}, dialog.Key{Name: "khoanve.which"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "khoanve.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdUndoTransfer, records.UndoTransfer{ID: id}, &dialog.Say{
			Lines: []dialog.Line{{Key: "huynhan.kept"}}, Menu: []dialog.Option{{Key: "again", Label: c.Label("huynhan.again"), Do: "/khoanve " + strconv.FormatInt(id, 10)}},
		})}
	})
