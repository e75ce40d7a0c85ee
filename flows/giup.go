package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Help that people offer to others. Who looks after households brings it together with a need; the household is asked before its name is
// told, and both are thanked in the end. Money is another matter: see Offer.

// seesOffers reports who sees what is offered, and who brings it together with those who need it.
func seesOffers(p dialog.Person) bool    { return logsHelp(p) }
func matchesOffers(p dialog.Person) bool { return p.Has(records.RoleLeader, records.RoleFront) }

// nearby reports who belongs to a group, so that nobody asks where.
func nearby(p dialog.Person) bool {
	return p.Has(records.RoleHousehold, records.RoleLeader, records.RoleOfficer, records.RoleFront)
}

// The questions of offering help.
var (
	giveFar     = dialog.If("the person is of no ward here", func(c dialog.Ctx) bool { return !nearby(c.Who) })
	offeredKind = dialog.Choice("kind", records.OfferKinds...)
	giveWhat    = dialog.Text("what").Check(dialog.Length(3, 300))
	giveWhen    = dialog.Text("when").Check(dialog.Length(2, 100))
	giveWhere   = vi.Where("where").When(giveFar)
	giveName    = dialog.Text("name").Check(dialog.Length(2, 60)).When(dialog.If("no name is known", func(c dialog.Ctx) bool { return c.Who.Name == "" }))
	givePhone   = vi.Phone("phone").Optional().SkipLabel("xingiup.phone.none")
)

// giverName is how somebody who gives is called: as they say, else as they are known.
func giverName(c dialog.Ctx) string {
	if giveName.Has(c.Answers) {
		return giveName.Of(c.Answers)
	}
	return c.Who.Name
}

// GiveHelp is /giup: a household or a neighbour offers others a hand.
var GiveHelp = dialog.Form("giup", 1, offeredKind, giveWhat, giveWhen, giveWhere, giveName, givePhone).
	On("/giup").
	ListedFor(func(p dialog.Person) bool { return mayRise(p) || p.Has(records.RoleDonor) }).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "giup.echo", Args: map[string]string{
			"kind": offeredKind.Label(c), "what": giveWhat.Of(c.Answers), "when": giveWhen.Of(c.Answers), "where": giveWhere.Label(c), "name": giverName(c), "phone": givePhone.Label(c),
		}}}
	}).
	Says(dialog.Key{Name: "giup.echo", Args: []string{"kind", "what", "when", "where", "name", "phone"}}, dialog.Key{Name: "giup.kept", Args: []string{"told"}},
		dialog.Key{Name: "notice.offer", Args: []string{"group"}}, dialog.Key{Name: "giup.mine"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		command := records.MakeOffer{
			Kind: offeredKind.Of(a), What: giveWhat.Of(a), Times: giveWhen.Of(a), Name: giverName(c), Phone: phoneOf(a, givePhone),
		}
		if giveWhere.Has(a) {
			command.Unit, command.Place = giveWhere.Of(a).Unit, giveWhere.Of(a).String()
		}
		return []dialog.Effect{keep(records.CmdOffer, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "giup.kept"}}, Menu: []dialog.Option{{Key: "mine", Label: c.Label("giup.mine"), Do: "/toigiup"}}, Loose: true,
		})}
	})

var myOfferKeys = []dialog.Key{
	{Name: "toigiup.none"},
	{Name: "toigiup.line", Args: []string{"kind", "what", "status", "name", "area", "from", "to", "month", "helped"}},
	{Name: "toigiup.leave"},
	{Name: "toigiup.month"},
	{Name: "giup.menu"},
	{Name: "giup.kind.sponsor"},
}

// MyOffers is /toigiup: what somebody offered, whom they help, and what they can say about it.
var MyOffers = dialog.Command("toigiup").
	On("/toigiup").
	Says(append([]dialog.Key{{Name: "notice.offer.agreed"}, {Name: "notice.offer.done"}, {Name: "notice.offer.declined"}}, myOfferKeys...)...).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskOfferMine}} }).
	Show(showMyOffers)

func showMyOffers(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	say := dialog.Say{Columns: 1}
	for _, l := range found.Lines {
		args := map[string]string{"kind": "giup.kind." + l.Args["kind"]}
		for _, k := range []string{"what", "status", "name", "area", "from", "to", "month", "helped"} {
			args[k] = l.Args[k]
		}
		say.Lines = append(say.Lines, dialog.Line{Key: "toigiup.line", Args: args})
		if l.Args["open"] == "" || len(say.Menu) > 5 {
			continue
		}
		if l.Args["kind"] == records.OfferSponsor && l.Args["status"] == records.OfferMatched {
			say.Menu = append(say.Menu, dialog.Option{Key: "month" + l.Args["offer"], Label: c.Label("toigiup.month") + short(l.Args["what"]), Do: "/giupthang " + l.Args["offer"]})
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "leave" + l.Args["offer"], Label: c.Label("toigiup.leave") + short(l.Args["what"]), Do: "/thoigiup " + l.Args["offer"]})
	}
	if len(say.Lines) == 0 {
		say.Lines = []dialog.Line{{Key: "toigiup.none"}}
		say.Menu = []dialog.Option{{Key: "new", Label: c.Label("giup.menu"), Do: "/giup"}}
	}
	return []dialog.Effect{say}
}

// short is the beginning of words, behind a colon, as on a button.
func short(words string) string {
	if r := []rune(words); len(r) > 20 {
		words = strings.TrimSpace(string(r[:19])) + "…"
	}
	return ": " + words
}

// LeaveOffer is /thoigiup: who offered takes it back.
var LeaveOffer = offerCommand("thoigiup", nil, func(id int64, _ string) (string, any) { return records.CmdLeaveOffer, records.EndOffer{ID: id} },
	records.AskOfferMine, showMyOffers, append([]dialog.Key{{Name: "notice.offer.withdrawn", Args: []string{"group"}}}, myOfferKeys...)...)

// HomeOffers is /nguoigiup: who would help a household, and does. It is asked of one at a time whether it agrees.
var HomeOffers = dialog.Command("nguoigiup").
	On("/nguoigiup").
	For(hasHome).
	Says(append([]dialog.Key{{Name: "notice.offer.asked"}, {Name: "notice.offer.done.home"}}, homeOfferKeys...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, _ := records.ParseHouseholdCode(c.Input)
		return []dialog.Effect{dialog.Ask{Query: records.AskOfferHome, Args: map[string]string{"household": code}}}
	}).
	Show(showHomeOffers)

var homeOfferKeys = []dialog.Key{
	{Name: "nguoigiup.none"},
	{Name: "nguoigiup.line", Args: []string{"kind", "giver", "what", "times", "status", "words", "from", "to"}},
	{Name: "nguoigiup.ask"},
	{Name: "nguoigiup.yes"},
	{Name: "nguoigiup.no"},
}

func showHomeOffers(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	say, ask := dialog.Say{}, ""
	for _, l := range found.Lines {
		if l.Args["status"] == records.OfferAsked {
			if ask != "" {
				continue
			}
			ask = l.Args["offer"]
		}
		args := map[string]string{}
		for _, k := range []string{"kind", "giver", "what", "times", "status", "words", "from", "to"} {
			args[k] = l.Args[k]
		}
		say.Lines = append(say.Lines, dialog.Line{Key: "nguoigiup.line", Args: args})
	}
	switch {
	case len(say.Lines) == 0:
		say.Lines = []dialog.Line{{Key: "nguoigiup.none"}}
	case ask != "":
		say.Lines = append(say.Lines, dialog.Line{Key: "nguoigiup.ask"})
		say.Menu = []dialog.Option{
			{Key: "yes", Label: c.Label("nguoigiup.yes"), Do: "/dongygiup " + ask},
			{Key: "no", Label: c.Label("nguoigiup.no"), Do: "/dongygiup " + ask + " no"},
		}
	}
	return []dialog.Effect{say}
}

// AgreeOffer is /dongygiup: a household agrees that who offers help is told its name, or does not.
var AgreeOffer = offerCommand("dongygiup", hasHome, func(id int64, word string) (string, any) {
	return records.CmdAgreeOffer, records.AgreeOffer{ID: id, Agree: word != "no"}
}, records.AskOfferHome, showHomeOffers, append([]dialog.Key{{Name: "dongygiup.no"}, {Name: "notice.offer.carer", Args: []string{"group"}}, {Name: "notice.offer.refused", Args: []string{"group"}}}, homeOfferKeys...)...)

// offerCommand is a command about one offer, given as "12" or "12 no"; without which they are shown. What is said when it is kept is the
// locale key "<flow>.kept", or "<flow>.no" where the word is no.
func offerCommand(key string, may func(dialog.Person) bool, command func(id int64, word string) (string, any), query string,
	show func(dialog.Ctx, dialog.Answer) []dialog.Effect, says ...dialog.Key,
) dialog.Flow {
	f := dialog.Command(key).On("/" + key).Says(append(says, dialog.Key{Name: key + ".kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}})...)
	if may != nil {
		f = f.For(may)
	}
	return f.Do(func(c dialog.Ctx) []dialog.Effect {
		number, word, _ := strings.Cut(c.Input, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: query}}
		}
		said := key + ".kept"
		if word == "no" {
			said = key + ".no"
		}
		kind, data := command(id, word)
		return []dialog.Effect{keep(kind, data, &dialog.Say{Lines: []dialog.Line{{Key: said}}})}
	}).Show(show)
}

var offerKeys = []dialog.Key{
	{Name: "loigiup.list", Args: []string{"count"}},
	{Name: "loigiup.none"},
	{Name: "loigiup.status.offered"},
	{Name: "loigiup.status.asked"},
	{Name: "loigiup.status.matched"},
	{Name: "loigiup.one", Args: []string{"kind", "wish", "giver", "what", "times", "phone", "place", "area", "status", "name", "words", "from", "to", "month", "helped"}},
	{Name: "loigiup.match"},
	{Name: "loigiup.plan"},
	{Name: "loigiup.done"},
	{Name: "loigiup.log"},
	{Name: "loigiup.no"},
	{Name: "giup.kind.sponsor"},
}

// Offers is /loigiup: what is offered in an area and whom it helps, or with a number one of it.
var Offers = dialog.Command("loigiup").
	On("/loigiup").
	For(seesOffers).
	Says(offerKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskOffer, Args: map[string]string{"offer": strconv.FormatInt(n, 10)}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskOffers, Page: c.Page}}
	}).
	Show(showOffers)

func showOffers(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	if found.Query == records.AskOffer {
		return showOffer(c, found.Facts)
	}
	if len(found.Lines) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "loigiup.none"}}}}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "loigiup.list", Args: map[string]string{"count": found.Facts["count"]}}}, Columns: 1}
	for _, l := range found.Lines {
		label := l.Args["giver"] + ": " + lowerFirst(c.Label("giup.kind."+l.Args["kind"])) + " (" + c.Label("loigiup.status."+l.Args["status"]) + ")"
		say.Menu = append(say.Menu, dialog.Option{Key: l.Args["offer"], Label: label, Do: "/loigiup " + l.Args["offer"]})
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/loigiup", found))
	}
	return []dialog.Effect{say}
}

// showOffer tells of one offer, and what can be done about it.
func showOffer(c dialog.Ctx, f map[string]string) []dialog.Effect {
	args := map[string]string{"kind": "giup.kind." + f["kind"], "phone": localPhone(f["phone"])}
	for _, k := range []string{"wish", "giver", "what", "times", "place", "area", "status", "name", "words", "from", "to", "month", "helped"} {
		args[k] = f[k]
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "loigiup.one", Args: args}}, Columns: 1}
	do := func(key, slash string) {
		say.Menu = append(say.Menu, dialog.Option{Key: key, Label: c.Label("loigiup." + key), Do: slash})
	}
	switch may := f["match"] != ""; {
	case f["status"] == records.OfferOpen && may:
		if f["kind"] == records.OfferSponsor {
			do("match", "/giaododau "+f["offer"])
		} else {
			do("match", "/ghepgiup "+f["offer"])
		}
	case f["status"] == records.OfferMatched:
		if f["need"] != "" && may {
			do("plan", "/traloinhucau "+f["need"]+" "+records.NeedPlanned)
		}
		if f["household"] != "" {
			do("log", "/ghinhan "+givenBy(f))
		}
		if may {
			do("done", "/xonggiup "+f["offer"])
		}
	}
	if f["match"] != "" {
		do("no", "/xonggiup "+f["offer"]+" no")
	}
	return []dialog.Effect{say}
}

// givenBy is what a button tells the form that logs help: the household, and who gives, as far as they fit.
func givenBy(f map[string]string) string {
	kind := records.GiverPerson
	if f["kind"] == records.OfferSponsor {
		kind = records.OfferSponsor
	}
	name := ""
	for _, w := range strings.Fields(f["giver"]) {
		if len(name)+len(w) > 32 {
			break
		}
		name = strings.TrimSpace(name + " " + w)
	}
	return f["household"] + " " + kind + " " + name
}

// openGiven takes over what such a button says: help that comes of an offer is logged with who gave it, a sponsor's with the word for it.
func openGiven(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	words := strings.Fields(c.Input)
	if len(words) == 0 {
		return a
	}
	code, ok := records.ParseHouseholdCode(words[0])
	if !ok {
		return a
	}
	household.Put(a, code)
	if len(words) < 3 {
		return a
	}
	switch words[1] {
	case records.OfferSponsor:
		giver.Put(a, records.GiverOrganisation)
		note.Put(a, c.Label("dodau.note"))
	case records.GiverPerson:
		giver.Put(a, records.GiverPerson)
	default:
		return a
	}
	named.Put(a, strings.Join(words[2:], " "))
	return a
}

// The questions of bringing an offer together with a need. Which offer comes with the button.
var (
	matchID   = dialog.Number("offer").Hidden()
	matchFact = dialog.Fact("of", records.AskOffer, func(c dialog.Ctx) map[string]string {
		return map[string]string{"offer": strconv.FormatInt(matchID.Of(c.Answers), 10)}
	})
	matchOpen = dialog.If("the offer waits", func(c dialog.Ctx) bool {
		f := matchFact.Of(c.Answers)
		return f["status"] == records.OfferOpen && f["match"] != "" && f["kind"] != records.OfferSponsor
	})
	matchNeed = dialog.Lookup("need", records.AskOfferNeeds, nil).When(matchOpen)
)

func openMatch(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
		matchID.Put(a, n)
	}
	return a
}

// MatchOffer is /ghepgiup: who looks after households brings an offer together with what one of them needs.
var MatchOffer = dialog.Form("ghepgiup", 1, matchID, matchFact, matchNeed).
	On("/ghepgiup").
	For(matchesOffers).
	Open(openMatch).
	ConfirmIf(matchOpen).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := matchFact.Of(c.Answers)
		return []dialog.Line{{Key: "ghepgiup.echo", Args: map[string]string{"giver": f["giver"], "what": f["what"], "need": matchNeed.Label(c)}}}
	}).
	Says(dialog.Key{Name: "ghepgiup.echo", Args: []string{"giver", "what", "need"}}, dialog.Key{Name: "ghepgiup.kept", Args: []string{"told"}}, dialog.Key{Name: "ghepgiup.which"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		need, err := strconv.ParseInt(matchNeed.Of(c.Answers), 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "ghepgiup.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdMatch, records.MatchOffer{ID: matchID.Of(c.Answers), Need: need}, &dialog.Say{Lines: []dialog.Line{{Key: "ghepgiup.kept"}}})}
	})

// EndOffer is /xonggiup: what was offered is done, or nothing comes of it.
var EndOffer = offerCommand("xonggiup", matchesOffers, func(id int64, word string) (string, any) {
	return records.CmdEndOffer, records.EndOffer{ID: id, Done: word != "no"}
}, records.AskOffers, showOffers, append([]dialog.Key{{Name: "xonggiup.no"}}, offerKeys...)...)

// The questions of becoming a sponsor.
var (
	sponsorWho    = dialog.Text("who").Check(dialog.Length(2, 100))
	sponsorWish   = dialog.Choice("wish", records.WishHousehold, records.WishArea)
	sponsorWhere  = vi.Where("where").When(giveFar)
	sponsorGift   = giftField("gift").Sure(largeGift)
	sponsorFrom   = vi.ComingDate("from").Default(today).Check(notPast).Check(withinAYear).Says(dialog.Key{Name: "traloinhucau.on.past", Args: []string{"on"}}, dialog.Key{Name: "dodau.from.far"})
	sponsorMonths = dialog.Number("months").Check(dialog.Within(1, records.MaxSponsorMonths))
	sponsorPhone  = vi.Phone("phone")
)

func withinAYear(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
	if d.After(today(c).Add(365)) {
		return d, dialog.Problem{Key: "dodau.from.far"}
	}
	return d, dialog.Fine
}

// Sponsor is /dodau: an organisation, a party cell, a unit or a person would take a household or a group under its wing and give each
// month. The ward's Front decides whom.
var Sponsor = dialog.Form("dodau", 1, sponsorWho, sponsorWish, sponsorWhere, sponsorGift, sponsorFrom, sponsorMonths, sponsorPhone).
	On("/dodau").
	ListedFor(func(p dialog.Person) bool { return p.Has(records.RoleDonor) }).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "dodau.echo", Args: map[string]string{
			"who": sponsorWho.Of(c.Answers), "wish": sponsorWish.Of(c.Answers), "where": sponsorWhere.Label(c), "what": sponsorGift.Of(c.Answers).String(),
			"from": sponsorFrom.Of(c.Answers).String(), "months": sponsorMonths.Label(c), "phone": sponsorPhone.Label(c),
		}}}
	}).
	Says(dialog.Key{Name: "dodau.echo", Args: []string{"who", "wish", "where", "what", "from", "months", "phone"}}, dialog.Key{Name: "dodau.kept", Args: []string{"told"}},
		dialog.Key{Name: "notice.offer.sponsor", Args: []string{"group"}}, dialog.Key{Name: "notice.offer.month"}, dialog.Key{Name: "notice.offer.yes"}, dialog.Key{Name: "notice.offer.no"},
		dialog.Key{Name: "dodau.note"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		gifts := sponsorGift.Of(a)
		command := records.MakeOffer{
			Kind: records.OfferSponsor, Wish: sponsorWish.Of(a), What: gifts.String(), Money: gifts.Money, Name: sponsorWho.Of(a), Phone: phoneOf(a, sponsorPhone),
			From: sponsorFrom.Of(a).String(), Months: int(sponsorMonths.Of(a)),
		}
		if sponsorWhere.Has(a) {
			command.Unit, command.Place = sponsorWhere.Of(a).Unit, sponsorWhere.Of(a).String()
		}
		return []dialog.Effect{keep(records.CmdOffer, command, &dialog.Say{Lines: []dialog.Line{{Key: "dodau.kept"}}})}
	})

// The questions of giving a household or a group to a sponsor.
var (
	assignOpen = dialog.If("the sponsor waits", func(c dialog.Ctx) bool {
		f := matchFact.Of(c.Answers)
		return f["status"] == records.OfferOpen && f["match"] != "" && f["kind"] == records.OfferSponsor
	})
	assignWish = func(wish string) dialog.Cond {
		return dialog.If("a "+wish+" is wished for", func(c dialog.Ctx) bool { return matchFact.Of(c.Answers)["wish"] == wish })
	}
	assignHome = dialog.Lookup("household", records.AskHouseholdSearch, nil).When(assignOpen).When(assignWish(records.WishHousehold))
	assignArea = dialog.Lookup("group", records.AskAreaMine, nil).When(assignOpen).When(assignWish(records.WishArea))
)

// AssignSponsor is /giaododau: the ward's Front decides whom a sponsor takes under its wing.
var AssignSponsor = dialog.Form("giaododau", 1, matchID, matchFact, assignHome, assignArea).
	On("/giaododau").
	For(func(p dialog.Person) bool { return p.Has(records.RoleFront) }).
	Open(openMatch).
	ConfirmIf(assignOpen).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := matchFact.Of(c.Answers)
		return []dialog.Line{{Key: "giaododau.echo", Args: map[string]string{
			"giver": f["giver"], "what": f["what"], "whom": assignHome.Label(c) + assignArea.Label(c), "wish": f["wish"],
		}}}
	}).
	Says(dialog.Key{Name: "giaododau.echo", Args: []string{"giver", "what", "whom", "wish"}}, dialog.Key{Name: "giaododau.kept", Args: []string{"told"}}, dialog.Key{Name: "ghepgiup.which"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if !assignHome.Has(a) && !assignArea.Has(a) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "ghepgiup.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdAssign, records.MatchOffer{ID: matchID.Of(a), Household: assignHome.Of(a), Area: assignArea.Of(a)},
			&dialog.Say{Lines: []dialog.Line{{Key: "giaododau.kept"}}})}
	})

// SponsorMonth is /giupthang: a sponsor says whether it helped this month.
var SponsorMonth = offerCommand("giupthang", nil, func(id int64, word string) (string, any) {
	return records.CmdCheckOffer, records.CheckOffer{ID: id, Helped: word != "no"}
}, records.AskOfferMine, showMyOffers, slices.Concat([]dialog.Key{{Name: "giupthang.no"}, {Name: "notice.offer.helped", Args: []string{"group"}}}, myOfferKeys)...)
