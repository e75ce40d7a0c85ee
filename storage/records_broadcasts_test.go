package storage

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// written has somebody write a broadcast, and returns its number.
func (w *world) written(t testing.TB, as string, m records.MakeBroadcast) int64 {
	t.Helper()
	out := w.do(t, as, records.CmdMakeBroadcast, m)
	id, err := strconv.ParseInt(out.Args["code"], 10, 64)
	if out.Refused != "" || err != nil {
		t.Fatalf("%+v", out)
	}
	return id
}

// broadcast does what there is to do for broadcasts, a window of rows at a time, handing each over and calling it sent.
func (w *world) broadcast(t testing.TB, window int, each func(NoticeRow)) {
	t.Helper()
	for range 1_000 {
		b, err := w.NextBroadcast(t.Context(), "p", time.Minute)
		must(t, err)
		if b == nil {
			return
		}
		_, err = w.RunBroadcast(t.Context(), *b, window)
		must(t, err)
		must(t, w.LetBroadcast(t.Context(), *b))
		due, err := w.ClaimNotices(t.Context(), "p", 1000, time.Minute)
		must(t, err)
		for _, n := range due {
			must(t, w.MarkNotice(t.Context(), n.ID, records.MessageHanded, ""))
			if each != nil && n.Say.Lines[0].Key == "notice.broadcast" {
				each(n)
			}
			must(t, w.MarkNotice(t.Context(), n.ID, records.MessageSent, ""))
		}
	}
	t.Fatal("broadcasts do not come to an end")
}

func (w *world) statusOf(t testing.TB, id int64) string {
	t.Helper()
	var b records.Broadcast
	must(t, w.db.First(&b, id).Error)
	return b.Status
}

// Everybody of the audience is told once, whatever number of chats they have; who comes meanwhile is told too; who stopped the bot, wants no
// messages or had their share of the week is listed with the reason; the text is kept as it was sent.
func testBroadcasts(t *testing.T, w *world) {
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	far := w.contact(t, "far leader", "", records.Grant{Role: records.RoleLeader, Area: haiChau + "/1"})
	var leaders []string
	for i := range 5 {
		leaders = append(leaders, w.contact(t, fmt.Sprint("leader ", i), "", records.Grant{Role: records.RoleLeader, Area: hoaKhanh + "/hoa-minh." + strconv.Itoa(20+i)}))
	}
	second := w.contact(t, "second chat", "")
	w.joinTo(t, leaders[0], second)
	w.do(t, leaders[1], records.CmdContactBlocked, nil)
	m := records.MakeBroadcast{Text: "Mời họp\n- *7 giờ* sáng thứ bảy", Who: records.AudienceLeaders}
	id := w.written(t, front, m)
	if again := w.written(t, front, m); again != id {
		t.Errorf("the same again is broadcast %d, and not %d", again, id)
	}
	wantRefused(t, w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: id, At: w.clock().Add(-time.Hour).Format(time.RFC3339)}), records.RefusedBroadcastPast)
	if out := w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: id}); out.Args["count"] != "5" || out.Args["status"] != records.BroadcastReady {
		t.Fatalf("%+v", out)
	}
	wantRefused(t, w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: id}), records.RefusedBroadcastGone)
	if again := w.written(t, front, m); again != id {
		t.Errorf("the same again while it is sent is broadcast %d", again)
	}
	told, late := map[string]int{}, ""
	w.broadcast(t, 2, func(n NoticeRow) {
		told[n.Contact]++
		if got := n.Say.Lines[0].Args["text"]; got != m.Text {
			t.Errorf("told %q", got)
		}
		if late == "" {
			late = w.contact(t, "new leader", "", records.Grant{Role: records.RoleLeader, Area: to13})
		}
	})
	if told[leaders[0]]+told[second] != 1 || told[leaders[1]] != 0 || told[late] != 1 || told[w.leader] != 1 || told[far] != 0 || len(told) != 6 {
		t.Errorf("told %v", told)
	}
	f := w.ask(t, front, records.AskBroadcast, map[string]string{"broadcast": strconv.FormatInt(id, 10)}).Facts
	if f["sent"] != "6" || f["gone"] != "1" || f["waiting"] != "0" || f["status"] != records.BroadcastDone {
		t.Errorf("%v", f)
	}
	for i := range records.BulkAWeek { // the first of them was the one above
		m.Text = fmt.Sprint("Nhắc lần ", i)
		want, refused := 6, ""
		if i == records.BulkAWeek-1 {
			want, refused = 0, records.RefusedNobody
		}
		wantRefused(t, w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: w.written(t, front, m)}), refused)
		told = map[string]int{}
		w.broadcast(t, 100, func(n NoticeRow) { told[n.Contact]++ })
		if len(told) != want {
			t.Errorf("broadcast %d more in a week told %v", i+1, told)
		}
	}
	m.Text = "Bão về, mời bà con tránh trú"
	wantRefused(t, w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: w.written(t, front, m), Storm: true}), "")
	told = map[string]int{}
	w.broadcast(t, 100, func(n NoticeRow) { told[n.Contact]++ })
	if len(told) != 6 {
		t.Errorf("the storm warning told %v", told)
	}
}

// More than BroadcastAlone people, or those of several wards, are written to when a second officer agrees; a storm warning goes first. It is
// paused, resumed, cancelled; at night it waits.
func testBroadcastSecond(t *testing.T, w *world) {
	first := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	mate := w.contact(t, "mai", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	above := w.contact(t, "van", "", records.Grant{Role: records.RoleCity, Area: city})
	for i := range records.BroadcastAlone {
		w.contact(t, fmt.Sprint("home ", i), "", records.Grant{Role: records.RoleHousehold, Area: to12 + "/" + strconv.Itoa(i)})
	}
	set := func(as string, id int64, act, want string) {
		t.Helper()
		wantRefused(t, w.do(t, as, records.CmdSetBroadcast, records.SetBroadcast{ID: id, Act: act}), want)
	}
	send := func(as string, m records.MakeBroadcast, storm bool, status string) int64 {
		t.Helper()
		id := w.written(t, as, m)
		if out := w.do(t, as, records.CmdSendBroadcast, records.SendBroadcast{ID: id, Storm: storm}); out.Refused != "" || out.Args["status"] != status {
			t.Fatalf("%+v", out)
		}
		return id
	}
	send(first, records.MakeBroadcast{Text: "Vừa đủ năm trăm người", Who: records.AudienceHomes}, false, records.BroadcastReady)
	w.broadcast(t, 1000, nil)
	w.contact(t, "one more", "", records.Grant{Role: records.RoleHousehold, Area: to12 + "/more"})
	id := send(first, records.MakeBroadcast{Text: "Năm trăm linh một người", Who: records.AudienceHomes}, false, records.BroadcastAsked)
	if got := w.told(t, "notice.broadcast.second"); got[mate] != 1 || got[above] != 1 || len(got) != 2 {
		t.Errorf("told %v", got)
	}
	w.broadcast(t, 1000, nil)
	if n := w.count(t, "SELECT count(*) FROM messages WHERE broadcast_id = ?", id); n != 0 {
		t.Errorf("%d rows before it was agreed to", n)
	}
	set(first, id, records.BroadcastApprove, records.RefusedBroadcastOwn)
	set(w.leader, id, records.BroadcastApprove, records.RefusedBroadcastGone)
	set(mate, id, records.BroadcastApprove, "")
	set(mate, id, records.BroadcastApprove, records.RefusedBroadcastGone)
	b, err := w.NextBroadcast(t.Context(), "p", time.Minute)
	must(t, err)
	_, err = w.RunBroadcast(t.Context(), *b, 10)
	must(t, err)
	if other, err := w.NextBroadcast(t.Context(), "q", time.Minute); err != nil || other != nil {
		t.Errorf("two processes have it: %v, %v", other, err)
	}
	set(first, id, records.BroadcastPause, "")
	due, err := w.ClaimNotices(t.Context(), "p", 1000, time.Minute)
	must(t, err)
	if slices.ContainsFunc(due, func(n NoticeRow) bool { return n.Say.Lines[0].Key == "notice.broadcast" }) {
		t.Error("rows are handed over while it is paused")
	}
	w.broadcast(t, 1000, nil)
	set(first, id, records.BroadcastResume, "")
	w.pass(time.Date(2026, 11, 12, 15, 0, 0, 0, time.UTC).Sub(w.clock())) // 22:00 in Vietnam
	b, err = w.NextBroadcast(t.Context(), "p", time.Minute)
	must(t, err)
	_, err = w.RunBroadcast(t.Context(), *b, 10)
	must(t, err)
	must(t, w.LetBroadcast(t.Context(), *b))
	if n := w.count(t, "SELECT count(*) FROM messages WHERE broadcast_id = ? AND status = 'waiting'", id); n != 0 {
		t.Errorf("%d rows have their turn at night", n)
	}
	set(first, id, records.BroadcastCancel, "")
	w.broadcast(t, 100, nil)
	if n := w.count(t, "SELECT count(*) FROM messages WHERE broadcast_id = ? AND status = 'cancelled'", id); n != records.BroadcastAlone+1 || w.statusOf(t, id) != records.BroadcastCancelled {
		t.Errorf("%d rows taken back, %s", n, w.statusOf(t, id))
	}
	storm := send(first, records.MakeBroadcast{Text: "Bão số 9 vào chiều nay", Who: records.AudienceHomes}, true, records.BroadcastReady)
	night := func() int {
		t.Helper()
		b, err := w.NextBroadcast(t.Context(), "p", time.Minute)
		must(t, err)
		_, err = w.RunBroadcast(t.Context(), *b, 1000)
		must(t, err)
		must(t, w.LetBroadcast(t.Context(), *b))
		return w.count(t, "SELECT count(*) FROM messages WHERE broadcast_id = ? AND status = 'waiting'", storm)
	}
	if n := night(); n != 0 {
		t.Errorf("%d are woken before anybody agreed", n)
	}
	set(mate, storm, records.BroadcastApprove, "")
	if n := night(); n != records.BroadcastAlone+1 {
		t.Errorf("%d are warned at night", n)
	}
}

// Who is of an audience is looked up anew, by role, place, campaign and what they did.
func testBroadcastAudience(t *testing.T, w *world) {
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	above := w.contact(t, "van", "", records.Grant{Role: records.RoleCity, Area: city})
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	w.contact(t, "idle", "", records.Grant{Role: records.RoleLeader, Area: to13})
	hanh := w.contact(t, "hanh", "", records.Grant{Role: records.RoleHousehold, Area: to12 + "/" + lan})
	w.log(t, w.leader, lan)
	donor := w.contact(t, "donor", "")
	campaign := w.opened(t, hoaKhanh, appeal())
	w.promised(t, donor, campaign, 500_000)
	reach := func(as, who, areas string) string {
		t.Helper()
		return w.ask(t, as, records.AskReach, map[string]string{"who": who, "areas": areas}).Facts["reach"]
	}
	for _, c := range []struct{ as, who, areas, want string }{
		{front, records.AudienceLeaders, "", "2"},
		{front, records.AudienceLeaders, to13, "1"},
		{front, records.AudienceIdle, "", "1"},
		{front, records.AudienceHomes, "", "1"},
		{front, records.AudienceNeeds, "", "0"},
		{front, records.AudienceDonors, "", "1"},
		{front, records.AudienceDue, "", "1"},
		{above, records.AudienceLeaders, "", "2"},
		{front, records.AudienceLeaders, haiChau, ""},
		{front, records.AudienceLeaders, city, ""},
	} {
		if got := reach(c.as, c.who, c.areas); got != c.want {
			t.Errorf("%s of %q: %s people, and not %s", c.who, c.areas, got, c.want)
		}
	}
	w.needOf(t, hanh, "mái tôn dột")
	if got := reach(front, records.AudienceNeeds, ""); got != "1" {
		t.Errorf("%s households with a need", got)
	}
	wantRefused(t, w.do(t, front, records.CmdMakeBroadcast, records.MakeBroadcast{Text: "Cho phường khác", Who: records.AudienceLeaders, Areas: []string{haiChau}}), records.RefusedDenied)
	wantRefused(t, w.do(t, front, records.CmdMakeBroadcast, records.MakeBroadcast{Text: " ", Who: records.AudienceLeaders}), records.RefusedInvalid)
	wantRefused(t, w.do(t, front, records.CmdMakeBroadcast, records.MakeBroadcast{Text: "Cho ai", Who: "friends"}), records.RefusedInvalid)
}

// Whoever switched the topic off is not told, unless there is a storm; who is told can answer, and the author hears of it; what failed is sent
// again as another event, what was sent is not; the report counts everybody once.
func testBroadcastAfter(t *testing.T, w *world) {
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	off := w.contact(t, "off", "", records.Grant{Role: records.RoleHousehold, Area: to12 + "/HG-1"})
	fails := w.contact(t, "fails", "", records.Grant{Role: records.RoleHousehold, Area: to12 + "/HG-2"})
	told := w.contact(t, "told", "", records.Grant{Role: records.RoleHousehold, Area: to13 + "/HG-3"})
	if out := w.do(t, off, records.CmdTopic, records.SetTopic{Topic: records.TopicSupport}); out.Refused != "" || out.Args["on"] != "" {
		t.Fatalf("%+v", out)
	}
	send := func(text string, storm bool) (id int64, got map[string]string) {
		t.Helper()
		id = w.written(t, front, records.MakeBroadcast{Text: text, Who: records.AudienceHomes})
		wantRefused(t, w.do(t, front, records.CmdSendBroadcast, records.SendBroadcast{ID: id, Storm: storm}), "")
		return id, w.deliver(t, fails)
	}
	id, got := send("Mời bà con nhận quà", false)
	first := got[fails]
	if len(got) != 2 || first == "" || got[told] == "" {
		t.Fatalf("told %v", got)
	}
	wantRefused(t, w.do(t, off, records.CmdReplyBroadcast, records.ReplyBroadcast{ID: id, Words: "Tôi hỏi"}), records.RefusedNotTold)
	wantRefused(t, w.do(t, told, records.CmdReplyBroadcast, records.ReplyBroadcast{ID: id, Words: "Chiều tôi mới qua được"}), "")
	if heard := w.told(t, "notice.broadcast.reply"); heard[front] != 1 || len(heard) != 1 {
		t.Errorf("the answer reached %v", heard)
	}
	report := func() Outcome {
		t.Helper()
		return w.do(t, front, records.CmdReportBroadcast, records.ReportBroadcast{
			ID: id, Areas: records.ReportAreas, People: records.ReportPeople, Words: map[string]string{"sheet.areas": "Theo nơi", "sheet.people": "Chưa nhận"},
		})
	}
	if out := report(); out.Args["count"] != "2" { // one wants no such messages, of one it failed
		t.Errorf("%+v", out)
	}
	wantRefused(t, w.do(t, front, records.CmdSetBroadcast, records.SetBroadcast{ID: id, Act: records.BroadcastAgain}), "")
	again := w.deliver(t, "")
	if len(again) != 1 || again[fails] == "" || again[fails] == first {
		t.Errorf("again: %v, before: %v", again, got)
	}
	wantRefused(t, w.do(t, front, records.CmdSetBroadcast, records.SetBroadcast{ID: id, Act: records.BroadcastAgain}), records.RefusedNobody)
	if out := report(); out.Args["count"] != "1" {
		t.Errorf("%+v", out)
	}
	if _, got := send("Nước lên, mời bà con sơ tán", true); len(got) != 3 {
		t.Errorf("a storm warning told %v", got)
	}
	if out := w.do(t, off, records.CmdTopic, records.SetTopic{Topic: records.TopicSupport, On: true}); out.Refused != "" || out.Args["on"] != "1" {
		t.Errorf("%+v", out)
	}
	if _, got := send("Mời bà con họp", false); len(got) != 3 {
		t.Errorf("switched on again: %v", got)
	}
}

// deliver sends what is written to many, but to one for whom it fails, and returns by contact as which event each came.
func (w *world) deliver(t testing.TB, failing string) (events map[string]string) {
	t.Helper()
	events = map[string]string{}
	for range 100 {
		b, err := w.NextBroadcast(t.Context(), "p", time.Minute)
		must(t, err)
		if b == nil {
			return events
		}
		_, err = w.RunBroadcast(t.Context(), *b, 100)
		must(t, err)
		must(t, w.LetBroadcast(t.Context(), *b))
		due, err := w.ClaimNotices(t.Context(), "p", 1000, time.Minute)
		must(t, err)
		for _, n := range due {
			why, err := w.BeginNotices(t.Context(), []NoticeStart{{ID: n.ID, Contact: n.Contact, Bulk: true}})
			must(t, err)
			if why[0] != "" {
				t.Errorf("%s is not wanted: %s", n.ID, why[0])
			}
			if n.Say.Lines[0].Key == "notice.broadcast" {
				events[n.Contact] = n.ID + " " + strconv.Itoa(n.PutOff)
			}
			status := records.MessageSent
			if n.Contact == failing {
				status = records.MessageFailed
			}
			must(t, w.MarkNotices(t.Context(), []string{n.ID}, status, ""))
		}
	}
	t.Fatal("it does not come to an end")
	return nil
}
