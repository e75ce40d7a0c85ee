package storage

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// victim is a household of which everything that can be named is known to others, and words that nobody else may ever be shown.
type victim struct {
	home    string
	values  []string // codes, ids and paths of what is theirs, as they may be put into any argument
	secrets []string
}

// newVictim gives a household of tổ 12 one of everything.
func (w *world) newVictim(t testing.TB) victim {
	t.Helper()
	v := victim{secrets: []string{"Quỳnh Bímật", "Bímật Nick", "bímật dấu", "lời bímật", "quà bímật", "người bímật"}}
	v.home = w.addHome(t, records.Household{Area: to12, Head: v.secrets[0], Nickname: v.secrets[1], Second: v.secrets[2]})
	path := records.Join(to12, v.home)
	g := gift(v.home)
	g.Note, g.Giver, g.GiverKind = v.secrets[4], v.secrets[4], records.GiverPerson
	out := w.do(t, w.leader, records.CmdLogHelp, g)
	code := w.cardOf(t, w.leader, v.home)
	member := w.contact(t, "member of the victim", v.secrets[5])
	if out := w.link(t, member, code); out.Refused != "" {
		t.Fatal(out)
	}
	w.pass(records.NoticeDelay)
	if out := w.do(t, member, records.CmdTellNeed, records.TellNeedOf{Household: v.home, Dimension: records.DimensionHouse, Words: v.secrets[3]}); out.Refused != "" {
		t.Fatal(out)
	}
	if out := w.do(t, w.leader, records.CmdVisit, records.NoteVisit{Household: v.home, On: "2026-11-10", Note: v.secrets[3]}); out.Refused != "" {
		t.Fatal(out)
	}
	sheet := w.do(t, w.leader, records.CmdMakeSheets, records.MakeSignatureSheets{Group: to12})
	unused := w.cardOf(t, w.leader, v.home)
	var link records.HouseholdLink
	must(t, w.db.Order("id DESC").First(&link).Error)
	var need records.Need
	must(t, w.db.Order("id DESC").First(&need).Error)
	person := strconv.FormatInt(w.personOf(t, member), 10)
	digits, _ := records.ParseShortCode(code)
	v.values = []string{
		v.home, path, to12, out.Args["code"], sheet.Args["code"], code, digits, person, member,
		strconv.FormatInt(link.ID, 10), strconv.FormatInt(need.ID, 10), v.secrets[0], sheet.Args["file"], "1", "2", "",
	}
	_ = unused // it waits: whoever types its code is let in, so nobody is told it
	return v
}

// mangled is one of the victim's values, as it is or as somebody tries it on.
func (v victim) mangled(r *rand.Rand) string {
	s := v.values[r.IntN(len(v.values))]
	switch r.IntN(8) {
	case 0:
		return strings.ToLower(s)
	case 1:
		return s + " " + v.values[r.IntN(len(v.values))]
	case 2:
		return " " + s + "\u200b"
	case 3:
		return s + "' OR '1'='1"
	case 4:
		return s + "%"
	case 5:
		return strings.ReplaceAll(s, "-", "")
	}
	return s
}

// forgedNames are the arguments of look-ups and the fields of commands.
var forgedNames = []string{
	"q", "key", "group", "household", "households", "exclude", "blob", "kind", "on", "code", "year", "about", "link", "none", "proposal", "said", "unit", "role",
	"area", "task", "need", "sheet", "answer", "words", "missing", "id", "status", "why", "note", "part", "value", "signed", "photo", "log", "seen", "lines", "head",
}

// forgedArgs name the victim in every argument.
func (v victim) forgedArgs(r *rand.Rand) map[string]string {
	args := map[string]string{}
	for _, name := range forgedNames {
		if r.IntN(4) > 0 {
			args[name] = v.mangled(r)
		}
	}
	if r.IntN(2) == 0 {
		args["household"], args["on"], args["kind"] = v.home, "2026-11-10", "nhu_yeu_pham"
	}
	return args
}

// forgedData is a command's JSON that names the victim: fields are of the kind that commands have.
func (v victim) forgedData(r *rand.Rand) json.RawMessage {
	fields := map[string]any{}
	for name, s := range v.forgedArgs(r) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && (name == "id" || name == "link") {
			fields[name] = n
		} else if name != "id" && name != "link" {
			fields[name] = s
		}
	}
	fields["households"], fields["signed"], fields["year"], fields["seen"] = []string{v.home}, []int{1}, 2026, 2_000_000_000
	fields["log"] = gift(v.home)
	maps.DeleteFunc(fields, func(string, any) bool { return r.IntN(6) == 0 })
	if r.IntN(2) == 0 {
		fields["household"], fields["part"], fields["value"] = v.home, "members", "9"
		fields["answer"], fields["on"], fields["status"], fields["role"] = records.AnswerMissing, "2026-11-10", records.NeedMet, records.RoleLeader
	}
	data, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return data
}

// kept is all that is kept of the victim, as text.
func (w *world) kept(t testing.TB, v victim) string {
	t.Helper()
	var b strings.Builder
	for _, q := range []string{
		"SELECT * FROM households WHERE code = @home", "SELECT * FROM help WHERE area = @path ORDER BY code, version",
		"SELECT * FROM help_answers WHERE household_id = (SELECT id FROM households WHERE code = @home) ORDER BY id",
		"SELECT * FROM needs WHERE area = @path ORDER BY id", "SELECT * FROM roles WHERE area = @path ORDER BY id",
		"SELECT * FROM cards WHERE area = @path ORDER BY id", "SELECT * FROM visits WHERE household_id = (SELECT id FROM households WHERE code = @home) ORDER BY id",
		"SELECT * FROM household_links WHERE household_id = (SELECT id FROM households WHERE code = @home) ORDER BY id",
		"SELECT * FROM signature_lines WHERE household_id = (SELECT id FROM households WHERE code = @home) ORDER BY sheet, n",
		"SELECT * FROM signature_sheets WHERE area = @group ORDER BY code",
	} {
		var rows []map[string]any
		must(t, w.db.Raw(q, map[string]any{"home": v.home, "path": records.Join(to12, v.home), "group": to12}).Scan(&rows).Error)
		if len(rows) == 0 && !strings.Contains(q, "help_answers") {
			t.Fatalf("nothing to keep by %s", q)
		}
		fmt.Fprintln(&b, rows)
	}
	return b.String()
}

// intruders have no right to a household of tổ 12: nobody, a neighbour, and whoever holds a role elsewhere or one that sees no household.
func (w *world) intruders(t testing.TB) map[string]string {
	neighbour := records.Join(to12, w.homes["Lê Thị Bảy"])
	grants := map[string]records.Grant{
		"neighbour": {Role: records.RoleHousehold, Area: neighbour}, "donor": {Role: records.RoleDonor, Area: to12}, "next leader": {Role: records.RoleLeader, Area: to13},
		"far officer": {Role: records.RoleOfficer, Area: haiChau}, "far front": {Role: records.RoleFront, Area: haiChau},
		"treasurer": {Role: records.RoleTreasurer, Area: hoaKhanh},
	}
	all := map[string]string{"nobody": w.contact(t, "nobody", "Ke La")}
	for name, g := range grants {
		all[name] = w.contact(t, name, "Ke La", g)
	}
	return all
}

// forge tries every look-up and every command as every intruder, with arguments drawn from seed.
func (w *world) forge(t testing.TB, v victim, intruders map[string]string, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	before, names := w.kept(t, v), guardConstants(t)
	for _, who := range slices.Sorted(maps.Keys(intruders)) {
		for _, name := range slices.Sorted(maps.Keys(records.Guards)) {
			var shown []byte
			tried := ""
			if strings.HasPrefix(names[name], "Cmd") {
				q := w.request(intruders[who], name, nil)
				q.Data = v.forgedData(r)
				tried = string(q.Data)
				out, err := w.Apply(t.Context(), []Request{q})
				must(t, err)
				shown, _ = json.Marshal(out)
				if now := w.kept(t, v); now != before {
					t.Fatalf("seed %d: %s changed by %s %s\n%s\n%s", seed, who, name, tried, before, now)
				}
			} else {
				ask := dialog.Ask{Query: name, Args: v.forgedArgs(r), Page: r.IntN(2)}
				tried = fmt.Sprint(ask.Args)
				shown, _ = json.Marshal(w.Answer(t.Context(), ask, w.who(t, intruders[who]), w.clock()))
			}
			for _, secret := range v.secrets {
				if strings.Contains(string(shown), secret) {
					t.Fatalf("seed %d: %s is shown %q by %s %s: %s", seed, who, secret, name, tried, shown)
				}
			}
		}
	}
	var told int64
	must(t, w.db.Raw("SELECT count(*) FROM messages WHERE contact IN ? AND say LIKE ?", slices.Collect(maps.Values(intruders)), "%bímật%").Scan(&told).Error)
	if told > 0 {
		t.Fatalf("seed %d: an intruder is told of the victim", seed)
	}
}

// testForged: whatever somebody puts into a command or a look-up, nothing of a household that is not theirs is shown or changed.
func testForged(t *testing.T, w *world) {
	v := w.newVictim(t)
	intruders := w.intruders(t)
	for seed := range uint64(2) {
		w.forge(t, v, intruders, seed)
	}
	// The same tries do find it as who may: the victim is there to be found.
	found := w.ask(t, w.leader, records.AskHouseholdView, map[string]string{"household": v.home})
	if found.Facts["name"] != v.secrets[0] {
		t.Errorf("its own leader: %+v", found)
	}
}

// FuzzForged goes on with further seeds.
func FuzzForged(f *testing.F) {
	f.Add(uint64(100))
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := newWorld(t, "sqlite:"+t.TempDir()+"/forged.db")
		w.forge(t, w.newVictim(t), w.intruders(t), seed)
	})
}
