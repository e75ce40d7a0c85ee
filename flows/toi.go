package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Redeem takes a one-time code, typed or from a deep link, and gives the role it stands for.
var Redeem = dialog.Command("nhanma").
	On("/nhanma").
	Starts(isInvite).
	Typed(isInvite).
	Says(dialog.Key{Name: "nhanma.kept", Args: []string{"role", "area"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: "nhanma.ask"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, ok := records.ParseInviteCode(c.Input)
		if !ok {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "nhanma.ask"}}}}
		}
		return []dialog.Effect{keep(records.CmdRedeem, records.Redeem{Code: code}, &dialog.Say{Lines: []dialog.Line{{Key: "nhanma.kept"}}})}
	})

// The questions of how the bot speaks to somebody.
var (
	lang    = dialog.Choice("lang", "vi", "en").Labels("lang")
	address = dialog.Choice("address", "cô", "chú", "bác", "ông", "bà", "anh", "chị", "em")
)

// Language is /ngonngu.
var Language = dialog.Form("ngonngu", 1, lang).
	On("/ngonngu").
	Listed().
	Unconfirmed().
	Says(dialog.Key{Name: "ngonngu.kept.vi"}, dialog.Key{Name: "ngonngu.kept.en"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		chosen := lang.Of(c.Answers)
		return []dialog.Effect{keep(records.CmdLang, records.SetLang{Lang: chosen}, &dialog.Say{Lines: []dialog.Line{{Key: "ngonngu.kept." + chosen}}})}
	})

// Address is /xungho: how the bot addresses the person, set once.
var Address = dialog.Form("xungho", 1, address).
	On("/xungho").
	Unconfirmed().
	Says(dialog.Key{Name: "xungho.kept", Args: []string{"address"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		chosen := address.Of(c.Answers)
		return []dialog.Effect{keep(records.CmdAddress, records.SetAddress{Address: chosen},
			&dialog.Say{Lines: []dialog.Line{{Key: "xungho.kept", Args: map[string]string{"address": chosen}}}})}
	})

func isInvite(s string) bool {
	_, ok := records.ParseInviteCode(s)
	return ok
}
