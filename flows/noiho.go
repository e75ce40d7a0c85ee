package flows

import (
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// A short code is eight digits: on the card of a household, or on the screen of a person's other account. Which of them it is, the
// store knows: TypedCode has it looked up, and counts a wrong one; what is asked then is up to the kind.

// TypedCode is a short code typed when nothing is open, or brought by a link.
var TypedCode = dialog.Command("ma").
	On("/ma").
	Starts(func(payload string) bool { _, ok := linkedCode(payload); return ok }).
	Typed(func(text string) bool { _, ok := typedCode(text); return ok }).
	Says(dialog.Key{Name: "ma.opened", Args: []string{"kind", "who", "group", "channel"}}, dialog.Key{Name: "ma.refused", Args: []string{"reason"}}, dialog.Key{Name: "ma.none"},
		dialog.Key{Name: "ma.yes"}, dialog.Key{Name: "ma.no"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, ok := typedCode(c.Input)
		if !ok {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "ma.none"}}}}
		}
		return lookedUp(c, code)
	})

// lookedUp has a short code looked up, and asks about what it stands for.
func lookedUp(c dialog.Ctx, code string) []dialog.Effect {
	save := keep(records.CmdOpenCode, records.OpenCode{Code: code}, &dialog.Say{
		Lines: []dialog.Line{{Key: "ma.opened"}},
		Menu: []dialog.Option{
			{Key: "yes", Label: c.Label("ma.yes"), Do: "/noiho"},
			{Key: "no", Label: c.Label("ma.no"), Do: "/nhakhac"},
		},
	})
	save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "ma.refused"}}}
	return []dialog.Effect{save}
}

// typedCode is a short code as a person typed it, or as a card's picture gave it.
func typedCode(text string) (string, bool) {
	if code, ok := linkedCode(strings.TrimSpace(text)); ok {
		return code, true
	}
	return records.ParseShortCode(text)
}

// cardPayload begins a link's payload that is the code of a card.
const cardPayload = "M"

// linkedCode is the short code of a link's payload: "M48291573".
func linkedCode(payload string) (string, bool) {
	digits, ok := strings.CutPrefix(payload, cardPayload)
	if !ok || len(digits) != 8 {
		return "", false
	}
	return records.ParseShortCode(digits)
}

// linkWords is the version of what somebody agrees to who is linked to a household: raise it with the words of noiho.agreed.
const linkWords = 1

var (
	opened = dialog.Fact("opened", records.AskCodeOpen, nil)
	isCard = dialog.If("a household's card was typed", func(c dialog.Ctx) bool { return opened.Of(c.Answers)["kind"] == records.CodeKindCard })
	agreed = dialog.YesNo("agreed").When(isCard)
)

// Join is /noiho: who typed the code of a household's card agrees, and is one of the household; who typed that of another account said
// that it is theirs, and is the same person in both.
var Join = dialog.Form("noiho", 1, opened, agreed).
	On("/noiho").
	Unconfirmed().
	Says(dialog.Key{Name: "noiho.joined", Args: []string{"channel"}}, dialog.Key{Name: "noiho.kept"}, dialog.Key{Name: "noiho.declined"}, dialog.Key{Name: "noiho.none"}, dialog.Key{Name: "ma.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if opened.Of(c.Answers)["kind"] == records.CodeKindJoin {
			save := keep(records.CmdJoin, struct{}{}, &dialog.Say{Lines: []dialog.Line{{Key: "noiho.joined"}}})
			save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "ma.refused"}}}
			return []dialog.Effect{save}
		}
		if !agreed.Has(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "noiho.none"}}}}
		}
		said := "noiho.kept"
		if !agreed.Of(c.Answers) {
			said = "noiho.declined"
		}
		save := keep(records.CmdLinkHousehold, records.LinkHousehold{Consent: records.ConsentGiven{
			Version: linkWords, Words: c.Label("noiho.agreed"), Agreed: agreed.Of(c.Answers),
		}}, &dialog.Say{Lines: []dialog.Line{{Key: said}}})
		save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "ma.refused"}}}
		return []dialog.Effect{save}
	})

// NotJoin is the answer that a code was not for who typed it.
var NotJoin = dialog.Command("nhakhac").
	On("/nhakhac").
	Says(dialog.Key{Name: "nhakhac.said"}, dialog.Key{Name: "nhakhac.account"}).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskCodeOpen}} }).
	Show(func(_ dialog.Ctx, found dialog.Answer) []dialog.Effect {
		key := "nhakhac.said"
		if found.Facts["kind"] == records.CodeKindJoin {
			key = "nhakhac.account"
		}
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: key}}}}
	})

// cardFor is the household a card is made for.
var cardFor = dialog.Lookup("household", records.AskHouseholdSearch, nil)

// MakeCard is /the: a card with a code for one household, to be handed to its people.
var MakeCard = dialog.Form("the", 1, cardFor).
	On("/the").
	For(logsHelp).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			cardFor.Put(a, c.Input)
		}
		return a
	}).
	Says(dialog.Key{Name: "the.kept", Args: []string{"code", "who", "group", "until"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdMakeCard, records.MakeCard{Household: cardFor.Of(c.Answers)}, &dialog.Say{
			Lines: []dialog.Line{{Key: "the.kept"}},
			Start: cardPayload + "{code}",
			Draw:  &dialog.Drawing{Kind: "qr", Args: map[string]string{"text": "{link}"}},
		})}
	})
