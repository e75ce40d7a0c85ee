package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Things that come to a fund lie somewhere, and are counted as money is.

// The questions of a receipt of things.
var (
	goodsHere  = dialog.Fact("here", records.AskReceiptFor, func(dialog.Ctx) map[string]string { return map[string]string{"code": ""} })
	goodsFund  = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund")
	goodsWhat  = giftField("what").Check(goodsAlone).Says(dialog.Key{Name: "nhapkho.what.money"})
	goodsPlace = dialog.Text("place").Check(dialog.Length(2, records.MaxPlace))
	goodsWor   = vi.Money("value").Optional().Check(takeable)
	goodsPap   = dialog.Text("paper").Optional().Check(dialog.Length(1, records.MaxPaper))
	goodsOn    = vi.PastDate("on").Default(today).Check(notFuture).Sure(longAgo).
			Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}}, dialog.Key{Name: "help.on.old", Args: []string{"on"}})
	goodsName = donorField("public").Optional().SkipLabel("ungho.public.none")
)

func goodsAlone(g vi.Gifts, _ dialog.Ctx) (vi.Gifts, dialog.Problem) {
	if g.Money != 0 || len(g.Items) == 0 {
		return g, dialog.Problem{Key: "nhapkho.what.money"}
	}
	return g, dialog.Fine
}

// TakeGoods is /nhapkho: things came to a fund.
var TakeGoods = dialog.Form("nhapkho", 1, goodsHere, goodsFund, goodsWhat, goodsPlace, goodsWor, goodsPap, goodsOn, goodsName).
	On("/nhapkho").
	ListedFor(keepsBooks).
	For(keepsBooks).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a := c.Answers
		name, value := goodsName.Of(a), ""
		if name == nobody {
			name = ""
		}
		if goodsWor.Has(a) {
			value = strconv.FormatInt(goodsWor.Of(a), 10)
		}
		return []dialog.Line{{Key: "nhapkho.echo", Args: map[string]string{
			"things": goodsWhat.Of(a).String(), "place": goodsPlace.Of(a), "amount": value, "paper": goodsPap.Of(a), "on": goodsOn.Of(a).String(), "name": name,
			"fund": "fund." + goodsFund.Of(a), "area": goodsHere.Of(a)["area"],
		}}}
	}).
	Says(dialog.Key{Name: "nhapkho.echo", Args: []string{"things", "place", "amount", "paper", "on", "name", "fund", "area"}},
		dialog.Key{Name: "nhapkho.kept", Args: []string{"code", "things", "fund", "area"}}, dialog.Key{Name: "nhapkho.more"}, dialog.Key{Name: "thu.undo"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		t := records.TakeGoods{
			Fund: goodsFund.Of(a), Value: goodsWor.Of(a), Place: goodsPlace.Of(a), Paper: goodsPap.Of(a), On: goodsOn.Of(a).String(), Name: goodsName.Of(a),
		}
		if t.Name == nobody {
			t.Name = ""
		}
		for _, it := range goodsWhat.Of(a).Items {
			item, _ := recordItem(it)
			t.Items = append(t.Items, item)
		}
		return []dialog.Effect{keep(records.CmdTakeGoods, t, &dialog.Say{
			Lines: []dialog.Line{{Key: "nhapkho.kept"}}, Loose: true,
			Menu: []dialog.Option{
				{Key: "more", Label: c.Label("nhapkho.more"), Do: "/nhapkho"},
				{Key: "undo", Label: c.Label("thu.undo"), Do: "/huythu {code}"},
			},
		})}
	})

// Stock is /kho: what the funds have, and where.
var Stock = dialog.Command("kho").
	On("/kho").
	ListedFor(approves).
	For(approves).
	Says(dialog.Key{Name: "kho.list", Args: []string{"area"}}, dialog.Key{Name: "kho.none", Args: []string{"area"}},
		dialog.Key{Name: "kho.line", Args: []string{"fund", "account", "place", "money", "things"}}).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskStock}} }).
	Show(func(_ dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "kho.list", Args: found.Facts}}}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "kho.none"
		}
		for _, l := range found.Lines {
			say.Lines = append(say.Lines, dialog.Line{Key: "kho.line", Args: l.Args})
		}
		return []dialog.Effect{say}
	})
