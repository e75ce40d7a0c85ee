package flows_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
)

var slashWord = regexp.MustCompile(`"(/[a-z]+)"`)

// slashWords are all that flows are called by.
func slashWords(t *testing.T) (words []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`On\([^)]*\)`).FindAllString(string(source), -1) {
			for _, found := range slashWord.FindAllStringSubmatch(call, -1) {
				words = append(words, found[1])
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Whoever forges a button that calls a command with the code of a household, of an entry or of anything that is another's is shown nothing of it.
func TestForgedButtons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "telegram", openEmbedded)
	w.run()
	defer w.end()
	w.turnTo("hoa")
	w.become("leader")
	for _, said := range []string{"hang xom gop cho ba Lan vo ong Sau 500k hom qua", "lưu", "/bangky", "mọi phiếu chưa xác nhận"} {
		w.say(said, dialog.Event{})
	}
	entry, sheet := w.stage.code, w.stage.sheets[0]
	w.turnTo("hanh")
	w.joinHousehold("Trần Thị Lan")
	w.advance(20 * time.Minute)
	w.timers()
	for _, said := range []string{"tôi cần giúp", "mái tôn dột lắm", "nhà ở", "lưu"} {
		w.say(said, dialog.Event{})
	}
	var home string
	if err := w.db.QueryRow("SELECT code FROM households WHERE head = 'Trần Thị Lan'").Scan(&home); err != nil {
		t.Fatal(err)
	}
	values := []string{home, "48/20200/hoa-minh.12/" + home, entry, sheet, "1", "48/20200/hoa-minh.12"}
	words := slashWords(t)
	if len(words) < 40 {
		t.Fatalf("only %v", words)
	}
	secrets := []string{"Trần Thị Lan", "vợ ông Sáu", "mái tôn dột"}
	for _, intruder := range []string{"ke la", "hang xom"} {
		w.turnTo(intruder)
		if intruder == "hang xom" {
			w.joinHousehold("Võ Văn Năm")
		}
		for i, word := range words {
			for j, value := range values {
				if (i+j)%3 != 0 && value != home { // every word with the household, a third with the rest
					continue
				}
				w.stage.mu.Lock()
				w.stage.seen = nil
				w.stage.mu.Unlock()
				tap := dialog.ParseData("do:" + word + " " + value)
				w.deliver(dialog.Event{Tapped: &tap, Ref: "b1"})
				w.stage.mu.Lock()
				for _, m := range w.stage.seen {
					for _, secret := range secrets {
						if m.chat == w.chat && strings.Contains(m.text, secret) {
							t.Errorf("%s is shown %q by %s %s: %s", intruder, secret, word, value, m.text)
						}
					}
				}
				w.stage.mu.Unlock()
			}
		}
	}
	w.turnTo("hoa") // as who may, it is shown
	tap := dialog.ParseData("do:/hogiadinh " + home)
	w.stage.mu.Lock()
	w.stage.seen = nil
	w.stage.mu.Unlock()
	w.deliver(dialog.Event{Tapped: &tap, Ref: "b1"})
	if said := w.stage.newestText(); !strings.Contains(said, secrets[0]) {
		t.Errorf("its own leader: %q", said)
	}
	var answers, linked int
	if err := w.db.QueryRow("SELECT (SELECT count(*) FROM help_answers), (SELECT count(*) FROM household_links)").Scan(&answers, &linked); err != nil {
		t.Fatal(err)
	}
	if answers != 0 || linked != 0 {
		t.Errorf("%d answers and %d links came of it", answers, linked)
	}
}
