package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Who holds which role: those who may invite for a role see who holds it, and let it rest, take it up again, end it, or give it until a day.

// invites reports a person who may invite somebody for some role.
func invites(p dialog.Person) bool {
	return slices.ContainsFunc(records.InviteRoles, func(role string) bool { return mayInvite(p, role) })
}

// Staffing is /nhansu: who holds roles, by area; with a name, a group or a ward those it names.
var Staffing = dialog.Command("nhansu").
	On("/nhansu").
	ListedFor(invites).
	For(invites).
	Says(dialog.Key{Name: "nhansu.list", Args: []string{"count"}}, dialog.Key{Name: "nhansu.found", Args: []string{"words"}}, dialog.Key{Name: "nhansu.none"},
		dialog.Key{Name: "nhansu.state.suspended"}, dialog.Key{Name: "nhansu.state.locked"}, dialog.Key{Name: "nhansu.state.over"}, dialog.Key{Name: "nhansu.nameless"},
		dialog.Key{Name: "nhansu.since"}, dialog.Key{Name: "nhansu.until"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskStaff, Args: map[string]string{"q": c.Input}, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Columns: 1}
		switch {
		case len(found.Lines) == 0:
			say.Lines = []dialog.Line{{Key: "nhansu.none"}}
		case c.Input == "":
			say.Lines = []dialog.Line{{Key: "nhansu.list", Args: map[string]string{"count": found.Facts["count"]}}}
		default:
			say.Lines = []dialog.Line{{Key: "nhansu.found", Args: map[string]string{"words": c.Input}}}
		}
		for _, l := range found.Lines {
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["role"], Label: staffLabel(c, l.Args), Do: "/vai " + l.Args["role"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/nhansu", found))
		}
		return []dialog.Effect{say}
	})

// staffLabel is a role on a button: "Tổ 12 (Hòa Minh cũ): Lê Thị Hoa, tổ trưởng, từ 11/11/26".
func staffLabel(c dialog.Ctx, role map[string]string) string {
	name := role["name"]
	if name == "" {
		name = c.Label("nhansu.nameless")
	}
	label := role["area"] + ": " + name + ", " + c.Label("role."+role["held"])
	switch day, ok := records.ParseDay(role["ends"]); {
	case role["state"] != "active":
		return label + " (" + c.Label("nhansu.state."+role["state"]) + ")"
	case ok:
		return label + ", " + c.Label("nhansu.until") + " " + day.Format("2/1/06")
	}
	if day, ok := records.ParseDay(role["since"]); ok {
		label += ", " + c.Label("nhansu.since") + " " + day.Format("2/1/06")
	}
	return label
}

// OneRole is /vai: one role, who holds it, and what can be done with it.
var OneRole = dialog.Command("vai").
	On("/vai").
	For(invites).
	Says(dialog.Key{Name: "vai.one", Args: []string{"name", "role", "area", "since", "ends", "rests", "state"}}, dialog.Key{Name: "vai.other", Args: []string{"role", "area"}},
		dialog.Key{Name: "vai.which"}, dialog.Key{Name: "nhansu.nameless"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if _, err := strconv.ParseInt(c.Input, 10, 64); err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "vai.which"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskRole, Args: map[string]string{"role": c.Input}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		say := dialog.Say{Lines: []dialog.Line{{Key: "vai.one", Args: map[string]string{
			"name": staffName(c, f), "role": f["held"], "area": f["area"], "since": f["since"], "ends": f["ends"], "rests": f["rests"], "state": f["state"],
		}}}}
		for _, l := range found.Lines {
			say.Lines = append(say.Lines, dialog.Line{Key: "vai.other", Args: map[string]string{"role": l.Args["held"], "area": l.Args["area"]}})
		}
		for _, act := range records.RoleActs {
			if f["mine"] == "" && actFits(f, act) {
				say.Menu = append(say.Menu, dialog.Option{Key: act, Label: c.Label("doivai.act." + act), Do: "/doivai " + f["role"] + " " + act})
			}
		}
		return []dialog.Effect{say}
	})

func staffName(c dialog.Ctx, f map[string]string) string {
	if f["name"] == "" {
		return c.Label("nhansu.nameless")
	}
	return f["name"]
}

// actFits reports whether something can be done to a role as it is.
func actFits(f map[string]string, act string) bool {
	switch {
	case f["state"] == "" || f["state"] == "ended":
		return false
	case act == records.RoleSuspendAct:
		return f["rests"] == ""
	case act == records.RoleResumeAct:
		return f["rests"] != ""
	}
	return true
}

// The questions of changing a role. Which one, and what is done to it, comes with the button.
var (
	staffRole = dialog.Number("role").Hidden()
	roleFact  = dialog.Fact("of", records.AskRole, func(c dialog.Ctx) map[string]string {
		return map[string]string{"role": strconv.FormatInt(staffRole.Of(c.Answers), 10)}
	})
	roleThere = dialog.If("the role can be changed", func(c dialog.Ctx) bool {
		f := roleFact.Of(c.Answers)
		return f["state"] != "" && f["state"] != "ended" && f["mine"] == ""
	})
	roleAct = dialog.Choice("act", records.RoleActs...).When(roleThere).Columns(1).Among(func(act string, c dialog.Ctx) bool {
		return actFits(roleFact.Of(c.Answers), act)
	})
	roleEnds = vi.ComingDate("ends").When(roleAct.Is(records.RoleUntilAct)).Check(notPastEnd).Says(dialog.Key{Name: "doivai.ends.past", Args: []string{"on"}})
	roleTo   = dialog.Lookup("to", records.AskRole, func(c dialog.Ctx) map[string]string {
		return map[string]string{"role": strconv.FormatInt(staffRole.Of(c.Answers), 10)}
	}).When(roleAct.Is(records.RoleEndAct)).When(dialog.If("somebody else holds the same role there", func(c dialog.Ctx) bool {
		return roleFact.Of(c.Answers)["deputies"] != "" && records.HandsOver(roleFact.Of(c.Answers)["held"])
	})).Optional().SkipLabel("doivai.to.none")
	roleWhy = dialog.Text("why").When(roleAct.Is(records.RoleSuspendAct, records.RoleEndAct)).Optional().SkipLabel("doivai.why.none").Check(dialog.Length(2, 300))
)

func notPastEnd(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
	if d.Before(today(c)) {
		return d, dialog.Problem{Key: "doivai.ends.past", Args: map[string]string{"on": d.String()}}
	}
	return d, dialog.Fine
}

// ChangeRole is /doivai: a role rests, is taken up again, is given until a day, or ends.
var ChangeRole = dialog.Form("doivai", 3, staffRole, roleFact, roleAct, roleEnds, roleTo, roleWhy, Pin.When(roleThere)).
	On("/doivai").
	For(invites).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		for _, word := range strings.Fields(c.Input) { // "12 suspend"
			if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
				staffRole.Put(a, n)
			} else if slices.Contains(records.RoleActs, word) {
				roleAct.Put(a, word)
			}
		}
		return a
	}).
	ConfirmIf(roleThere).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, f := c.Answers, roleFact.Of(c.Answers)
		return []dialog.Line{{Key: "doivai.echo", Args: map[string]string{
			"name": staffName(c, f), "role": f["held"], "area": f["area"], "act": roleAct.Of(a), "ends": roleEnds.Label(c), "to": roleTo.Label(c), "why": roleWhy.Of(a),
		}}}
	}).
	Says(dialog.Key{Name: "doivai.echo", Args: []string{"name", "role", "area", "act", "ends", "to", "why"}}, dialog.Key{Name: "doivai.kept", Args: []string{"name", "role", "area", "act", "handover"}},
		dialog.Key{Name: "vai.which"}, dialog.Key{Name: "nhansu.nameless"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: "notice.role", Args: []string{"act", "role", "area", "ends", "why"}}, dialog.Key{Name: "notice.button.handover"},
		dialog.Key{Name: "notice.handover.to", Args: []string{"role", "area"}}, dialog.Key{Name: "notice.handover.turn", Args: []string{"role", "area"}},
		dialog.Key{Name: "notice.handover.closed", Args: []string{"role", "area", "status"}}, dialog.Key{Name: "notice.role.ward", Args: []string{"act", "role", "area", "ends"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if !roleAct.Has(a) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "vai.which"}}}}
		}
		change := records.ChangeRole{ID: staffRole.Of(a), Act: roleAct.Of(a), Why: roleWhy.Of(a), To: idOf(roleTo.Of(a))}
		if roleEnds.Has(a) {
			change.Ends = roleEnds.Of(a).String()
		}
		return []dialog.Effect{keep(records.CmdChangeRole, change, &dialog.Say{Lines: []dialog.Line{{Key: "doivai.kept", Args: map[string]string{"act": change.Act}}}})}
	})
