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

// Giving has one door, /ungho. Where the Front has an appeal open, money is promised here and paid by a transfer with the promise's code.
// Things, work, and whatever is given where there is none, are agreed with the ward's Front, which calls back.

// The questions of giving. Of several funds that are open the donor chooses one; money never goes from one to another.
var (
	fundsHere = dialog.Fact("here", records.AskCampaignOpen, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": askWhere.Of(c.Answers).Unit, "fund": ""}
	})
	hasFund  = dialog.If("an appeal is open there", func(c dialog.Ctx) bool { return fundsHere.Of(c.Answers)["funds"] != "" })
	giveKind = dialog.Choice("kind", "money", "things").When(hasFund)
	giveFund = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").
			When(dialog.If("money, and several funds are open there", func(c dialog.Ctx) bool {
			return giveKind.Of(c.Answers) == "money" && strings.Contains(fundsHere.Of(c.Answers)["funds"], " ")
		})).
		Among(func(fund string, c dialog.Ctx) bool {
			return slices.Contains(strings.Fields(fundsHere.Of(c.Answers)["funds"]), fund)
		})
	campaignHere = dialog.Fact("campaign", records.AskCampaignOpen, func(c dialog.Ctx) map[string]string {
		return map[string]string{"unit": askWhere.Of(c.Answers).Unit, "fund": giveFund.Of(c.Answers)}
	})
	giveSum   = vi.Money("sum").When(giveKind.Is("money")).Check(pledgeable).Sure(largePledge).Says(dialog.Key{Name: "ungho.sum.little"}, dialog.Key{Name: "ungho.sum.large", Args: []string{"money"}})
	publicly  = donorField("public").When(giveKind.Is("money")).Optional().SkipLabel("ungho.public.none")
	byCall    = dialog.If("it is agreed by phone", func(c dialog.Ctx) bool { return giveKind.Of(c.Answers) != "money" })
	offerWhat = dialog.Text("what").When(byCall).Check(dialog.Length(2, 500)).Prompt(func(c dialog.Ctx) []dialog.Line {
		if fundsHere.Of(c.Answers)["funds"] == "" {
			return []dialog.Line{{Key: "ungho.what.call"}}
		}
		return []dialog.Line{{Key: "ungho.what"}}
	}).Says(dialog.Key{Name: "ungho.what.call"})
	offerName  = dialog.Text("name").When(byCall).Check(dialog.Length(2, 60))
	offerPhone = vi.Phone("phone").When(byCall)
)

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
	{Name: "ungho.kept.bank", Args: []string{"code", "amount", "fund", "area", "bank", "holder"}},
	{Name: "ungho.kept.teller", Args: []string{"code", "amount", "fund", "area", "way", "holder", "place"}},
	{Name: "ungho.account", Args: []string{"account"}},
}

// Offer is /ungho: somebody gives.
var Offer = dialog.Form("ungho", 2, askWhere, fundsHere, giveKind, giveFund, campaignHere, giveSum, publicly, offerWhat, offerName, offerPhone).
	On("/ungho").
	ListedFor(func(p dialog.Person) bool { return guest(p) || p.Has(records.RoleDonor) }).
	Hear(hearPledge).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a := c.Answers
		if giveKind.Of(a) != "money" {
			lines := []dialog.Line{{Key: "ungho.echo", Args: map[string]string{
				"what": offerWhat.Of(a), "where": askWhere.Label(c), "name": offerName.Of(a), "phone": offerPhone.Label(c),
			}}}
			if fundsHere.Of(a)["funds"] == "" {
				lines = append(lines, dialog.Line{Key: "ungho.call"})
			}
			return lines
		}
		return []dialog.Line{{Key: "ungho.promise", Args: map[string]string{
			"money": strconv.FormatInt(giveSum.Of(a), 10), "fund": "fund." + campaignHere.Of(a)["fund"], "area": campaignHere.Of(a)["area"], "name": publicName(a),
			"way": campaignHere.Of(a)["way"],
		}}}
	}).
	Says(append([]dialog.Key{
		{Name: "ungho.echo", Args: []string{"what", "where", "name", "phone"}},
		{Name: "ungho.call"},
		{Name: "ungho.promise", Args: []string{"money", "fund", "area", "name", "way"}},
		{Name: "ungho.kept", Args: []string{"ward", "phone"}},
		{Name: "guest.refused", Args: []string{"reason", "phone"}},
		{Name: "save.refused", Args: []string{"reason"}},
	}, payingKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if giveKind.Of(a) != "money" {
			return []dialog.Effect{handed(records.OpenTask{
				Reason: records.TaskOffer, Flow: "ungho", Unit: askWhere.Of(a).Unit, Place: askWhere.Of(a).String(), Words: offerWhat.Of(a),
				Name: offerName.Of(a), Phone: phoneOf(a, offerPhone),
			}, "ungho.kept")}
		}
		f := campaignHere.Of(a)
		id, err := strconv.ParseInt(f["campaign"], 10, 64)
		if err != nil { // it ended while the donor was asked: the store says so
			id = 0
		}
		return []dialog.Effect{keep(records.CmdPledge, records.MakePledge{Campaign: id, Account: f["account"], Amount: giveSum.Of(a), Name: publicName(a)},
			paying(f, strconv.FormatInt(giveSum.Of(a), 10)))}
	})

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

// hearPledge understands "mình ủng hộ quỹ 1 triệu", "an danh nha, gop quy vi nguoi ngheo phuong hoa khanh 300k", "cho tui góp 5 thùng mì".
func hearPledge(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	if m.Intent != vi.MakePledge {
		return dialog.Understood{}
	}
	u := dialog.Understood{OK: true, Answers: dialog.Answers{}, Doubts: map[string][]string{}}
	if m.Unit != "" {
		askWhere.Put(u.Answers, vi.Whereabouts{Place: vi.Place{Unit: m.Unit}})
	}
	folded := fold.Fold(text)
	if strings.Contains(folded, "cuu tro") || strings.Contains(folded, "bao lu") || strings.Contains(folded, "lu lut") {
		giveFund.Put(u.Answers, records.FundRelief)
	} else if strings.Contains(folded, "nguoi ngheo") {
		giveFund.Put(u.Answers, records.FundPoor)
	}
	if m.Anonymous {
		publicly.Put(u.Answers, nobody)
	}
	if words := []rune(strings.Join(strings.Fields(text), " ")); len(words) <= 500 {
		offerWhat.Put(u.Answers, string(words))
	}
	switch {
	case len(m.Items) > 0:
		giveKind.Put(u.Answers, "things")
	case m.Money != nil && m.Money.Exact():
		giveKind.Put(u.Answers, "money")
		giveSum.Put(u.Answers, m.Money.VND)
		u.Complete = m.Unit != ""
	case m.Money != nil: // every month, or about so much: it is talked over
		giveKind.Put(u.Answers, "things")
	case m.Amounts.Understood():
		giveKind.Put(u.Answers, "money")
		for _, vnd := range vi.Amounts(m.Amounts) {
			u.Doubts[giveSum.Key()] = append(u.Doubts[giveSum.Key()], giveSum.Canonical(vnd))
		}
	}
	return u
}
