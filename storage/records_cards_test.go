package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"chungtay/storage/records"
)

var agreed = records.LinkHousehold{Consent: records.ConsentGiven{Version: 1, Words: "Em giữ tài khoản này.", Agreed: true}}

// cardOf makes a card for a household and returns its code.
func (w *world) cardOf(t testing.TB, by, home string) string {
	t.Helper()
	out := w.do(t, by, records.CmdMakeCard, records.MakeCard{Household: home})
	if out.Refused != "" {
		t.Fatalf("card: %s", out.Refused)
	}
	return out.Args["code"]
}

// link types a code and agrees.
func (w *world) link(t testing.TB, contact, code string) Outcome {
	t.Helper()
	if out := w.do(t, contact, records.CmdOpenCode, records.OpenCode{Code: code}); out.Refused != "" {
		return out
	}
	return w.do(t, contact, records.CmdLinkHousehold, agreed)
}

// told counts the notices whose line has this key, by contact.
func (w *world) told(t testing.TB, key string) map[string]int {
	t.Helper()
	var rows []records.Message
	must(t, w.db.Where("say LIKE ?", `%"`+key+`"%`).Find(&rows).Error)
	counts := map[string]int{}
	for _, m := range rows {
		counts[m.Contact]++
	}
	return counts
}

func testLink(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	farFront := w.contact(t, "far front", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	hanh, duc := w.ContactKey("telegram", "bot", "hanh"), w.contact(t, "duc", "")
	code := w.cardOf(t, w.leader, lan)
	out := w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: code})
	if out.Refused != "" || out.Args["who"] != "bà T. T. Lan" || out.Args["group"] != "Tổ 12 (Hòa Minh cũ)" || out.Args["kind"] != records.CodeKindCard {
		t.Fatalf("%+v", out)
	}
	if f := w.ask(t, hanh, records.AskCodeOpen, nil).Facts; f["who"] != "bà T. T. Lan" {
		t.Errorf("opened: %v", f)
	}
	if f := w.ask(t, duc, records.AskCodeOpen, nil).Facts; len(f) != 0 {
		t.Errorf("another sees what was opened: %v", f)
	}
	if a := w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"household": lan}); a.Problem == "" {
		t.Error("a code that was only typed shows the household")
	}
	no := agreed
	no.Consent.Agreed = false
	if out := w.do(t, hanh, records.CmdLinkHousehold, no); out.Refused != "" {
		t.Fatal(out)
	}
	if n := w.count(t, "SELECT count(*) FROM roles WHERE name = 'household'") + w.count(t, "SELECT count(*) FROM household_links"); n != 0 {
		t.Errorf("%d rows after a no", n)
	}
	wantRefused(t, w.do(t, hanh, records.CmdLinkHousehold, agreed), records.RefusedNoCard)
	if out := w.link(t, hanh, code); out.Refused != "" {
		t.Fatal(out)
	}
	if out := w.link(t, hanh, code); out.Refused != "" {
		t.Errorf("the same person again: %v", out)
	}
	if a := w.ask(t, hanh, records.AskHouseholdSupport, nil); a.Facts["household"] != lan {
		t.Errorf("after linking: %+v", a)
	}
	wantRefused(t, w.link(t, duc, code), records.RefusedInviteUsed)
	if out := w.link(t, duc, w.cardOf(t, front, lan)); out.Refused != "" {
		t.Errorf("a second member: %v", out)
	}
	if got := w.told(t, "notice.linked"); got[w.leader] != 2 || got[front] != 2 || got[farFront]+got[hanh]+got[duc] != 0 || len(got) != 2 {
		t.Errorf("told: %v", got)
	}
	var consents []records.Consent
	must(t, w.db.Order("id").Find(&consents).Error)
	hash := sha256.Sum256([]byte(agreed.Consent.Words))
	if len(consents) != 4 || consents[0].Agreed || !consents[1].Agreed || consents[1].Hash != hex.EncodeToString(hash[:]) || consents[1].Channel != "" || consents[3].Channel != "telegram" || consents[1].Purpose != records.PurposeLink {
		t.Errorf("consents: %+v", consents)
	}
	members := w.ask(t, w.leader, records.AskHouseholdMembers, map[string]string{"household": lan})
	if len(members.Options) != 2 {
		t.Fatalf("members: %+v", members)
	}
}

func testCardExpires(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.contact(t, "hanh", "")
	code := w.cardOf(t, w.leader, lan)
	w.pass(records.CardLife - time.Second)
	if out := w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: code}); out.Refused != "" {
		t.Fatal(out)
	}
	w.pass(time.Second)
	wantRefused(t, w.do(t, hanh, records.CmdLinkHousehold, agreed), records.RefusedInviteExpired)
	wantRefused(t, w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: code}), records.RefusedInviteExpired)
	code = w.cardOf(t, w.leader, lan)
	if out := w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: code}); out.Refused != "" {
		t.Fatal(out)
	}
	w.pass(records.CodeOpenLife)
	wantRefused(t, w.do(t, hanh, records.CmdLinkHousehold, agreed), records.RefusedNoCard)
	if f := w.ask(t, hanh, records.AskCodeOpen, nil).Facts; len(f) != 0 {
		t.Errorf("opened a day ago: %v", f)
	}
}

// A guesser is locked out, and learns nothing even from the right code; the household is not locked.
func testCodeGuesses(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	code := w.cardOf(t, w.leader, lan)
	guesser, hanh := w.contact(t, "guesser", ""), w.contact(t, "hanh", "")
	pick := rand.New(rand.NewPCG(3, 4))
	for range records.InviteTries {
		wantRefused(t, w.do(t, guesser, records.CmdOpenCode, records.OpenCode{Code: records.ShortCodeOf(pick.Uint64N(records.CodeSpace8))}), records.RefusedInviteUnknown)
	}
	for range 2 {
		out := w.do(t, guesser, records.CmdOpenCode, records.OpenCode{Code: code})
		wantRefused(t, out, records.RefusedInviteLocked)
		if out.Args["minutes"] != "60" || out.Args["who"] != "" {
			t.Errorf("%v", out.Args)
		}
	}
	wantRefused(t, w.do(t, guesser, records.CmdRedeem, records.Redeem{Code: "22222-22222"}), records.RefusedInviteLocked)
	for i := range records.CodeTriesAll / records.InviteTries {
		other := w.contact(t, fmt.Sprint("guesser ", i), "")
		for range records.InviteTries {
			w.do(t, other, records.CmdOpenCode, records.OpenCode{Code: records.ShortCodeOf(pick.Uint64N(records.CodeSpace8))})
		}
	}
	last := w.contact(t, "last guesser", "")
	wantRefused(t, w.do(t, last, records.CmdOpenCode, records.OpenCode{Code: "1111 1111"}), records.RefusedInviteUnknown)
	wantRefused(t, w.do(t, last, records.CmdOpenCode, records.OpenCode{Code: code}), records.RefusedInviteLocked)
	if out := w.link(t, hanh, code); out.Refused != "" {
		t.Errorf("who holds the card, while others guess: %v", out)
	}
	if n := w.count(t, "SELECT count(*) FROM household_links"); n != 1 {
		t.Errorf("%d links", n)
	}
}

// Two who type the same code at once: one gets it.
func testCardAtOnce(t *testing.T, w *world) {
	code := w.cardOf(t, w.leader, w.homes["Võ Văn Tư"])
	other := open(t, w.address, w.clock)
	people := make([]string, 6)
	for i := range people {
		people[i] = w.contact(t, fmt.Sprint("p", i), "")
		if out := w.do(t, people[i], records.CmdOpenCode, records.OpenCode{Code: code}); out.Refused != "" {
			t.Fatal(out)
		}
	}
	var together sync.WaitGroup
	kept := make([]bool, len(people))
	for i := range people {
		q := w.request(people[i], records.CmdLinkHousehold, agreed)
		r := []*Records{w.Records, other}[i%2]
		together.Go(func() {
			out, err := r.Apply(context.Background(), []Request{q})
			if err != nil {
				t.Error(err)
				return
			}
			kept[i] = out[0].Refused == ""
		})
	}
	together.Wait()
	n := 0
	for _, k := range kept {
		if k {
			n++
		}
	}
	if links := w.count(t, "SELECT count(*) FROM household_links"); n != 1 || links != 1 {
		t.Errorf("%d kept, %d links: %v", n, links, kept)
	}
}

// Who looks after a group has their own household there and no other; who belongs to several is looked at.
func testLinkOwnOnly(t *testing.T, w *world) {
	lan, bay, far := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"], w.homes["Hoàng Thị Lan"]
	if out := w.link(t, w.leader, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	wantRefused(t, w.link(t, w.leader, w.cardOf(t, w.leader, bay)), records.RefusedOwnOnly)
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	if out := w.link(t, w.leader, w.cardOf(t, officer, far)); out.Refused != "" {
		t.Errorf("a household of another group: %v", out)
	}
	hanh := w.contact(t, "hanh", "")
	for _, home := range []string{lan, bay} {
		if out := w.link(t, hanh, w.cardOf(t, w.leader, home)); out.Refused != "" {
			t.Fatal(out)
		}
	}
	var links []records.HouseholdLink
	must(t, w.db.Order("id").Find(&links).Error)
	got := ""
	for _, l := range links {
		got += fmt.Sprint(l.Helper, l.Several, " ")
	}
	if got != "true false false true false false false true " {
		t.Errorf("flags: %s", got)
	}
	if n := w.count(t, "SELECT count(*) FROM tasks WHERE reason = 'several_homes' AND area = ?", hoaKhanh); n != 2 {
		t.Errorf("%d tasks", n)
	}
}

func testUnlink(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh, duc := w.contact(t, "hanh", ""), w.contact(t, "duc", "")
	next := w.contact(t, "next", "", records.Grant{Role: records.RoleLeader, Area: to13})
	code := w.cardOf(t, w.leader, lan)
	w.link(t, hanh, code)
	w.link(t, duc, w.cardOf(t, w.leader, lan))
	members := w.ask(t, w.leader, records.AskHouseholdMembers, map[string]string{"household": lan}).Options
	if len(members) != 2 {
		t.Fatal(members)
	}
	var ids [2]int64
	for i, m := range members {
		_, err := fmt.Sscan(m.Key, &ids[i])
		must(t, err)
	}
	for _, who := range []string{next, duc, w.contact(t, "nobody", "")} {
		wantRefused(t, w.do(t, who, records.CmdUnlink, records.Unlink{Link: ids[0]}), records.RefusedNotFound)
		if a := w.ask(t, who, records.AskHouseholdMembers, map[string]string{"link": members[0].Key}); a.Problem == "" || len(a.Facts) > 0 {
			t.Errorf("sees a link: %+v", a)
		}
	}
	if out := w.do(t, w.leader, records.CmdUnlink, records.Unlink{Link: ids[0]}); out.Refused != "" {
		t.Fatal(out)
	}
	if a := w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"household": lan}); a.Problem == "" {
		t.Errorf("after being taken out: %+v", a)
	}
	if got := w.told(t, "notice.unlinked"); got[hanh] != 1 || len(got) != 1 {
		t.Errorf("told: %v", got)
	}
	wantRefused(t, w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: code}), records.RefusedInviteUsed)
	wantRefused(t, w.do(t, hanh, records.CmdUnlink, records.Unlink{}), records.RefusedNotFound)
	wantRefused(t, w.do(t, duc, records.CmdUnlink, records.Unlink{Household: w.homes["Lê Thị Bảy"]}), records.RefusedNotFound)
	if out := w.do(t, duc, records.CmdUnlink, records.Unlink{Household: lan}); out.Refused != "" {
		t.Errorf("leaves: %v", out)
	}
	if n := w.count(t, "SELECT count(*) FROM roles WHERE name = 'household' AND valid_to IS NULL") + w.count(t, "SELECT count(*) FROM consents WHERE withdrawn_at IS NULL"); n != 0 {
		t.Errorf("%d roles and consents in force", n)
	}
	if out := w.link(t, duc, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Errorf("comes back: %v", out)
	}
}
