package flows

import (
	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Somebody without a code and without a role is met with four ways on: a code (Redeem), help wanted, help offered, and duty. None of
// them ends without somebody to call or somebody who will.

// guest reports somebody who holds no role yet.
func guest(p dialog.Person) bool { return len(p.Roles) == 0 }

// known is anybody else. Who comes for the first time is offered four ways on and no more.
func known(p dialog.Person) bool { return !guest(p) }

// The questions of asking for help. Nobody is turned away for having no phone.
var (
	wantWhat  = dialog.Text("what").Check(dialog.Length(3, 500))
	askWhere  = vi.Where("where")
	askName   = dialog.Text("name").Check(dialog.Length(2, 60))
	wantPhone = vi.Phone("phone").Optional().SkipLabel("xingiup.phone.none")
)

// Somebody of a household is asked for whom: what their own needs goes to its leader, as with TellNeed.
var (
	wantFor  = dialog.Choice("for", "own", "other").When(atHome)
	wantOwn  = wantFor.Is("own")
	wantHome = needHome.When(wantOwn)
	wantKind = dialog.Choice("kind", needKinds...).Labels("nhucau.kind").When(wantOwn)

	wantWhere = askWhere.When(wantOwn.Not())
	wantName  = askName.When(wantOwn.Not())
	wantCall  = wantPhone.When(wantOwn.Not())
)

// AskHelp is /xingiup: anybody asks for help. It becomes a task of the ward's Front, and promises nothing but that it is read; or a need of
// one's own household.
var AskHelp = dialog.Form("xingiup", 2, wantFor, wantHome, wantWhat, wantKind, wantWhere, wantName, wantCall).
	On("/xingiup").
	ListedFor(guest).
	Echo(func(c dialog.Ctx) []dialog.Line {
		if wantOwns(c) {
			return []dialog.Line{{Key: "nhucau.echo", Args: map[string]string{"words": wantWhat.Of(c.Answers), "kind": wantKind.Label(c), "photos": ""}}}
		}
		return wishEcho(c, "xingiup.echo", wantWhat, wantCall)
	}).
	Says(dialog.Key{Name: "nhucau.echo", Args: []string{"words", "kind", "photos"}}, dialog.Key{Name: "nhucau.kept", Args: []string{"told"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: "xingiup.echo", Args: []string{"what", "where", "name", "phone"}}, dialog.Key{Name: "xingiup.kept", Args: []string{"ward", "phone"}},
		dialog.Key{Name: "guest.refused", Args: []string{"reason", "phone"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if wantOwns(c) {
			return needTold(c, records.TellNeedOf{Household: wantHome.Of(c.Answers), Dimension: wantKind.Of(c.Answers), Words: wantWhat.Of(c.Answers)})
		}
		return wished(c, "xingiup", records.TaskHelpAsked, wantWhat, wantCall)
	})

func wantOwns(c dialog.Ctx) bool { return wantFor.Has(c.Answers) && wantFor.Of(c.Answers) == "own" }

// wishEcho says what is to be handed over: what, where, and who and how to reach them.
func wishEcho(c dialog.Ctx, key string, what dialog.Field[string], phone dialog.Field[vi.PhoneNumber]) []dialog.Line {
	return []dialog.Line{{Key: key, Args: map[string]string{
		"what": what.Of(c.Answers), "where": askWhere.Label(c), "name": askName.Of(c.Answers), "phone": phone.Label(c),
	}}}
}

// wished hands over what somebody wants or gives.
func wished(c dialog.Ctx, flow, reason string, what dialog.Field[string], phone dialog.Field[vi.PhoneNumber]) []dialog.Effect {
	a := c.Answers
	return []dialog.Effect{handed(records.OpenTask{
		Reason: reason, Flow: flow, Unit: askWhere.Of(a).Unit, Place: askWhere.Of(a).String(), Words: what.Of(a),
		Name: askName.Of(a), Phone: phoneOf(a, phone),
	}, flow+".kept")}
}

// handed opens a task for somebody who asks; they are told the ward's phone either way.
func handed(task records.OpenTask, kept string) dialog.Save {
	save := keep(records.CmdOpenTask, task, &dialog.Say{Lines: []dialog.Line{{Key: kept}}})
	save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "guest.refused"}}}
	return save
}

func phoneOf(a dialog.Answers, f dialog.Field[vi.PhoneNumber]) string {
	if !f.Has(a) {
		return ""
	}
	return f.Of(a).String()
}

// Staff is /canbo: how somebody with a duty gets a role.
var Staff = dialog.Command("canbo").
	On("/canbo").
	ListedFor(guest).
	Says(dialog.Key{Name: "canbo.how", Args: []string{"ward", "phone"}}).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskWardPhone}} }).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		return []dialog.Effect{dialog.Say{
			Lines: []dialog.Line{{Key: "canbo.how", Args: whomToCall(found.Facts)}},
			Menu:  []dialog.Option{{Key: "code", Label: c.Label("nhanma.menu"), Do: "/nhanma"}},
		}}
	})

// WardPhone is /sdt: whom to call. Somebody without a role who was not understood twice is told so, too.
var WardPhone = dialog.Command("sdt").
	On("/sdt").
	Lost(guest).
	Says(dialog.Key{Name: "sdt.said", Args: []string{"ward", "phone"}}).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskWardPhone}} }).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "sdt.said", Args: whomToCall(found.Facts)}}}
		if guest(c.Who) {
			say.Menu = []dialog.Option{
				{Key: "code", Label: c.Label("nhanma.menu"), Do: "/nhanma"},
				{Key: "help", Label: c.Label("xingiup.menu"), Do: "/xingiup"},
				{Key: "give", Label: c.Label("ungho.menu"), Do: "/ungho"},
				{Key: "duty", Label: c.Label("canbo.menu"), Do: "/canbo"},
			}
		}
		return []dialog.Effect{say}
	})

// whomToCall are the args of a line about the ward's phone.
func whomToCall(f map[string]string) map[string]string {
	ward := f["ward"]
	if f["own"] == "" { // the phone is not the ward's
		ward = ""
	}
	return map[string]string{"ward": ward, "phone": localPhone(f["phone"])}
}

// localPhone is a number as it is dialled in the country.
func localPhone(phone string) string {
	if p, ok := vi.ParsePhone(phone); ok {
		return p.Local()
	}
	return phone
}

// The questions of setting a ward's phone.
var (
	phoneWard = vi.Where("where").When(dialog.If("no ward is theirs", func(c dialog.Ctx) bool { return !c.Who.Has(records.RoleFront) }))
	phoneSet  = vi.AnyPhone("phone")
)

// SetPhone is /sdtphuong: the phone that people of a ward are given.
var SetPhone = dialog.Form("sdtphuong", 1, phoneWard, phoneSet).
	On("/sdtphuong").
	For(func(p dialog.Person) bool { return p.Has(records.RoleFront, records.RoleAdmin) }).
	Says(dialog.Key{Name: "sdtphuong.kept", Args: []string{"ward", "phone"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		set := records.SetWardPhone{Phone: phoneSet.Of(c.Answers).Local()}
		if phoneWard.Has(c.Answers) {
			set.Unit = phoneWard.Of(c.Answers).Unit
		}
		return []dialog.Effect{keep(records.CmdWardPhone, set, &dialog.Say{Lines: []dialog.Line{{Key: "sdtphuong.kept"}}})}
	})
