package flows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// ceilings are the most messages that the bot may send in a script, to everybody in it together, on a channel. A free Zalo bot has
// 3,000 in a month, so a conversation that becomes more talkative is to be noticed: shorten it, or raise its number here and
// say why. A script that is not named has the number of "".
var ceilings = map[string]int{
	"":                      60,
	"chua-co-ma":            24,
	"cuu-voi":               24,
	"viec-cua-phuong":       34,
	"dang-do":               12,
	"du-lieu":               32,
	"ghi-theo-tep":          13,
	"ghinhan-mot-tin":       10,
	"ghinhan-tung-buoc":     19,
	"ho-gia-dinh":           60, // every household of the group is looked at and put right
	"han-muc":               16,
	"hoi-lai":               36,
	"lien-ket":              24,
	"mat-may":               48, // a call to the ward, everything entered since, and the way back
	"nam-tin-lien":          17,
	"nguoi-la":              16,
	"nhan-su":               60, // four people, and every change of a role
	"nhieu-ho":              28,
	"nhu-cau":               60, // two households and a leader, and every answer there is
	"noi-ho":                50, // four people, and every way to link a household
	"sua-huy-phieu":         24,
	"sua-truoc-khi-luu":     10,
	"ten-va-lenh":           18,
	"tin-la":                30,
	"tra-cuu":               26,
	"xoa-du-lieu":           52, // a household, an officer and a leader
	"tien-do":               62, // the city and a ward set up an appeal, five give, and three ask how far it is
	"gop-do":                92, // the Front sets up a fund, and a donor promises things, work, teaching and money each month
	"ung-ho":                82, // two of the Front set up two funds, and a donor promises to both, changes and takes back
	"xac-nhan":              48, // two households say what came and what did not, and three people hear of it
	"can-giup":              18,
	"lien-ket-ban-dem":      10,
	"lien-ket-dung-mot-ben": 14,
	"ban-giao":              40, // who leaves, who follows and the Front
}

// cost is the last line of a transcript: the messages of the bot on this channel, and to whom where several speak.
func (w *world) cost() string {
	w.stage.mu.Lock()
	defer w.stage.mu.Unlock()
	var each []string
	for _, chat := range w.chats {
		for name, of := range w.persons {
			if of == chat {
				each = append(each, fmt.Sprintf("%s %d", name, w.stageOf(chat).said[chat]))
			}
		}
	}
	line := fmt.Sprintf("# %d messages on %s", total(w.stage.said), w.stage.name)
	if w.other != nil {
		line += fmt.Sprintf(", %d on %s", total(w.other.said), w.other.name)
	}
	if len(each) > 1 {
		line += ": " + strings.Join(each, ", ")
	}
	return line
}

func total(by map[string]int) (n int) {
	for _, of := range by {
		n += of
	}
	return n
}

// frugal fails a script that costs more messages than it may. A bot that is killed says some of them twice.
func (w *world) frugal(script string) {
	w.t.Helper()
	most, named := ceilings[script]
	if !named {
		most = ceilings[""]
	}
	if got := total(w.stage.said); w.fail == nil && got > most {
		w.t.Errorf("%s costs %d messages on %s, at most %d are allowed (see ceilings)", script, got, w.stage.name, most)
	}
}

// The table names scripts that exist.
func TestCeilingsNameScripts(t *testing.T) {
	var have []string
	for _, file := range scripts(t) {
		have = append(have, strings.TrimSuffix(file[strings.LastIndexAny(file, `/\`)+1:], ".txt"))
	}
	for _, name := range slices.Sorted(maps.Keys(ceilings)) {
		if name != "" && !slices.Contains(have, name) {
			t.Errorf("no script %q", name)
		}
	}
}
