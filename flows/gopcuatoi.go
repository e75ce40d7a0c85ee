package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What was promised, seen by who promised it, and by whoever has a code.

var onePledgeKeys = append([]dialog.Key{
	{Name: "xemgop.one", Args: []string{"code", "kind", "amount", "what", "bring", "months", "nth", "fund", "area", "received", "left", "state", "on", "mine", "name", "phone"}},
	{Name: "xemgop.wrong"},
	{Name: "xemgop.pay"},
	{Name: "xemgop.change"},
	{Name: "xemgop.change.things"},
	{Name: "xemgop.cancel"},
	{Name: "xemgop.remind"},
	{Name: "notice.pledge.unpaid", Args: []string{"code", "amount", "fund"}},
	{Name: "notice.pledge.asked", Args: []string{"code", "kind", "amount", "what", "fund"}},
	{Name: "notice.pledge.tomorrow", Args: []string{"code", "kind", "what", "bring", "goods"}},
	{Name: "notice.pledge.month", Args: []string{"code", "amount", "fund", "nth", "months"}},
	{Name: "notice.pledge.pay"},
}, payingKeys...)

// SeePledge is the code of a promise typed by itself: what became of it. Who promised sees how to pay again, and can change it.
var SeePledge = dialog.Command("xemgop").
	On("/xemgop").
	Typed(records.LikeTransferCode).
	Says(onePledgeKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		said, _ := strings.CutSuffix(c.Input, " qr")
		code, ok := records.ParseTransferCode(said)
		if !ok {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemgop.wrong"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskPledge, Args: map[string]string{"code": code}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		f["phone"] = localPhone(f["phone"])
		money := f["kind"] == records.PledgeMoney
		pays := f["mine"] != "" && money && (f["state"] == records.PledgePromised || f["state"] == records.PledgePart)
		if pays && strings.HasSuffix(c.Input, " qr") {
			f["amount"] = f["left"]
			say := paying(f, f["amount"])
			say.Lines[0].Args = f
			if say.Draw != nil {
				say.Draw.Args["purpose"] = f["code"]
			}
			for i := range say.Alone {
				say.Alone[i].Args = f
			}
			return []dialog.Effect{*say}
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "xemgop.one", Args: f}}}
		if pays {
			say.Menu = []dialog.Option{{Key: "pay", Label: c.Label("xemgop.pay"), Do: "/xemgop " + f["code"] + " qr"}}
		}
		if pledgeStands(f) {
			change := "xemgop.change.things"
			if money {
				change = "xemgop.change"
			}
			say.Menu = append(say.Menu, dialog.Option{Key: "change", Label: c.Label(change), Do: "/doigop " + f["code"]},
				dialog.Option{Key: "cancel", Label: c.Label("xemgop.cancel"), Do: "/thoigop " + f["code"]},
				dialog.Option{Key: "remind", Label: c.Label("xemgop.remind"), Do: "/nhacgop " + f["code"]})
		}
		return []dialog.Effect{say}
	})

// MyPledges is /gopcuatoi: what the person promised.
var MyPledges = dialog.Command("gopcuatoi").
	On("/gopcuatoi").
	Says(dialog.Key{Name: "gopcuatoi.list"}, dialog.Key{Name: "gopcuatoi.none"}, dialog.Key{Name: "gopcuatoi.give"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskPledges, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "gopcuatoi.list"}}, Columns: 1}
		for _, l := range found.Lines {
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["code"], Label: dayOf(l.Args["on"]) + promisedWords(l.Args) + ", " + l.Args["area"], Do: "/xemgop " + l.Args["code"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/gopcuatoi", found))
		}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "gopcuatoi.none"
			say.Menu = []dialog.Option{{Key: "give", Label: c.Label("gopcuatoi.give"), Do: "/ungho"}}
		}
		return []dialog.Effect{say}
	})

// promisedWords are what was promised, as on a button behind a day.
func promisedWords(args map[string]string) string {
	if args["kind"] != records.PledgeMoney {
		return short(args["what"])
	}
	amount, _ := strconv.ParseInt(args["amount"], 10, 64)
	return ": " + vi.FormatMoney(amount)
}

// Coming is /dohua: things, work and teaching that were promised to a fund, for who takes them.
var Coming = dialog.Command("dohua").
	On("/dohua").
	For(func(p dialog.Person) bool { return p.Has(records.RoleFront, records.RoleTreasurer) }).
	Says(dialog.Key{Name: "dohua.list"}, dialog.Key{Name: "dohua.none"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskComing, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "dohua.list"}}, Columns: 1}
		for _, l := range found.Lines {
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["code"], Label: dayOf(l.Args["bring"]) + promisedWords(l.Args), Do: "/xemgop " + l.Args["code"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/dohua", found))
		}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "dohua.none"
		}
		return []dialog.Effect{say}
	})

// dayOf is a day as on a button: 11/11.
func dayOf(on string) string {
	day, _ := records.ParseDay(on)
	return day.Format("2/1")
}

// Transferred is what a donor says who has paid. What the bank's statement says is not known here, and nothing is promised about it.
var Transferred = dialog.Command("dachuyen").
	On("/dachuyen").
	Says(dialog.Key{Name: "dachuyen.said", Args: []string{"code"}}, dialog.Key{Name: "gopcuatoi.none"}, dialog.Key{Name: "gopcuatoi.give"}).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskPledge}} }).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Facts["code"] == "" {
			return []dialog.Effect{dialog.Say{
				Lines: []dialog.Line{{Key: "gopcuatoi.none"}},
				Menu:  []dialog.Option{{Key: "give", Label: c.Label("gopcuatoi.give"), Do: "/ungho"}},
			}}
		}
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "dachuyen.said", Args: map[string]string{"code": found.Facts["code"]}}}}}
	})

// Which promise is changed comes with the button, or is the newest one.
var (
	pledgeCode = dialog.Text("code").Hidden()
	pledgeFact = dialog.Fact("of", records.AskPledge, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": pledgeCode.Of(c.Answers)}
	})
	stillMine = dialog.If("it is the person's, and stands", func(c dialog.Ctx) bool { return pledgeStands(pledgeFact.Of(c.Answers)) })
	pledgeIs  = func(kinds ...string) dialog.Cond {
		return dialog.If("it is of "+strings.Join(kinds, " or "), func(c dialog.Ctx) bool { return slices.Contains(kinds, pledgeFact.Of(c.Answers)["kind"]) })
	}
	newAmount = vi.Money("sum").When(stillMine).When(pledgeIs(records.PledgeMoney)).Check(pledgeable).Sure(largePledge).
			Says(dialog.Key{Name: "ungho.sum.little"}, dialog.Key{Name: "ungho.sum.large", Args: []string{"money"}})
	newPart  = dialog.Choice("part", "what", "on").When(stillMine).When(pledgeIs(records.PledgeGoods, records.PledgeLabour, records.PledgeSkill))
	newGoods = giftField("goods").When(newPart.Is("what")).When(pledgeIs(records.PledgeGoods)).Check(onlyThings).
			Says(dialog.Key{Name: "ungho.goods.money"}, dialog.Key{Name: "ungho.goods.many"})
	newWords = dialog.Text("words").When(newPart.Is("what")).When(pledgeIs(records.PledgeLabour, records.PledgeSkill)).Check(dialog.Length(2, 200))
	newBring = vi.ComingDate("bring").When(newPart.Is("on")).Check(notPast).Check(withinAYear).
			Says(dialog.Key{Name: "traloinhucau.on.past", Args: []string{"on"}}, dialog.Key{Name: "dodau.from.far"})
)

func pledgeStands(f map[string]string) bool {
	return f["mine"] != "" && f["state"] == records.PledgePromised
}

func pledgeNamed(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	if code, ok := records.ParseTransferCode(c.Input); ok {
		pledgeCode.Put(a, code)
	}
	return a
}

// ChangePledge is /doigop: another amount, other things or another day under the same code, before it came.
var ChangePledge = dialog.Form("doigop", 2, pledgeCode, pledgeFact, newAmount, newPart, newGoods, newWords, newBring).
	On("/doigop").
	Open(pledgeNamed).
	ConfirmIf(stillMine).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, f := c.Answers, pledgeFact.Of(c.Answers)
		args := map[string]string{"code": f["code"], "fund": f["fund"], "area": f["area"], "amount": f["amount"], "money": "", "what": f["what"], "new": newThings(a), "bring": f["bring"], "day": ""}
		if newAmount.Has(a) {
			args["money"] = strconv.FormatInt(newAmount.Of(a), 10)
		}
		if newBring.Has(a) {
			args["day"] = newBring.Of(a).String()
		}
		return []dialog.Line{{Key: "doigop.echo", Args: args}}
	}).
	Says(append([]dialog.Key{
		{Name: "doigop.echo", Args: []string{"code", "fund", "area", "amount", "money", "what", "new", "bring", "day"}},
		{Name: "doigop.which"},
		{Name: "save.refused", Args: []string{"reason"}},
		thingsKept,
	}, payingKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a, f := c.Answers, pledgeFact.Of(c.Answers)
		if !pledgeStands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "doigop.which"}}}}
		}
		if f["kind"] == records.PledgeMoney {
			vnd := newAmount.Of(a)
			return []dialog.Effect{keep(records.CmdChangePledge, records.ChangePledge{Code: f["code"], Amount: vnd}, paying(f, strconv.FormatInt(vnd, 10)))}
		}
		change := records.ChangePledge{Code: f["code"], What: newThings(a), Items: recordItems(newGoods.Of(a).Items)}
		if newBring.Has(a) {
			change.On = newBring.Of(a).String()
		}
		return []dialog.Effect{keep(records.CmdChangePledge, change, &dialog.Say{Lines: []dialog.Line{{Key: thingsKept.Name}}})}
	})

// newThings is what is promised in place of what was, in words, but for money.
func newThings(a dialog.Answers) string {
	if newGoods.Has(a) {
		return vi.Gifts{Items: newGoods.Of(a).Items}.String()
	}
	return newWords.Of(a)
}

// remindDay is the day on which somebody wants to be reminded.
var remindDay = vi.ComingDate("on").When(stillMine).Check(notPast).Check(withinAYear).
	Says(dialog.Key{Name: "traloinhucau.on.past", Args: []string{"on"}}, dialog.Key{Name: "dodau.from.far"})

// RemindPledge is /nhacgop: a donor is reminded of a promise on a day of their own.
var RemindPledge = dialog.Form("nhacgop", 1, pledgeCode, pledgeFact, remindDay).
	On("/nhacgop").
	Open(pledgeNamed).
	Unconfirmed().
	Says(dialog.Key{Name: "nhacgop.kept", Args: []string{"code", "on"}}, dialog.Key{Name: "doigop.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := pledgeFact.Of(c.Answers)
		if !pledgeStands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "doigop.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdRemindPledge, records.RemindPledge{Code: f["code"], On: remindDay.Of(c.Answers).String()},
			&dialog.Say{Lines: []dialog.Line{{Key: "nhacgop.kept"}}})}
	})

// CancelPledge is /thoigop: a promise is taken back. Nobody is asked why.
var CancelPledge = dialog.Form("thoigop", 1, pledgeCode, pledgeFact).
	On("/thoigop").
	Open(pledgeNamed).
	ConfirmIf(stillMine).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := pledgeFact.Of(c.Answers)
		return []dialog.Line{{Key: "thoigop.echo", Args: map[string]string{
			"code": f["code"], "fund": f["fund"], "area": f["area"], "amount": f["amount"], "kind": f["kind"], "what": f["what"], "months": f["months"],
		}}}
	}).
	Says(dialog.Key{Name: "thoigop.echo", Args: []string{"code", "fund", "area", "amount", "kind", "what", "months"}}, dialog.Key{Name: "thoigop.kept"}, dialog.Key{Name: "doigop.which"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := pledgeFact.Of(c.Answers)
		if !pledgeStands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "doigop.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdCancelPledge, records.CancelPledge{Code: f["code"]}, &dialog.Say{Lines: []dialog.Line{{Key: "thoigop.kept"}}})}
	})
