package storage

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// A new key is made from the old one: what the old sealed is read with both, chats and codes are found as before, and phones are not.
func TestNextDataKey(t *testing.T) {
	old, err := NewVault(testKey)
	must(t, err)
	key, err := NextDataKey(testKey)
	must(t, err)
	fresh, err := NewVault(key)
	must(t, err)
	sealed, link := old.Seal("+84905123456"), old.SealLink("blob")
	if _, err := fresh.Open(sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("the new key alone opens what the old one sealed: %v", err)
	}
	must(t, fresh.After(old))
	if plain, err := fresh.Open(sealed); err != nil || plain != "+84905123456" {
		t.Errorf("%q, %v", plain, err)
	}
	if plain, err := fresh.OpenLink(link); err != nil || plain != "blob" {
		t.Errorf("%q, %v", plain, err)
	}
	if _, err := old.Open(fresh.Seal("x")); !errors.Is(err, ErrSealed) {
		t.Errorf("the old key opens what the new one sealed: %v", err)
	}
	if old.ContactKey("zalo", "1", "2") != fresh.ContactKey("zalo", "1", "2") || old.PhoneHash("+84905123456") == fresh.PhoneHash("+84905123456") {
		t.Error("a chat is found otherwise, or a phone as before")
	}
	next, err := NextDataKey(key)
	must(t, err)
	third, err := NewVault(next)
	must(t, err)
	if third.ContactKey("zalo", "1", "2") != old.ContactKey("zalo", "1", "2") || len(next) != len(key) {
		t.Error("a second change loses the chats, or keys grow")
	}
	stranger, err := NewVault(NewDataKey())
	must(t, err)
	if err := stranger.After(old); err == nil || !strings.Contains(err.Error(), "rotate-key --draw") {
		t.Errorf("a key of elsewhere goes with the old one: %v", err)
	}
	for _, bad := range []string{key[:len(key)-3], "2." + NewDataKey(), "2.."} {
		if _, err := NewVault(bad); err == nil || strings.Contains(err.Error(), bad) {
			t.Errorf("part of a key: %v", err)
		}
	}
}

// The key is changed while a bot runs, and dies at every point of it: nothing is ever unreadable, and in the end the old key reads nothing.
func testRotate(t *testing.T, w *world) {
	key, err := NextDataKey(testKey)
	must(t, err)
	chats := map[string]string{}
	for n := range 7 {
		chat := "chat " + strconv.Itoa(n)
		contact := w.contact(t, chat, "")
		chats[contact] = chat
		phone := "+8490512345" + strconv.Itoa(n)
		must(t, w.db.Model(&records.Person{ID: w.personOf(t, contact)}).Updates(map[string]any{"phone": w.Seal(phone), "phone_hash": w.PhoneHash(phone)}).Error)
		if out := w.do(t, contact, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked, Phone: phone}); out.Refused != "" {
			t.Fatal(out)
		}
	}
	fund := w.opened(t, hoaKhanh, appeal())
	wantRefused(t, w.do(t, w.contact(t, "khach", ""), records.CmdPledge, records.MakePledge{Campaign: fund, Account: appeal().Account, Amount: 300_000, Name: "Nguyễn Văn Nam"}), "")
	_, err = w.TellTransfers(t.Context(), records.SourceSePay, []BankTransfer{{Account: appeal().Account, On: wednesday, Amount: 50_000, Content: "NGUYEN VAN A ung ho"}})
	must(t, err)
	wantRefused(t, w.do(t, w.contact(t, "khach", ""), records.CmdPledge, noodles(fund)), "")
	free := cash("", 50_000)
	free.Fund, free.Name = records.FundPoor, "Quán cơm Bà Tư"
	wantRefused(t, w.do(t, w.treasurer(t, "hanh", hoaKhanh), records.CmdTakeReceipt, free), "")
	card := w.cardOf(t, w.leader, w.homes["Lê Thị Bảy"])
	token, code, err := w.MakeFileLink(t.Context(), "the file")
	must(t, err)
	must(t, w.PutBlob(t.Context(), "out/sheet", sheetMime, []byte(w.Seal("cards"))))

	both, err := OpenRecords(t.Context(), w.address, RecordsOptions{DataKey: key, OldKey: testKey, Clock: w.clock})
	must(t, err)
	defer both.Close()
	readable := func(r *Records) {
		t.Helper()
		for contact, chat := range chats {
			var c records.Contact
			must(t, r.db.Where("key = ?", contact).First(&c).Error)
			if plain, err := r.Open(c.Address); err != nil || plain != chat {
				t.Fatalf("%q, %v", plain, err)
			}
			var p records.Person
			must(t, r.db.Where("id = ?", c.PersonID).First(&p).Error)
			if _, err := r.Open(p.Phone); err != nil {
				t.Fatal(err)
			}
		}
	}
	killed := errors.New("killed")
	deaths := 0
	for again := true; again; {
		left := 2
		_, err := both.rotate(t.Context(), 2, func(int) error {
			if left--; left == 0 {
				deaths++
				return killed
			}
			return nil
		})
		readable(both)
		if deaths > 3 {
			break
		}
		if again = errors.Is(err, killed); !again {
			must(t, err)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := both.Rotate(stopped, func(int) error { return nil }); err == nil {
		t.Error("it goes on when it is to stop")
	}
	fresh := w.ContactKey("telegram", "bot", "while it runs") // the bot writes meanwhile
	must(t, both.SeeContact(t.Context(), fresh, "telegram", both.Seal("while it runs")))
	chats[fresh] = "while it runs"
	report, err := both.Rotate(t.Context(), func(int) error { return nil })
	must(t, err)
	if report.Left != 0 || report.Sealed == 0 || deaths == 0 {
		t.Errorf("%+v after %d deaths", report, deaths)
	}
	if report, err := both.Rotate(t.Context(), func(int) error { return nil }); err != nil || report.Sealed != 0 || report.Left != 0 {
		t.Errorf("once more: %+v, %v", report, err)
	}

	alone, err := OpenRecords(t.Context(), w.address, RecordsOptions{DataKey: key, Clock: w.clock})
	must(t, err)
	defer alone.Close()
	readable(alone)
	for _, c := range sealedColumns {
		if c.table == "offers" { // a phone as in tasks
			continue
		}
		var sealed []string
		must(t, w.db.Table(c.table).Where(c.column+" <> ''").Pluck(c.column, &sealed).Error)
		if len(sealed) == 0 {
			t.Errorf("nothing in %s.%s: this test proves nothing of it", c.table, c.column)
		}
		for _, s := range sealed {
			if _, err := w.Open(s); err == nil {
				t.Errorf("the old key still reads %s.%s", c.table, c.column)
			}
			if _, err := alone.Open(s); err != nil {
				t.Errorf("the new key does not read %s.%s", c.table, c.column)
			}
		}
	}
	var hashes []string
	must(t, w.db.Model(&records.Person{}).Where("phone_hash IS NOT NULL").Pluck("phone_hash", &hashes).Error)
	for n := range 7 {
		if phone := "+8490512345" + strconv.Itoa(n); !containsText(hashes, alone.PhoneHash(phone)) || containsText(hashes, w.PhoneHash(phone)) {
			t.Errorf("%d is not found by the new key, or still by the old one", n)
		}
	}
	if data, _, err := alone.Blob(t.Context(), "out/sheet"); err != nil {
		t.Error(err)
	} else if plain, err := alone.Open(string(data)); err != nil || plain != "cards" {
		t.Errorf("a sheet of cards: %q, %v", plain, err)
	}
	pass, _, err := alone.OpenFileLink(t.Context(), token, code)
	must(t, err)
	if content, err := alone.FileLinkContent(t.Context(), token, pass); err != nil || content != "the file" {
		t.Errorf("%q, %v", content, err)
	}
	open := Request{Contact: fresh, Form: "after", Kind: records.CmdOpenCode, Data: []byte(`{"code":"` + card + `"}`), At: w.clock().Add(time.Minute)}
	if outs, err := alone.Apply(t.Context(), []Request{open}); err != nil || outs[0].Refused != "" {
		t.Errorf("an open card is lost: %+v, %v", outs, err)
	}
}

func containsText(list []string, s string) bool {
	return strings.Contains(" "+strings.Join(list, " ")+" ", " "+s+" ")
}
