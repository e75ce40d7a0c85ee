package simulator_test

import (
	"fmt"
	"strings"
	"testing"
)

// Tabs that join at any time, go away and come back all show the same, in the same order, and nothing twice.
func TestPageTabs(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, nil)
	phone := w.add("hoa")
	const all = 3000
	ended := func(tb *tab) func() bool {
		return func() bool { list := tb.phones[phone]; return len(list) > 0 && list[len(list)-1] == fmt.Sprint(all-1) }
	}
	results := make(chan *tab)
	problems := make(chan error, 10)
	for i := range 10 {
		go func() {
			tb := w.open()
			from := tb.n
			for cut := int64(100 * i); i > 4 && cut > 0 && cut < all; cut += 700 { // some go away and come back
				if err := tb.follow(w, func() bool { return tb.n-from >= cut || ended(tb)() }); err != nil {
					problems <- err
				}
			}
			if err := tb.follow(w, ended(tb)); err != nil {
				problems <- err
			}
			results <- tb
		}()
	}
	w.bot.User(firstUser, "", "").Open("")
	for i := range all {
		if err := w.try("sendMessage", "chat_id", fmt.Sprint(firstUser), "text", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	first := ""
	for range 10 {
		tb := <-results
		list := tb.phones[phone]
		if tb.resets > 0 {
			t.Error("the feed forgot too early")
		}
		newest := strings.Join(list[max(0, len(list)-200):], " ")
		if first == "" {
			first = newest
		}
		if newest != first {
			t.Errorf("a tab shows other messages: %.200s", newest)
		}
	}
	select {
	case err := <-problems:
		t.Error(err)
	default:
	}
	tb := w.open()
	if len(tb.phones[phone]) != 200 {
		t.Errorf("the state has %d messages", len(tb.phones[phone]))
	}
	_, body := w.get("older?phone=hoa.telegram&before=" + tb.ids[phone][0])
	if !strings.Contains(body, `"text":"2799"`) || !strings.Contains(body, `"text":"2700"`) || strings.Contains(body, `"text":"2800"`) || !strings.Contains(body, `"older":true`) {
		t.Errorf("older: %.300s", body)
	}
}

// A reader from before a restart, or from before what is kept, begins anew.
func TestPageCatchesUp(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, nil)
	phone := w.add("hoa")
	tb := w.open()
	w.bot.User(firstUser, "", "").Open("")
	for i := range 9000 {
		if err := w.try("sendMessage", "chat_id", fmt.Sprint(firstUser), "text", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	newest := func() bool { list := tb.phones[phone]; return len(list) > 0 && list[len(list)-1] == "8999" }
	if err := tb.follow(w, newest); err != nil || tb.resets != 1 {
		t.Errorf("away for too long: %d resets, %v", tb.resets, err)
	}
	again := newPageWorld(t, nil)
	again.add("hoa")
	if _, err := again.page.Type(phone, "sau khi chạy lại"); err != nil {
		t.Fatal(err)
	}
	if err := tb.follow(again, func() bool { return tb.phones[phone][0] == "sau khi chạy lại" }); err != nil || tb.resets != 2 {
		t.Errorf("after a restart: %d resets, %v", tb.resets, err)
	}
}
