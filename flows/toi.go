package flows

import (
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Redeem takes a code: the one-time code of an invite, typed or from a deep link, gives the role it stands for; one of a household's card is
// looked up as where it is typed when nothing is open.
var Redeem = dialog.Form("nhanma", 2, inviteCode, ownName).
	On("/nhanma").
	ListedFor(guest).
	Starts(isInvite).
	Typed(isInvite).
	EvenLocked().
	Unconfirmed().
	Says(dialog.Key{Name: "nhanma.kept", Args: []string{"role", "area"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if code, ok := records.ParseInviteCode(c.Input); ok {
			inviteCode.Put(a, code)
		}
		return a
	}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if short, ok := records.ParseShortCode(inviteCode.Of(c.Answers)); ok {
			return lookedUp(c, short)
		}
		code, _ := records.ParseInviteCode(inviteCode.Of(c.Answers))
		effects := []dialog.Effect{keep(records.CmdRedeem, records.Redeem{Code: code}, &dialog.Say{Lines: []dialog.Line{{Key: "nhanma.kept"}}})}
		if ownName.Has(c.Answers) {
			effects = append(effects, keep(records.CmdName, records.SetName{Name: ownName.Of(c.Answers)}, nil))
		}
		return effects
	})

var (
	inviteCode = dialog.Text("code").Check(func(s string, _ dialog.Ctx) (string, dialog.Problem) {
		if code, ok := records.ParseInviteCode(s); ok {
			return code, dialog.Fine
		}
		if code, ok := records.ParseShortCode(s); ok {
			return code, dialog.Fine
		}
		return s, dialog.Problem{Key: "nhanma.code.wrong"}
	}).Says(dialog.Key{Name: "nhanma.code.wrong"})
	ownName = dialog.Text("name").When(dialog.If("no name is known", func(c dialog.Ctx) bool {
		_, card := records.ParseShortCode(inviteCode.Of(c.Answers))
		return c.Who.Name == "" && !card && !c.Who.Locked
	})).Check(dialog.Length(2, 60))
)

// The questions of how the bot speaks to somebody.
var (
	lang    = dialog.Choice("lang", "vi", "en").Labels("lang")
	address = dialog.Choice("address", "cô", "chú", "bác", "ông", "bà", "anh", "chị", "em")
)

// Language is /ngonngu.
var Language = dialog.Form("ngonngu", 1, lang).
	On("/ngonngu").
	ListedFor(func(p dialog.Person) bool { return !guest(p) }).
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

// ownPhone is the number by which who lost their phone is found.
var ownPhone = vi.Phone("phone").Optional().SkipLabel("sodienthoai.none")

// OwnPhone is /sodienthoai: the person's own number, so that the ward finds them when the phone is lost. Without one it is forgotten.
var OwnPhone = dialog.Form("sodienthoai", 1, ownPhone).
	On("/sodienthoai").
	OwnCard().
	Says(dialog.Key{Name: "sodienthoai.echo", Args: []string{"phone"}}, dialog.Key{Name: "sodienthoai.kept", Args: []string{"phone"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		number := c.Input
		if strings.HasPrefix(number, "84") { // as a card has it
			number = "+" + number
		}
		if r := vi.ReadPhone(number, c.At); r.Sure && r.Value.Code == "" {
			ownPhone.Put(a, r.Value)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "sodienthoai.echo", Args: map[string]string{"phone": ownPhone.Label(c)}}}
	}).
	Done(func(c dialog.Ctx) []dialog.Effect { return []dialog.Effect{keepPhone(c, ownPhone)} })

// keepPhone keeps the person's own number, or forgets it where there is none.
func keepPhone(c dialog.Ctx, phone dialog.Field[vi.PhoneNumber]) dialog.Effect {
	command := records.SetPhone{}
	if phone.Has(c.Answers) {
		command.Phone = phone.Of(c.Answers).String()
	}
	return keep(records.CmdPhone, command, &dialog.Say{Lines: []dialog.Line{{Key: "sodienthoai.kept", Args: map[string]string{"phone": phone.Label(c)}}}})
}
