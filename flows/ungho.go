package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Giving has one door, /ungho. Where the Front has an appeal open, money is promised here and paid by a transfer with the promise's code, and
// things, work and teaching are promised for a day. Where there is none, what is given is agreed with the ward's Front, which calls back.

// Ways of giving, of which each month's is a way of giving money.
const (
	giveMoney   = records.PledgeMoney
	giveMonthly = "monthly"
)

// The questions of giving. Of several funds that are open the donor chooses one; what is given never goes from one to another.
var (
	fundsHere = dialog.Fact("here", records.AskCampaignOpen, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": askWhere.Of(c.Answers).Unit, "fund": ""}
	})
	hasFund  = dialog.If("an appeal is open there", func(c dialog.Ctx) bool { return fundsHere.Of(c.Answers)["funds"] != "" })
	giveKind = dialog.Choice("kind", giveMoney, giveMonthly, records.PledgeGoods, records.PledgeLabour, records.PledgeSkill).When(hasFund)
	giveFund = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").
			When(dialog.If("several funds are open there", func(c dialog.Ctx) bool { return strings.Contains(fundsHere.Of(c.Answers)["funds"], " ") })).
			Among(func(fund string, c dialog.Ctx) bool {
			return slices.Contains(strings.Fields(fundsHere.Of(c.Answers)["funds"]), fund)
		})
	campaignHere = dialog.Fact("campaign", records.AskCampaignOpen, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": askWhere.Of(c.Answers).Unit, "fund": giveFund.Of(c.Answers)}
	})
	isMoney    = giveKind.Is(giveMoney, giveMonthly)
	isThings   = giveKind.Is(records.PledgeGoods, records.PledgeLabour, records.PledgeSkill)
	giveSum    = vi.Money("sum").When(isMoney).Check(pledgeable).Sure(largePledge).Says(dialog.Key{Name: "ungho.sum.little"}, dialog.Key{Name: "ungho.sum.large", Args: []string{"money"}})
	giveMonths = dialog.Number("months").When(giveKind.Is(giveMonthly)).Check(dialog.Within(2, records.MaxMonths))
	giveGoods  = giftField("goods").When(giveKind.Is(records.PledgeGoods)).Check(onlyThings).Says(dialog.Key{Name: "ungho.goods.money"}, dialog.Key{Name: "ungho.goods.many"})
	giveAlso   = vi.Money("also").When(giveKind.Is(records.PledgeGoods)).Check(pledgeable).Hidden() // money said in one breath with things
	giveDays   = dialog.Number("days").When(giveKind.Is(records.PledgeLabour)).Check(dialog.Within(1, 365))
	giveWork   = dialog.Text("work").When(giveKind.Is(records.PledgeLabour)).Check(dialog.Length(2, 200))
	giveSkill  = dialog.Text("skill").When(giveKind.Is(records.PledgeSkill)).Check(dialog.Length(2, 200))
	giveOn     = vi.ComingDate("bring").When(isThings).Check(notPast).Check(withinAYear).Check(beforeItsEnd).
			Prompt(func(c dialog.Ctx) []dialog.Line {
			return []dialog.Line{{Key: "ungho.bring", Args: map[string]string{"kind": giveKind.Of(c.Answers), "goods": campaignHere.Of(c.Answers)["goods"]}}}
		}).
		Says(dialog.Key{Name: "ungho.bring", Args: []string{"kind", "goods"}}, dialog.Key{Name: "traloinhucau.on.past", Args: []string{"on"}}, dialog.Key{Name: "dodau.from.far"},
			dialog.Key{Name: "ungho.bring.late", Args: []string{"until"}})
	publicly  = donorField("public").When(hasFund).Optional().SkipLabel("ungho.public.none")
	giveHeads = dialog.Number("heads").When(publicly.Holds("is an organisation", func(name string) bool { return givenAs(name) == records.AsOrganisation })).
			Optional().Check(dialog.Within(1, records.MaxHeads))
	giveCall  = vi.Phone("reach").When(giveKind.Is(records.PledgeLabour, records.PledgeSkill))
	byCall    = hasFund.Not()
	offerWhat = dialog.Text("what").When(byCall).Check(dialog.Length(2, 500)).Prompt(func(dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "ungho.what.call"}}
	}).Says(dialog.Key{Name: "ungho.what.call"})
	offerName  = dialog.Text("name").When(byCall).Check(dialog.Length(2, 60))
	offerPhone = vi.Phone("phone").When(byCall)
)

// onlyThings takes things and no money, which has a code of its own to be transferred with.
func onlyThings(g vi.Gifts, _ dialog.Ctx) (vi.Gifts, dialog.Problem) {
	switch {
	case g.Money > 0:
		return g, dialog.Problem{Key: "ungho.goods.money"}
	case len([]rune(g.String())) > records.MaxWhat:
		return g, dialog.Problem{Key: "ungho.goods.many"}
	}
	return g, dialog.Fine
}

// beforeItsEnd refuses a day after the campaign's last.
func beforeItsEnd(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
	if until, ok := vi.ParseDay(campaignHere.Of(c.Answers)["until"]); ok && d.After(until) {
		return d, dialog.Problem{Key: "ungho.bring.late", Args: map[string]string{"until": until.String()}}
	}
	return d, dialog.Fine
}

// givenThings is what is given but for money, in words.
func givenThings(c dialog.Ctx) string {
	switch a := c.Answers; giveKind.Of(a) {
	case records.PledgeGoods:
		return vi.Gifts{Items: giveGoods.Of(a).Items}.String()
	case records.PledgeLabour:
		return strconv.FormatInt(giveDays.Of(a), 10) + " ngày công: " + giveWork.Of(a)
	case records.PledgeSkill:
		return giveSkill.Of(a)
	}
	return ""
}

func pledgeable(vnd int64, _ dialog.Ctx) (int64, dialog.Problem) {
	switch {
	case vnd < records.MinPledge:
		return vnd, dialog.Problem{Key: "ungho.sum.little"}
	case vnd > records.MaxMoney:
		return vnd, dialog.Problem{Key: "money.too_large"}
	}
	return vnd, dialog.Fine
}

func largePledge(vnd int64, _ dialog.Ctx) dialog.Problem {
	if vnd >= records.AskTwiceMoney {
		return dialog.Problem{Key: "ungho.sum.large", Args: map[string]string{"money": strconv.FormatInt(vnd, 10)}}
	}
	return dialog.Fine
}

// nobody is what donorField keeps of somebody who does not want to be named.
const nobody = "-"

// donorField asks for the name that is made public; "ẩn danh" and the like are nobody's.
func donorField(key string) dialog.Field[string] {
	return dialog.NewField(key, dialog.Codec[string]{
		Read: func(in dialog.In) dialog.Reading[string] {
			switch name := strings.Join(strings.Fields(in.Text), " "); {
			case slices.Contains(namelessWords, fold.Fold(name)):
				return dialog.Read(nobody)
			case len([]rune(name)) < 2 || len([]rune(name)) > records.MaxDonor:
				return dialog.Reading[string]{}
			default:
				return dialog.Read(name)
			}
		},
		Format: func(name string) string { return name },
		Parse:  func(s string) (string, bool) { return s, s != "" && len(s) <= 4*records.MaxDonor },
		Show: func(words dialog.Words, lang, name string) string {
			if name == nobody {
				return words.Label(lang, "ungho.public.none")
			}
			return name
		},
		Unclear: "ungho.public.unclear",
		Says:    []dialog.Key{{Name: "ungho.public.none"}},
	})
}

var namelessWords = []string{"an danh", "an danh nha", "khong", "khong can", "giau ten", "khong neu ten", "dung neu ten", "khong cong khai", "khong cong khai ten"}

var payingKeys = []dialog.Key{
	{Name: "ungho.kept.bank", Args: []string{"code", "amount", "fund", "area", "bank", "holder", "months"}},
	{Name: "ungho.kept.teller", Args: []string{"code", "amount", "fund", "area", "way", "holder", "place", "months"}},
	{Name: "ungho.account", Args: []string{"account"}},
}

// thingsKept is said when things, work or teaching are promised: where and when, and whom to ask.
var thingsKept = dialog.Key{Name: "ungho.kept.things", Args: []string{"code", "kind", "what", "fund", "area", "bring", "goods", "phone"}}

// Offer is /ungho: somebody gives.
var Offer = dialog.Form("ungho", 3, askWhere, fundsHere, giveKind, giveFund, campaignHere, giveSum, giveMonths, giveGoods, giveAlso, giveDays, giveWork, giveSkill, giveOn,
	publicly, giveHeads, giveCall, offerWhat, offerName, offerPhone).
	On("/ungho").
	ListedFor(func(p dialog.Person) bool { return guest(p) || p.Has(records.RoleDonor) }).
	Hear(hearPledge).
	Echo(echoPledge).
	Says(append([]dialog.Key{
		{Name: "ungho.echo", Args: []string{"what", "where", "name", "phone"}},
		{Name: "ungho.call"},
		{Name: "ungho.promise", Args: []string{"money", "fund", "area", "name", "way", "months", "heads"}},
		{Name: "ungho.promise.things", Args: []string{"kind", "what", "fund", "area", "name", "heads", "bring", "goods", "phone"}},
		{Name: "ungho.promise.also", Args: []string{"money", "way"}},
		{Name: "ungho.kept", Args: []string{"ward", "phone"}},
		thingsKept,
		{Name: "notice.pledge", Args: []string{"kind", "what", "bring"}},
		{Name: "guest.refused", Args: []string{"reason", "phone"}},
		{Name: "save.refused", Args: []string{"reason"}},
	}, payingKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if fundsHere.Of(a)["funds"] == "" {
			return []dialog.Effect{handed(records.OpenTask{
				Reason: records.TaskOffer, Flow: "ungho", Unit: askWhere.Of(a).Unit, Place: askWhere.Of(a).String(), Words: offerWhat.Of(a),
				Name: offerName.Of(a), Phone: phoneOf(a, offerPhone),
			}, "ungho.kept")}
		}
		return pledges(c)
	})

// pledges are the promises of a donor: money, or things with money beside them, each with a code of its own.
func pledges(c dialog.Ctx) []dialog.Effect {
	a, f := c.Answers, campaignHere.Of(c.Answers)
	id, err := strconv.ParseInt(f["campaign"], 10, 64)
	if err != nil { // it ended while the donor was asked: the store says so
		id = 0
	}
	made := records.MakePledge{Campaign: id, Account: f["account"], Name: publicName(a), As: givenAs(publicName(a)), Heads: int(giveHeads.Of(a))}
	money := made
	if kind := giveKind.Of(a); kind == giveMoney || kind == giveMonthly {
		money.Amount, money.Months = giveSum.Of(a), int(giveMonths.Of(a))
		return []dialog.Effect{keep(records.CmdPledge, money, paying(f, strconv.FormatInt(money.Amount, 10)))}
	}
	made.Kind, made.What, made.On, made.Phone = giveKind.Of(a), givenThings(c), giveOn.Of(a).String(), phoneOf(a, giveCall)
	made.Items = recordItems(giveGoods.Of(a).Items)
	effects := []dialog.Effect{keep(records.CmdPledge, made, &dialog.Say{Lines: []dialog.Line{{Key: thingsKept.Name}}})}
	if giveAlso.Has(a) {
		money.Amount = giveAlso.Of(a)
		effects = append(effects, keep(records.CmdPledge, money, paying(f, strconv.FormatInt(money.Amount, 10))))
	}
	return effects
}

// recordItems are things as they are kept.
func recordItems(items []vi.Item) []records.Item {
	var kept []records.Item
	for _, it := range items {
		item, _ := recordItem(it)
		kept = append(kept, item)
	}
	return kept
}

// echoPledge says what was understood, and who will still see the name of who gives without one.
func echoPledge(c dialog.Ctx) []dialog.Line {
	a, f := c.Answers, campaignHere.Of(c.Answers)
	if fundsHere.Of(a)["funds"] == "" {
		return []dialog.Line{
			{Key: "ungho.echo", Args: map[string]string{"what": offerWhat.Of(a), "where": askWhere.Label(c), "name": offerName.Of(a), "phone": offerPhone.Label(c)}},
			{Key: "ungho.call"},
		}
	}
	args := map[string]string{"fund": "fund." + f["fund"], "area": f["area"], "name": publicName(a), "heads": ""}
	if giveHeads.Has(a) {
		args["heads"] = giveHeads.Label(c)
	}
	if kind := giveKind.Of(a); kind == giveMoney || kind == giveMonthly {
		args["money"], args["way"], args["months"] = strconv.FormatInt(giveSum.Of(a), 10), f["way"], giveMonths.Label(c)
		return []dialog.Line{{Key: "ungho.promise", Args: args}}
	}
	args["kind"], args["what"], args["bring"], args["goods"], args["phone"] = giveKind.Of(a), givenThings(c), giveOn.Of(a).String(), f["goods"], giveCall.Label(c)
	lines := []dialog.Line{{Key: "ungho.promise.things", Args: args}}
	if giveAlso.Has(a) {
		lines = append(lines, dialog.Line{Key: "ungho.promise.also", Args: map[string]string{"money": strconv.FormatInt(giveAlso.Of(a), 10), "way": f["way"]}})
	}
	return lines
}

func publicName(a dialog.Answers) string {
	if name := publicly.Of(a); name != nobody {
		return name
	}
	return ""
}

// paying is what a donor is told who is about to pay: a QR code and the account by itself, or what the teller is to be told.
func paying(f map[string]string, amount string) *dialog.Say {
	if f["way"] != records.WayBank {
		say := &dialog.Say{Lines: []dialog.Line{{Key: "ungho.kept.teller"}}}
		if f["way"] == records.WayTreasury {
			say.Alone = []dialog.Line{{Key: "ungho.account"}}
		}
		return say
	}
	return &dialog.Say{
		Lines: []dialog.Line{{Key: "ungho.kept.bank"}},
		Draw:  &dialog.Drawing{Kind: "vietqr", Args: map[string]string{"bin": f["bin"], "account": f["account"], "amount": amount, "purpose": "{code}"}},
		Alone: []dialog.Line{{Key: "ungho.account"}},
	}
}
