package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What came to a fund is entered by who keeps its books, with the number of the official voucher; nothing here replaces that. A mistake is
// taken back, and stays.

func keepsBooks(p dialog.Person) bool { return p.Has(records.RoleTreasurer) }

// transferField asks for the code of a promise.
func transferField(key string) dialog.Field[string] {
	return dialog.NewField(key, dialog.Codec[string]{
		Read: func(in dialog.In) dialog.Reading[string] {
			if code, ok := records.ParseTransferCode(in.Text); ok {
				return dialog.Read(code)
			}
			return dialog.Reading[string]{}
		},
		Format:  func(code string) string { return code },
		Parse:   records.ParseTransferCode,
		Unclear: "xemgop.wrong",
	})
}

// The questions of a receipt. With the code of a promise its fund is known, and how much is still to come.
var (
	takenCode = transferField("code").Optional().SkipLabel("thu.code.none")
	takenFor  = dialog.Fact("for", records.AskReceiptFor, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": takenCode.Of(c.Answers)}
	})
	takable   = dialog.If("the books of the fund are the person's", func(c dialog.Ctx) bool { return takes(c.Answers) })
	freely    = dialog.If("it is for no promise", func(c dialog.Ctx) bool { return takes(c.Answers) && !takenCode.Has(c.Answers) })
	takenFund = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").When(freely)
	takenSum  = vi.Money("sum").When(takable).Check(takeable).Sure(largeReceipt).Default(leftOf).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := takenFor.Of(c.Answers)
		if f["pledge"] == "" {
			return []dialog.Line{{Key: "thu.sum"}}
		}
		return []dialog.Line{{Key: "thu.sum.left", Args: map[string]string{"amount": f["amount"], "left": f["left"], "state": f["state"]}}}
	}).Says(dialog.Key{Name: "thu.sum.left", Args: []string{"amount", "left", "state"}}, dialog.Key{Name: "thu.sum.none"},
		dialog.Key{Name: "ungho.sum.large", Args: []string{"money"}})
	takenWay   = dialog.Choice("way", records.WayCash, records.WayBank, records.WayTreasury).Columns(1).When(takable)
	takenPaper = dialog.Text("paper").When(takable).Optional().Check(dialog.Length(1, records.MaxPaper))
	takenOn    = vi.PastDate("on").When(takable).Default(today).Check(notFuture).Sure(longAgo).
			Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}}, dialog.Key{Name: "help.on.old", Args: []string{"on"}})
	takenName = donorField("public").When(freely).Optional().SkipLabel("ungho.public.none")
)

// takes reports whether money can be entered: the books of the fund are the person's, and the promise still waits for some.
func takes(a dialog.Answers) bool {
	f := takenFor.Of(a)
	return f["area"] != "" && (!takenCode.Has(a) || f["pledge"] != "" && f["state"] != records.PledgeReceived)
}

func takeable(vnd int64, _ dialog.Ctx) (int64, dialog.Problem) {
	switch {
	case vnd <= 0:
		return vnd, dialog.Problem{Key: "thu.sum.none"}
	case vnd > records.MaxMoney:
		return vnd, dialog.Problem{Key: "money.too_large"}
	}
	return vnd, dialog.Fine
}

// leftOf is what is still to come of a promise.
func leftOf(c dialog.Ctx) int64 {
	left, err := strconv.ParseInt(takenFor.Of(c.Answers)["left"], 10, 64)
	if err != nil { // there is no promise
		return 0
	}
	return left
}

// largeReceipt asks twice for much money, and for more than was promised.
func largeReceipt(vnd int64, c dialog.Ctx) dialog.Problem {
	if vnd >= records.AskTwiceMoney || takenCode.Has(c.Answers) && vnd > leftOf(c) {
		return dialog.Problem{Key: "ungho.sum.large", Args: map[string]string{"money": strconv.FormatInt(vnd, 10)}}
	}
	return dialog.Fine
}

// TakeReceipt is /thu: money came to a fund, for a promise or freely given.
var TakeReceipt = dialog.Form("thu", 1, takenCode, takenFor, takenFund, takenSum, takenWay, takenPaper, takenOn, takenName).
	On("/thu").
	ListedFor(keepsBooks).
	For(keepsBooks).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if code, ok := records.ParseTransferCode(c.Input); ok {
			takenCode.Put(a, code)
		}
		return a
	}).
	ConfirmIf(takable).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, f := c.Answers, takenFor.Of(c.Answers)
		fund := f["fund"]
		if fund == "" {
			fund = "fund." + takenFund.Of(a)
		}
		vnd := takenSum.Of(a)
		return []dialog.Line{{Key: "thu.echo", Args: map[string]string{
			"money": strconv.FormatInt(vnd, 10), "words": records.MoneyInWords(vnd), "way": takenWay.Of(a), "fund": fund, "area": f["area"], "pledge": f["pledge"],
			"amount": f["amount"], "paper": takenPaper.Of(a), "on": takenOn.Of(a).String(), "name": receiptName(a),
		}}}
	}).
	Says(
		dialog.Key{Name: "thu.echo", Args: []string{"money", "words", "way", "fund", "area", "pledge", "amount", "paper", "on", "name"}},
		dialog.Key{Name: "thu.kept", Args: []string{"code", "amount", "words", "fund", "area", "pledge", "state", "left"}},
		dialog.Key{Name: "thu.not", Args: []string{"pledge", "state"}},
		dialog.Key{Name: "thu.undo"}, dialog.Key{Name: "thu.more"},
		dialog.Key{Name: "notice.received", Args: []string{"amount", "pledge", "code", "fund", "area", "left", "paper"}},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}},
	).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a, f := c.Answers, takenFor.Of(c.Answers)
		if !takes(a) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "thu.not", Args: map[string]string{"pledge": f["pledge"], "state": f["state"]}}}}}
		}
		seen, err := strconv.ParseInt(f["received"], 10, 64)
		if err != nil { // there is no promise
			seen = 0
		}
		return []dialog.Effect{keep(records.CmdTakeReceipt, records.TakeReceipt{
			Pledge: takenCode.Of(a), Seen: seen, Fund: takenFund.Of(a), Amount: takenSum.Of(a), Way: takenWay.Of(a), Paper: takenPaper.Of(a), On: takenOn.Of(a).String(),
			Name: receiptName(a),
		}, &dialog.Say{
			Lines: []dialog.Line{{Key: "thu.kept"}}, Loose: true,
			Menu: []dialog.Option{
				{Key: "more", Label: c.Label("thu.more"), Do: "/thu"},
				{Key: "undo", Label: c.Label("thu.undo"), Do: "/huythu {code}"},
			},
		})}
	})

func receiptName(a dialog.Answers) string {
	if name := takenName.Of(a); name != nobody {
		return name
	}
	return ""
}

// ReceiptsBook is /sothu: what came, the newest first, or with a code one receipt.
var ReceiptsBook = dialog.Command("sothu").
	On("/sothu").
	ListedFor(keepsBooks).
	For(keepsBooks).
	Says(dialog.Key{Name: "sothu.list"}, dialog.Key{Name: "sothu.none"}, dialog.Key{Name: "sothu.undone"}, dialog.Key{Name: "thu.more"}, dialog.Key{Name: "thu.undo"},
		dialog.Key{Name: "sothu.one", Args: []string{"code", "on", "amount", "words", "way", "paper", "pledge", "fund", "area", "undone"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if code, ok := records.ParseReceiptCode(c.Input); ok {
			return []dialog.Effect{dialog.Ask{Query: records.AskReceipt, Args: map[string]string{"code": code}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskReceipts, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskReceipt {
			say := dialog.Say{Lines: []dialog.Line{{Key: "sothu.one", Args: found.Facts}}}
			if found.Facts["undone"] == "" {
				say.Menu = []dialog.Option{{Key: "undo", Label: c.Label("thu.undo"), Do: "/huythu " + found.Facts["code"]}}
			}
			return []dialog.Effect{say}
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "sothu.list"}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "sothu.none"
		}
		for _, l := range found.Lines {
			amount, _ := strconv.ParseInt(l.Args["amount"], 10, 64)
			label := dayOf(l.Args["on"]) + ": " + vi.FormatMoney(amount)
			if l.Args["paper"] != "" {
				label += ", " + l.Args["paper"]
			}
			if l.Args["undone"] != "" {
				label += " (" + c.Label("sothu.undone") + ")"
			}
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["code"], Label: label, Do: "/sothu " + l.Args["code"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/sothu", found))
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "more", Label: c.Label("thu.more"), Do: "/thu"})
		return []dialog.Effect{say}
	})

// Which receipt is taken back comes with the button.
var (
	undoneCode = dialog.Text("code").Hidden()
	undoneFact = dialog.Fact("of", records.AskReceipt, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": undoneCode.Of(c.Answers)}
	})
	undoable = dialog.If("the receipt is in force", func(c dialog.Ctx) bool { return stands(undoneFact.Of(c.Answers)) })
)

func stands(f map[string]string) bool { return f["code"] != "" && f["undone"] == "" }

// UndoReceipt is /huythu: a receipt that was wrong is taken back. It stays in the books, with the entry that takes it back.
var UndoReceipt = dialog.Form("huythu", 1, undoneCode, undoneFact).
	On("/huythu").
	For(keepsBooks).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if code, ok := records.ParseReceiptCode(c.Input); ok {
			undoneCode.Put(a, code)
		}
		return a
	}).
	ConfirmIf(undoable).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := undoneFact.Of(c.Answers)
		return []dialog.Line{{Key: "huythu.echo", Args: map[string]string{"code": f["code"], "amount": f["amount"], "paper": f["paper"], "on": f["on"], "pledge": f["pledge"]}}}
	}).
	Says(dialog.Key{Name: "huythu.echo", Args: []string{"code", "amount", "paper", "on", "pledge"}}, dialog.Key{Name: "huythu.kept", Args: []string{"code", "amount", "pledge"}},
		dialog.Key{Name: "huythu.which"}, dialog.Key{Name: "notice.received.undone", Args: []string{"amount", "pledge"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := undoneFact.Of(c.Answers)
		if !stands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "huythu.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdUndoReceipt, records.UndoReceipt{Code: f["code"]}, &dialog.Say{Lines: []dialog.Line{{Key: "huythu.kept"}}})}
	})
