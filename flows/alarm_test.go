package flows_test

import (
	"encoding/json"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// A cry for rescue is answered with the numbers before anything else, also to who is locked, in the caption of a photo, and in a form,
// which stays open; in a group without a task. Calm words are no cry.
func TestDangerComesFirst(t *testing.T) {
	_, engine := newEngine(t)
	at := time.Date(2026, 11, 11, 20, 0, 0, 0, time.UTC)
	open, _ := engine.Step(dialog.State{}, dialog.Event{ID: "a", At: at, Said: "/xingiup"})
	for name, c := range map[string]struct {
		state dialog.State
		ev    dialog.Event
		task  bool
	}{
		"nothing open": {dialog.State{}, dialog.Event{Said: "cứu với, nhà ngập rồi"}, true},
		"in a form":    {open, dialog.Event{Said: "nha ngap roi cuu voi"}, true},
		"locked":       {open, dialog.Event{Said: "cứu với, nhà ngập rồi", Who: dialog.Person{ID: "1", Locked: true}}, true},
		"a caption":    {dialog.State{}, dialog.Event{Sent: &dialog.Media{Kind: "photo", Ref: "x", Caption: "nhà ngập rồi, cứu với"}}, true},
		"forwarded":    {dialog.State{}, dialog.Event{Said: "cứu với, nhà ngập rồi", Forwarded: true}, true},
		"a group":      {dialog.State{}, dialog.Event{Said: "cứu với, nhà ngập rồi", Group: true}, false},
	} {
		c.ev.ID, c.ev.At = "b", at
		after, outs := engine.Step(c.state, c.ev)
		say, ok := outs[0].Effect.(dialog.Say)
		if !ok || len(say.Lines) != 2 || say.Lines[0].Key != "nguyhiem.water" || say.Lines[1].Key != "nguyhiem.all" || !say.Urgent {
			t.Errorf("%s: %+v", name, outs[0].Effect)
			continue
		}
		tasks := 0
		for _, o := range outs {
			if save, ok := o.Effect.(dialog.Save); ok {
				var task records.OpenTask
				if err := json.Unmarshal(save.Data, &task); err != nil || task.Reason != records.TaskDanger || task.Words == "" {
					t.Errorf("%s: %s %v", name, save.Data, err)
				}
				tasks++
			}
		}
		if tasks == 1 != c.task {
			t.Errorf("%s: %d tasks", name, tasks)
		}
		if after.Flow != c.state.Flow || after.Step != c.state.Step {
			t.Errorf("%s: the form moved from %s %s to %s %s", name, c.state.Flow, c.state.Step, after.Flow, after.Step)
		}
	}
	after, outs := engine.Step(open, dialog.Event{ID: "c", At: at, Said: "nước ngập lúa năm ngoái, chưa có giống"})
	if say, ok := outs[0].Effect.(dialog.Say); !ok || say.Lines[0].Key == "nguyhiem.water" || after.Answers["what"] == "" {
		t.Errorf("calm words are not taken as the answer: %+v", outs[0].Effect)
	}
}
