package flows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/flows"
	"chungtay/flows/dialog"
	"chungtay/locales"
)

// newEngine makes the engine of all conversations with the words of all languages.
func newEngine(t *testing.T) (*locales.Book, *dialog.Engine) {
	t.Helper()
	book, err := locales.Open()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dialog.New(book, flows.All...)
	if err != nil {
		t.Fatal(err)
	}
	return book, engine
}

// TestFormsLock fails when a form changed in a way that an open conversation can notice and its version did not: raise
// the version in the form, then run with -update.
func TestFormsLock(t *testing.T) {
	_, engine := newEngine(t)
	path := filepath.Join("testdata", "forms.lock")
	var now strings.Builder
	for _, f := range engine.Flows() {
		fmt.Fprintf(&now, "%s %s\n", f, engine.Fingerprint(f))
	}
	if *update {
		if err := os.WriteFile(path, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	lock, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := map[string][2]string{}
	for line := range strings.Lines(string(lock)) {
		if parts := strings.Fields(line); len(parts) == 3 {
			before[parts[0]] = [2]string{parts[1], parts[2]}
		}
	}
	for line := range strings.Lines(now.String()) {
		parts := strings.Fields(line)
		old, known := before[parts[0]]
		switch {
		case !known:
			t.Errorf("%s is new; run with -update", parts[0])
		case old[1] != parts[2] && old[0] == parts[1]:
			t.Errorf("%s changed and is still %s: raise its version, then run with -update", parts[0], parts[1])
		case old[1] != parts[2]:
			t.Errorf("%s changed; run with -update", parts[0])
		}
	}
}

// kept is what conversations of a version left in the stores, one of each kind.
type kept struct {
	States map[string]json.RawMessage // by flow and step
	Events map[string]json.RawMessage // by verb
	Outbox map[string]json.RawMessage // by effect
}

var (
	memory   kept
	memoryMu sync.Mutex
)

// remember takes one of each kind from the transcripts being played.
func remember(s dialog.State, ev dialog.Event, outs []dialog.Out) {
	memoryMu.Lock()
	defer memoryMu.Unlock()
	if memory.States == nil {
		memory = kept{map[string]json.RawMessage{}, map[string]json.RawMessage{}, map[string]json.RawMessage{}}
	}
	put := func(to map[string]json.RawMessage, key string, v any) {
		if _, there := to[key]; key != "" && !there {
			to[key], _ = json.Marshal(v)
		}
	}
	if !s.Idle() {
		put(memory.States, s.Flow+"."+s.Step, s)
	}
	ev.Who = dialog.Person{}
	fields := map[string]json.RawMessage{}
	b, _ := json.Marshal(ev)
	_ = json.Unmarshal(b, &fields)
	for _, verb := range []string{"said", "tapped", "sent", "shared", "fired", "returned", "start"} {
		if fields[verb] != nil {
			put(memory.Events, verb, ev)
		}
	}
	for _, o := range outs {
		put(memory.Outbox, strings.TrimPrefix(fmt.Sprintf("%T", o.Effect), "dialog."), o)
	}
}

// TestStatesOfEveryVersion runs what older programs left behind under today's code: every state to its end, and every event
// and outbox row is still read. A new version adds a folder; the old ones stay.
func TestStatesOfEveryVersion(t *testing.T) {
	if *update {
		t.Cleanup(func() { writeStates(t) })
		t.Run("transcripts", TestTranscripts)
		return
	}
	_, engine := newEngine(t)
	files, err := filepath.Glob(filepath.Join("testdata", "states", "v*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stored states: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var old kept
		if err := json.Unmarshal(b, &old); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for name, raw := range old.States {
			var s dialog.State
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Errorf("%s %s: %v", file, name, err)
				continue
			}
			toTheEnd(t, engine, name, s)
		}
		for name, raw := range old.Events {
			var ev dialog.Event
			if err := json.Unmarshal(raw, &ev); err != nil {
				t.Errorf("%s event %s: %v", file, name, err)
			}
			engine.Step(dialog.State{}, ev)
		}
		for name, raw := range old.Outbox {
			var o dialog.Out
			if err := json.Unmarshal(raw, &o); err != nil || o.Effect == nil {
				t.Errorf("%s outbox %s: %v", file, name, err)
			}
		}
	}
}

// writeStates keeps this version's states, once: what is in the file was in people's conversations and stays.
func writeStates(t *testing.T) {
	path := filepath.Join("testdata", "states", "v1.json")
	if _, err := os.Stat(path); err == nil {
		return
	}
	b, err := json.MarshalIndent(memory, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, append(b, '\n'), 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// toTheEnd answers whatever is asked until the conversation is idle.
func toTheEnd(t *testing.T, engine *dialog.Engine, name string, s dialog.State) {
	t.Helper()
	at := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	who := dialog.Person{ID: "1", Name: "Hoa", Roles: []dialog.Role{{Name: "leader", Area: "48/20200/hoa-minh.12"}}}
	typed := []string{"500k", "hôm qua", "bỏ qua", "bà Lan", "ghi chú", "xong"}
	for n := range 80 {
		if s.Idle() {
			return
		}
		ev := dialog.Event{ID: fmt.Sprintf("x%d", n), At: at.Add(time.Duration(n) * time.Second), Who: who}
		choice := ""
		for _, o := range s.Menu {
			if !o.Nav && o.Do == "" {
				choice = o.Key
				break
			}
		}
		switch {
		case choice != "" && n%2 == 0:
			ev.Tapped = &dialog.Tap{Form: dialog.FormHash(s.Form), Step: s.Step, Key: choice}
		case n%7 == 5:
			ev.Sent = &dialog.Media{Kind: "document", Ref: "list", Name: "ds.xlsx"}
		default:
			ev.Said = typed[n%len(typed)]
		}
		s = answering(engine, s, ev)
	}
	t.Errorf("%s: still at %s.%s after 80 answers", name, s.Flow, s.Step)
}

// answering steps, and finds something for every look-up.
func answering(engine *dialog.Engine, s dialog.State, ev dialog.Event) dialog.State {
	s, outs := engine.Step(s, ev)
	for range 20 {
		var ask *dialog.Ask
		for _, o := range outs {
			if a, ok := o.Effect.(dialog.Ask); ok {
				ask = &a
			}
		}
		if ask == nil {
			return s
		}
		next := ev
		next.Said, next.Tapped = "", nil
		next.ID += "/asked"
		next.Returned = &dialog.Answer{
			Form: ask.Form, Step: ask.Step, Query: ask.Query, Options: []dialog.Option{{Key: "HG-2222222", Label: "Trần Thị Lan"}},
			Facts: map[string]string{"code": "GN-2222222", "codes": "HG-2222222", "count": "1", "bad": "0", "household": "HG-2222222", "name": "Trần Thị Lan"},
		}
		s, outs = engine.Step(s, next)
	}
	return s
}
