package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// A phone is lost: whoever is called at the ward locks the person on all chats, looks over what was entered since, and lets them back when
// they come in person.

// idOf is a record's number as it stands in an answer or a command, 0 for none.
func idOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func locksPeople(p dialog.Person) bool {
	return p.Has(records.RoleOfficer, records.RoleFront, records.RoleAdmin)
}

// The questions of locking somebody.
var (
	lockWho = dialog.Lookup("who", records.AskLockable, nil)

	lockSince = vi.Since("since").Optional().SkipLabel("khoa.since.none").Check(func(m vi.Moment, c dialog.Ctx) (vi.Moment, dialog.Problem) {
		if m.Time(dialog.Zone).After(c.At) {
			return m, dialog.Problem{Key: "khoa.since.future"}
		}
		return m, dialog.Fine
	}).Says(dialog.Key{Name: "khoa.since.future"})
)

// Lock is /khoa: somebody lost their phone, and is locked on all their chats at once.
var Lock = dialog.Form("khoa", 1, lockWho, lockSince).
	On("/khoa").
	ListedFor(func(p dialog.Person) bool { return p.Has(records.RoleOfficer, records.RoleFront) }).
	For(locksPeople).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			lockWho.Put(a, c.Input)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "khoa.echo", Args: map[string]string{"who": lockWho.Label(c), "since": lockSince.Label(c)}}}
	}).
	Says(dialog.Key{Name: "khoa.echo", Args: []string{"who", "since"}}, dialog.Key{Name: "khoa.kept", Args: []string{"name", "count"}}, dialog.Key{Name: "khoa.review"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: "notice.locked", Args: []string{"ward"}}, dialog.Key{Name: "notice.back", Args: []string{"ward"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		command := records.LockPerson{Person: idOf(lockWho.Of(c.Answers))}
		if lockSince.Has(c.Answers) {
			command.Since = lockSince.Of(c.Answers).String()
		}
		return []dialog.Effect{keep(records.CmdLock, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "khoa.kept"}},
			Menu:  []dialog.Option{{Key: "review", Label: c.Label("khoa.review"), Do: "/xemlai {code}"}},
		})}
	})

var reviewKeys = []dialog.Key{
	{Name: "xemlai.list", Args: []string{"name", "since", "left"}},
	{Name: "xemlai.none", Args: []string{"name"}},
	{Name: "xemlai.one", Args: []string{"at", "kind", "what", "name", "verdict"}},
	{Name: "xemlai.which"},
	{Name: "xemlai.right"},
	{Name: "xemlai.void"},
	{Name: "xemlai.kind.help"},
	{Name: "xemlai.kind.answer"},
	{Name: "xemlai.kind.need"},
	{Name: "xemlai.kind.invite"},
	{Name: "xemlai.kind.card"},
	{Name: "xemlai.kind.voided"},
	{Name: "xemlai.what.received"},
	{Name: "xemlai.what.missing"},
	{Name: "xemlai.what.wrong"},
	{Name: "xemlai.what.planned"},
	{Name: "xemlai.what.met"},
	{Name: "xemlai.what.impossible"},
	{Name: "xemlai.what.confirmed"},
}

// Review is /xemlai: what a locked person entered since the phone was lost, with a number of a lock; with what was entered, that one.
var Review = dialog.Command("xemlai").
	On("/xemlai").
	For(locksPeople).
	Says(reviewKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		word := append(strings.Fields(c.Input), "", "", "")
		if word[0] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemlai.which"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskLockReview, Args: map[string]string{"lock": word[0], "kind": word[1], "ref": word[2]}, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if len(strings.Fields(c.Input)) > 1 && len(found.Lines) == 1 {
			return showEntered(c, found)
		}
		f := found.Facts
		say := dialog.Say{Lines: []dialog.Line{{Key: "xemlai.list", Args: map[string]string{"name": f["name"], "since": f["since"], "left": f["left"]}}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines = []dialog.Line{{Key: "xemlai.none", Args: map[string]string{"name": f["name"]}}}
		}
		for _, l := range found.Lines {
			label := c.Label("xemlai.kind." + l.Args["kind"])
			if what := whatEntered(c, l.Args); what != "" {
				label += ": " + lowerFirst(what)
			}
			if l.Args["name"] != "" {
				label += ", " + l.Args["name"]
			}
			label = strings.TrimSpace(momentOf(l.Args["at"]) + " " + label)
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["kind"] + l.Args["ref"], Label: label, Do: "/xemlai " + f["lock"] + " " + l.Args["kind"] + " " + l.Args["ref"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/xemlai", found))
		}
		return []dialog.Effect{say}
	})

// momentOf is an instant as it stands on a button: "17:05 10/11".
func momentOf(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return ""
	}
	return t.In(dialog.Zone).Format("15:04 2/1")
}

// whatEntered is what was entered, in words: a kind of help, an answer, a role.
func whatEntered(c dialog.Ctx, entered map[string]string) string {
	switch what := entered["what"]; {
	case what == "":
		return ""
	case entered["kind"] == records.LockHelp, entered["kind"] == records.LockVoided:
		return c.Label("kind." + what)
	case entered["kind"] == records.LockInvite:
		return c.Label("role." + what)
	case what == records.NeedReceived && entered["kind"] == records.LockNeed:
		return ""
	default:
		return c.Label("xemlai.what." + what)
	}
}

// showEntered tells of one thing that was entered, and asks whether it was right.
func showEntered(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	l, lock := found.Lines[0].Args, found.Facts["lock"]
	say := dialog.Say{Lines: []dialog.Line{{Key: "xemlai.one", Args: map[string]string{
		"at": momentOf(l["at"]), "kind": "xemlai.kind." + l["kind"], "what": lowerFirst(whatEntered(c, l)), "name": l["name"], "verdict": l["verdict"],
	}}}}
	if l["verdict"] == "" {
		for _, verdict := range []string{records.LockRight, records.LockVoid} {
			say.Menu = append(say.Menu, dialog.Option{Key: verdict, Label: c.Label("xemlai." + verdict), Do: "/duyet " + lock + " " + l["kind"] + " " + l["ref"] + " " + verdict})
		}
	}
	return []dialog.Effect{say}
}

// Judge is /duyet: something entered since a phone was lost was right, or is taken back.
var Judge = dialog.Command("duyet").
	On("/duyet").
	For(locksPeople).
	Says(dialog.Key{Name: "duyet.kept", Args: []string{"left", "verdict"}}, dialog.Key{Name: "duyet.next"}, dialog.Key{Name: "xemlai.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		word := strings.Fields(c.Input)
		if len(word) != 4 || !slices.Contains(records.LockKinds, word[1]) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemlai.which"}}}}
		}
		command := records.ReviewEntered{Lock: idOf(word[0]), Kind: word[1], Ref: word[2], Verdict: word[3]}
		return []dialog.Effect{keep(records.CmdReview, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "duyet.kept", Args: map[string]string{"verdict": command.Verdict}}},
			Menu:  []dialog.Option{{Key: "next", Label: c.Label("duyet.next"), Do: "/xemlai " + word[0]}},
		})}
	})

// The questions of letting somebody back.
var (
	backWho  = dialog.Lookup("who", records.AskLockable, func(dialog.Ctx) map[string]string { return map[string]string{"locked": "1"} })
	backSeen = dialog.YesNo("seen")
)

// Unlock is /mokhoa: somebody locked came in person, and gets a code with which they come back in a chat.
var Unlock = dialog.Form("mokhoa", 1, backWho, backSeen).
	On("/mokhoa").
	For(locksPeople).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			backWho.Put(a, c.Input)
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "mokhoa.kept", Args: []string{"code", "name", "until", "link"}}, dialog.Key{Name: "mokhoa.come"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !backSeen.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "mokhoa.come"}}}}
		}
		return []dialog.Effect{keep(records.CmdUnlock, records.UnlockPerson{Person: idOf(backWho.Of(c.Answers))}, &dialog.Say{
			Lines: []dialog.Line{{Key: "mokhoa.kept"}},
			Start: "{code}",
		})}
	})
