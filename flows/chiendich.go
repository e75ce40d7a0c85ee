package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The appeals of the Front. One person proposes with the account, a second one types the account from paper and opens; no chat shows the
// account before that.

func runsCampaigns(p dialog.Person) bool { return p.Has(records.RoleFront, records.RoleCity) }

var campaignKeys = []dialog.Key{
	{Name: "chiendich.list"},
	{Name: "chiendich.none"},
	{Name: "chiendich.state.proposed"},
	{Name: "chiendich.state.paused"},
	{Name: "chiendich.one", Args: []string{"fund", "area", "plan", "on", "until", "state", "way", "bank", "holder", "place", "goods", "goal", "mine", "second"}},
	{Name: "chiendich.coming"},
	{Name: "chiendich.progress"},
	{Name: "chiendich.share"},
	{Name: "notice.campaign.follow", Args: []string{"fund", "area"}},
	{Name: "notice.campaign.follow.button"},
	{Name: "chiendich.new"},
	{Name: "chiendich.second"},
	{Name: "chiendich.pause"},
	{Name: "chiendich.resume"},
	{Name: "chiendich.close"},
	{Name: "fund." + records.FundPoor},
	{Name: "fund." + records.FundRelief},
	{Name: "fund." + records.FundOther},
	{Name: "notice.campaign", Args: []string{"fund", "area"}},
}

// Campaigns is /chiendich: the appeals of the officer's ward or city, or with a number one of them.
var Campaigns = dialog.Command("chiendich").
	On("/chiendich").
	ListedFor(runsCampaigns).
	For(runsCampaigns).
	Says(campaignKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskCampaign, Args: map[string]string{"campaign": strconv.FormatInt(n, 10)}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskCampaigns, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskCampaign {
			return showCampaign(c, found.Facts)
		}
		return showCampaigns(c, found)
	})

func showCampaigns(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	say := dialog.Say{Lines: []dialog.Line{{Key: "chiendich.list"}}, Columns: 1}
	if len(found.Lines) == 0 {
		say.Lines[0].Key = "chiendich.none"
	}
	for _, l := range found.Lines {
		label := c.Label(l.Args["fund"]) + ", " + l.Args["area"]
		if from, ok := vi.ParseDay(l.Args["on"]); ok && l.Args["until"] != "" {
			label += ", " + strconv.Itoa(from.Year)
		}
		if l.Args["state"] != records.CampaignOpen {
			label += " (" + c.Label("chiendich.state."+l.Args["state"]) + ")"
		}
		say.Menu = append(say.Menu, dialog.Option{Key: l.Args["campaign"], Label: label, Do: "/chiendich " + l.Args["campaign"]})
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/chiendich", found))
	}
	say.Menu = append(say.Menu, dialog.Option{Key: "new", Label: c.Label("chiendich.new"), Do: "/lapchiendich"})
	return []dialog.Effect{say}
}

// showCampaign tells of one campaign, and what the officer can do with it.
func showCampaign(c dialog.Ctx, f map[string]string) []dialog.Effect {
	say := dialog.Say{Lines: []dialog.Line{{Key: "chiendich.one", Args: f}}, Columns: 1}
	if f["second"] != "" {
		say.Menu = append(say.Menu, dialog.Option{Key: "second", Label: c.Label("chiendich.second"), Do: "/mochiendich " + f["campaign"]})
	}
	if c.Who.Has(records.RoleFront) && f["state"] != records.CampaignProposed {
		say.Menu = append(say.Menu, dialog.Option{Key: "coming", Label: c.Label("chiendich.coming"), Do: "/dohua"})
	}
	if f["state"] != records.CampaignProposed {
		say.Menu = append(say.Menu, dialog.Option{Key: "progress", Label: c.Label("chiendich.progress"), Do: "/tiendo"})
	}
	if f["share"] != "" {
		say.Menu = append(say.Menu, dialog.Option{Key: "share", Label: c.Label("chiendich.share"), Do: "/guichiendich " + f["campaign"]})
	}
	for _, to := range []struct{ act, state string }{{"pause", records.CampaignPaused}, {"resume", records.CampaignOpen}, {"close", records.CampaignClosed}} {
		if f[to.act] != "" {
			say.Menu = append(say.Menu, dialog.Option{Key: to.act, Label: c.Label("chiendich." + to.act), Do: "/doichiendich " + f["campaign"] + " " + to.state})
		}
	}
	return []dialog.Effect{say}
}

// The questions of a new campaign. Its days are data: they differ from year to year. One that follows the city's takes fund, plan and days from
// it; its account is always the commune's own.
var (
	followID   = dialog.Number("follow").Hidden()
	followFact = dialog.Fact("of", records.AskTemplate, func(c dialog.Ctx) map[string]string {
		return map[string]string{"campaign": strconv.FormatInt(followID.Of(c.Answers), 10)}
	})
	onItsOwn  = dialog.If("it does not follow the city's", func(c dialog.Ctx) bool { return followFact.Of(c.Answers)["campaign"] == "" })
	fundAsked = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").When(onItsOwn)
	planOf    = dialog.Text("plan").When(onItsOwn).Optional().Check(dialog.Length(1, records.MaxPlan))
	fromDay   = vi.Date("from").When(onItsOwn)
	allYear   = dialog.YesNo("all_year").When(fundAsked.Is(records.FundPoor, records.FundOther))
	toDay     = vi.Date("to").When(onItsOwn).When(dialog.If("it ends", func(c dialog.Ctx) bool { return !allYear.Of(c.Answers) })).
			Check(func(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
			if d.Before(fromDay.Of(c.Answers)) || d.Before(today(c)) {
				return d, dialog.Problem{Key: "lapchiendich.to.early"}
			}
			return d, dialog.Fine
		}).Says(dialog.Key{Name: "lapchiendich.to.early"})
	goalAsked = vi.Money("goal").Optional().Prompt(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "lapchiendich.goal", Args: map[string]string{"goal": followFact.Of(c.Answers)["goal"]}}}
	}).Says(dialog.Key{Name: "lapchiendich.goal", Args: []string{"goal"}})
	needsAsked = giftField("needs").Optional().Check(onlyThings).Says(dialog.Key{Name: "ungho.goods.money"}, dialog.Key{Name: "ungho.goods.many"})
	wayAsked   = dialog.Choice("way", records.Ways...).Columns(1)
	bankAsked  = bankField("bank").When(wayAsked.Is(records.WayBank))
	account    = accountField("account").When(wayAsked.Is(records.WayBank, records.WayTreasury))
	holderOf   = dialog.Text("holder").When(wayAsked.Is(records.WayBank, records.WayTreasury)).Check(dialog.Length(3, records.MaxHolder)).
			Check(func(name string, _ dialog.Ctx) (string, dialog.Problem) {
			return strings.ToUpper(fold.Fold(name)), dialog.Fine // as banks show it
		})
	goodsAt = dialog.Text("goods").Optional().Check(dialog.Length(3, records.MaxPlace))
	placeOf = dialog.Text("place").When(wayAsked.Is(records.WayTreasury, records.WayCash)).Check(dialog.Length(3, records.MaxPlace))
)

// bankField asks for a bank by its name, short name or BIN.
func bankField(key string) dialog.Field[records.Bank] {
	return dialog.NewField(key, dialog.Codec[records.Bank]{
		Read:    func(in dialog.In) dialog.Reading[records.Bank] { return readBank(in.Text) },
		Format:  func(b records.Bank) string { return b.BIN },
		Parse:   records.BankOf,
		Show:    func(_ dialog.Words, _ string, b records.Bank) string { return b.Short },
		Unclear: "bank.unclear",
	})
}

func readBank(text string) dialog.Reading[records.Bank] {
	said := strings.ReplaceAll(fold.Fold(text), " ", "")
	if said == "" {
		return dialog.Reading[records.Bank]{}
	}
	var near []records.Bank
	for _, b := range records.Banks() {
		for _, name := range []string{b.BIN, b.Code, b.Short} {
			if strings.ReplaceAll(fold.Fold(name), " ", "") == said {
				return dialog.Read(b)
			}
		}
		if len(said) >= 3 && strings.Contains(strings.ReplaceAll(fold.Fold(b.Short+" "+b.Name), " ", ""), said) {
			near = append(near, b)
		}
	}
	switch {
	case len(near) == 1:
		return dialog.Read(near[0])
	case len(near) <= 6:
		return dialog.Reading[records.Bank]{Candidates: near}
	}
	return dialog.Reading[records.Bank]{}
}

// accountField asks for the number of an account. Spaces and dashes people put between are dropped.
func accountField(key string) dialog.Field[string] {
	return dialog.Text(key).Check(func(s string, _ dialog.Ctx) (string, dialog.Problem) {
		s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
		for _, r := range s {
			if r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
				return s, dialog.Problem{Key: "account.unclear"}
			}
		}
		if len(s) < 6 || len(s) > 30 {
			return s, dialog.Problem{Key: "account.unclear"}
		}
		return s, dialog.Fine
	}).Says(dialog.Key{Name: "account.unclear"})
}

// NewCampaign is /lapchiendich: a campaign is proposed; a second person opens it.
var NewCampaign = dialog.Form("lapchiendich", 3, followID, followFact, fundAsked, planOf, fromDay, allYear, toDay, goalAsked, needsAsked, wayAsked, bankAsked, account, holderOf,
	placeOf, goodsAt).
	On("/lapchiendich").
	For(runsCampaigns).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if number, ok := strings.CutPrefix(c.Input, "theo "); ok {
			if n, err := strconv.ParseInt(number, 10, 64); err == nil && n > 0 {
				followID.Put(a, n)
			}
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, p := c.Answers, campaignAsked(c)
		return []dialog.Line{{Key: "lapchiendich.echo", Args: map[string]string{
			"fund": "fund." + p.Fund, "plan": p.Plan, "on": p.From, "until": p.To, "goal": strconv.FormatInt(p.Goal, 10), "needs": vi.FormatItems(needsAsked.Of(a).Items),
			"way": p.Way, "bank": bankAsked.Of(a).Short, "holder": p.Holder, "place": p.Place, "goods": p.Goods, "account": p.Account, "follows": followFact.Of(a)["area"],
		}}}
	}).
	Says(dialog.Key{Name: "lapchiendich.kept", Args: []string{"fund", "told"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: "lapchiendich.echo", Args: []string{"fund", "plan", "on", "until", "goal", "needs", "way", "bank", "holder", "place", "goods", "account", "follows"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdProposeCampaign, campaignAsked(c), &dialog.Say{Lines: []dialog.Line{{Key: "lapchiendich.kept"}}})}
	})

// campaignAsked is the campaign that was described.
func campaignAsked(c dialog.Ctx) records.ProposeCampaign {
	a := c.Answers
	p := records.ProposeCampaign{
		Fund: fundAsked.Of(a), Plan: planOf.Of(a), From: fromDay.Of(a).String(), Way: wayAsked.Of(a), BIN: bankAsked.Of(a).BIN, Account: account.Of(a),
		Holder: holderOf.Of(a), Place: placeOf.Of(a), Goods: goodsAt.Of(a), Goal: goalAsked.Of(a), Needs: recordItems(needsAsked.Of(a).Items),
	}
	if toDay.Has(a) {
		p.To = toDay.Of(a).String()
	}
	if f := followFact.Of(a); f["campaign"] != "" {
		p.Fund, p.Plan, p.From, p.To, p.Template = f["fund"], f["plan"], f["on"], f["until"], followID.Of(a)
	}
	return p
}

// The question of giving the city's campaign on.
var unitGoal = vi.Money("goal").When(dialog.If("it can be given on", func(c dialog.Ctx) bool { return campaignFact.Of(c.Answers)["share"] != "" })).Optional()

// ShareCampaign is /guichiendich: the Fronts of all communes are asked to follow the city's campaign, each with an account of its own.
var ShareCampaign = dialog.Form("guichiendich", 1, campaignID, campaignFact, unitGoal).
	On("/guichiendich").
	For(func(p dialog.Person) bool { return p.Has(records.RoleCity) }).
	Open(campaignNamed).
	ConfirmIf(dialog.If("it can be given on", func(c dialog.Ctx) bool { return campaignFact.Of(c.Answers)["share"] != "" })).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := campaignFact.Of(c.Answers)
		return []dialog.Line{{Key: "guichiendich.echo", Args: map[string]string{"fund": f["fund"], "area": f["area"], "goal": strconv.FormatInt(unitGoal.Of(c.Answers), 10)}}}
	}).
	Says(dialog.Key{Name: "guichiendich.echo", Args: []string{"fund", "area", "goal"}}, dialog.Key{Name: "guichiendich.kept", Args: []string{"fund", "told"}},
		dialog.Key{Name: "mochiendich.not"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if campaignFact.Of(c.Answers)["share"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "mochiendich.not"}}}}
		}
		return []dialog.Effect{keep(records.CmdShareCampaign, records.ShareCampaign{ID: campaignID.Of(c.Answers), Goal: unitGoal.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "guichiendich.kept"}}})}
	})

// The questions of the second person.
var (
	campaignID   = dialog.Number("campaign").Hidden()
	campaignFact = dialog.Fact("of", records.AskCampaign, func(c dialog.Ctx) map[string]string {
		return map[string]string{"campaign": strconv.FormatInt(campaignID.Of(c.Answers), 10)}
	})
	isSecond  = dialog.If("the person may agree to it", func(c dialog.Ctx) bool { return campaignFact.Of(c.Answers)["second"] != "" })
	sameAgain = accountField("account").When(dialog.If("it has an account, and the person may agree to it", func(c dialog.Ctx) bool {
		f := campaignFact.Of(c.Answers)
		return f["second"] != "" && f["way"] != records.WayCash
	}))
)

// OpenCampaign is /mochiendich: the second person agrees to a campaign, and types its account.
var OpenCampaign = dialog.Form("mochiendich", 1, campaignID, campaignFact, sameAgain).
	On("/mochiendich").
	For(runsCampaigns).
	Open(campaignNamed).
	ConfirmIf(isSecond).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := campaignFact.Of(c.Answers)
		return []dialog.Line{{Key: "mochiendich.echo", Args: map[string]string{
			"fund": f["fund"], "area": f["area"], "plan": f["plan"], "on": f["on"], "until": f["until"], "way": f["way"], "bank": f["bank"], "holder": f["holder"],
			"place": f["place"], "goods": f["goods"], "account": sameAgain.Of(c.Answers),
		}}}
	}).
	Says(dialog.Key{Name: "mochiendich.echo", Args: []string{"fund", "area", "plan", "on", "until", "way", "bank", "holder", "place", "goods", "account"}},
		dialog.Key{Name: "mochiendich.kept", Args: []string{"fund", "area"}}, dialog.Key{Name: "mochiendich.not"}, dialog.Key{Name: "notice.campaign.open", Args: []string{"fund", "area"}},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if campaignFact.Of(c.Answers)["second"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "mochiendich.not"}}}}
		}
		return []dialog.Effect{keep(records.CmdApproveCampaign, records.ApproveCampaign{ID: campaignID.Of(c.Answers), Account: sameAgain.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "mochiendich.kept"}}})}
	})

// campaignNamed reads "12 paused": which campaign, and what is to become of it.
func campaignNamed(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	for _, word := range strings.Fields(c.Input) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
			campaignID.Put(a, n)
		} else if word == records.CampaignPaused || word == records.CampaignOpen || word == records.CampaignClosed {
			campaignState.Put(a, word)
		}
	}
	return a
}

var campaignState = dialog.Text("state").Hidden()

// ChangeCampaign is /doichiendich: a campaign is paused, resumed, or closed for good, as its button says.
var ChangeCampaign = dialog.Form("doichiendich", 1, campaignID, campaignState, campaignFact).
	On("/doichiendich").
	For(runsCampaigns).
	Open(campaignNamed).
	ConfirmIf(dialog.If("that can be done", func(c dialog.Ctx) bool { return canBecome(c) })).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := campaignFact.Of(c.Answers)
		return []dialog.Line{{Key: "doichiendich.echo", Args: map[string]string{"fund": f["fund"], "area": f["area"], "to": campaignState.Of(c.Answers)}}}
	}).
	Says(dialog.Key{Name: "doichiendich.echo", Args: []string{"fund", "area", "to"}}, dialog.Key{Name: "doichiendich.kept", Args: []string{"state"}},
		dialog.Key{Name: "mochiendich.not"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !canBecome(c) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "mochiendich.not"}}}}
		}
		return []dialog.Effect{keep(records.CmdCampaignState, records.SetCampaignState{ID: campaignID.Of(c.Answers), State: campaignState.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "doichiendich.kept"}}})}
	})

// canBecome reports whether the campaign can be put in the state that was asked for.
func canBecome(c dialog.Ctx) bool {
	act := map[string]string{records.CampaignPaused: "pause", records.CampaignOpen: "resume", records.CampaignClosed: "close"}[campaignState.Of(c.Answers)]
	return act != "" && campaignFact.Of(c.Answers)[act] != ""
}
