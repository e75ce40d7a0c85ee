package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What was promised, seen by who promised it, and by whoever has a code.

var onePledgeKeys = append([]dialog.Key{
	{Name: "xemgop.one", Args: []string{"code", "amount", "fund", "area", "received", "left", "state", "on", "mine"}},
	{Name: "xemgop.wrong"},
	{Name: "xemgop.pay"},
	{Name: "xemgop.trace"},
	{Name: "xemgop.change"},
	{Name: "xemgop.cancel"},
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
		pays := f["mine"] != "" && (f["state"] == records.PledgePromised || f["state"] == records.PledgePart)
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
			say.Menu = append(say.Menu, []dialog.Option{
				{Key: "change", Label: c.Label("xemgop.change"), Do: "/doigop " + f["code"]},
				{Key: "cancel", Label: c.Label("xemgop.cancel"), Do: "/thoigop " + f["code"]},
			}...)
		}
		if f["state"] == records.PledgeReceived || f["state"] == records.PledgePart {
			say.Menu = append(say.Menu, dialog.Option{Key: "trace", Label: c.Label("xemgop.trace"), Do: "/saoke " + f["code"]})
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
			amount, _ := strconv.ParseInt(l.Args["amount"], 10, 64)
			say.Menu = append(say.Menu, dialog.Option{
				Key: l.Args["code"], Label: dayOf(l.Args["on"]) + ": " + vi.FormatMoney(amount) + ", " + l.Args["area"], Do: "/xemgop " + l.Args["code"],
			})
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
	newAmount = vi.Money("sum").When(stillMine).Check(pledgeable).Sure(largePledge).Says(dialog.Key{Name: "ungho.sum.little"}, dialog.Key{Name: "ungho.sum.large", Args: []string{"money"}})
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

// ChangePledge is /doigop: another amount under the same code, before it is paid.
var ChangePledge = dialog.Form("doigop", 1, pledgeCode, pledgeFact, newAmount).
	On("/doigop").
	Open(pledgeNamed).
	ConfirmIf(stillMine).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := pledgeFact.Of(c.Answers)
		return []dialog.Line{{Key: "doigop.echo", Args: map[string]string{
			"code": f["code"], "fund": f["fund"], "area": f["area"], "amount": f["amount"], "money": strconv.FormatInt(newAmount.Of(c.Answers), 10),
		}}}
	}).
	Says(append([]dialog.Key{
		{Name: "doigop.echo", Args: []string{"code", "fund", "area", "amount", "money"}}, {Name: "doigop.which"}, {Name: "save.refused", Args: []string{"reason"}},
	}, payingKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := pledgeFact.Of(c.Answers)
		if !pledgeStands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "doigop.which"}}}}
		}
		vnd := newAmount.Of(c.Answers)
		return []dialog.Effect{keep(records.CmdChangePledge, records.ChangePledge{Code: f["code"], Amount: vnd}, paying(f, strconv.FormatInt(vnd, 10)))}
	})

// CancelPledge is /thoigop: a promise is taken back. Nobody is asked why.
var CancelPledge = dialog.Form("thoigop", 1, pledgeCode, pledgeFact).
	On("/thoigop").
	Open(pledgeNamed).
	ConfirmIf(stillMine).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := pledgeFact.Of(c.Answers)
		return []dialog.Line{{Key: "thoigop.echo", Args: map[string]string{"code": f["code"], "fund": f["fund"], "area": f["area"], "amount": f["amount"]}}}
	}).
	Says(dialog.Key{Name: "thoigop.echo", Args: []string{"code", "fund", "area", "amount"}}, dialog.Key{Name: "thoigop.kept"}, dialog.Key{Name: "doigop.which"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := pledgeFact.Of(c.Answers)
		if !pledgeStands(f) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "doigop.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdCancelPledge, records.CancelPledge{Code: f["code"]}, &dialog.Say{Lines: []dialog.Line{{Key: "thoigop.kept"}}})}
	})
