package simulator_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot/simulator"
)

// act sends lines to the control interface.
func (w *world) act(lines ...string) []simulator.TelegramDone {
	w.t.Helper()
	resp := must(http.Post(w.base+"/control/act", "application/x-ndjson", strings.NewReader(strings.Join(lines, "\n"))))(w.t)
	defer func() { _ = resp.Body.Close() }()
	var all []simulator.TelegramDone
	for dec := json.NewDecoder(resp.Body); dec.More(); {
		var d simulator.TelegramDone
		if err := dec.Decode(&d); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, d)
	}
	if len(all) != len(lines) {
		w.t.Fatalf("%d answers to %d acts", len(all), len(lines))
	}
	return all
}

func (w *world) read(path string, into any) {
	w.t.Helper()
	resp := must(http.Get(w.base + path))(w.t)
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Millisecond})
	done := w.act(
		`{"user":42,"name":"Hoa","do":"open","text":"abc"}`,
		`{"user":42,"do":"text","text":"hỗ trợ bà Lan"}`,
		`{"user":42,"do":"photo","data":"AAAA","text":"ảnh"}`,
		`{"user":42,"do":"album","pictures":["AAAA","AAAB"]}`,
		`{"user":42,"do":"document","file":"a.csv","data":"AAAA"}`,
		`{"user":42,"do":"sticker","text":"👍"}`,
		`{"user":42,"do":"voice","seconds":3}`,
		`{"user":42,"do":"location","latitude":16.1,"longitude":108.2}`,
		`{"user":42,"do":"contact","text":"84912345678"}`,
		`{"user":42,"do":"card","title":"Ba","text":"84900000000","owner":9}`,
		`{"user":42,"do":"forward","file":"Sáu","text":"x"}`,
		`{"user":42,"do":"reply","message":2,"text":"y"}`,
		`{"user":42,"do":"edit","message":2,"text":"hỗ trợ bà Mai"}`,
		`{"user":43,"do":"data","owner":42,"message":2,"text":"forged"}`,
		`{"user":42,"do":"update","update":"\"odd\":1"}`,
		`{"user":42,"do":"group","group":-5,"title":"Tổ"}`,
		`{"user":42,"do":"grouptext","group":-5,"text":"/menu"}`,
		`{"user":42,"do":"upgrade","group":-5,"moved":-1000000000005}`,
		`{"user":42,"do":"kick","group":-1000000000005}`,
		`{"user":42,"do":"block"}`, `{"user":42,"do":"unblock"}`, `{"user":44,"do":"delete"}`,
	)
	for i, d := range done {
		if d.Error != "" {
			t.Errorf("act %d: %s", i, d.Error)
		}
	}
	if n := w.bot.Pending(); n != 24 {
		t.Errorf("%d updates from all acts, want 24", n)
	}
	for i, d := range w.act(`{"user":42,"do":"press","message":2}`, `{"user":42,"do":"label","text":"?"}`, `{"user":42,"do":"dance"}`, `{"do":"text"}`, `nonsense`,
		`{"user":42,"do":"text","bot":"5:x"}`, `{"user":43,"do":"edit","message":99,"text":"x"}`) {
		if d.Error == "" {
			t.Errorf("odd act %d was accepted", i)
		}
	}

	stream := must(http.Get(w.base + "/control/stream"))(t)
	defer func() { _ = stream.Body.Close() }()
	m := tgbotapi.NewMessage(42, "Chọn ạ")
	m.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(tgbotapi.NewInlineKeyboardButtonData("Có", "y")))
	must(w.api.Send(m))(t)
	var call simulator.TelegramCall
	line := must(bufio.NewReader(stream.Body).ReadBytes('\n'))(t)
	if err := json.Unmarshal(line, &call); err != nil || call.Method != "sendMessage" || call.Chat != 42 || call.Message.Buttons[0][0].Data != "y" {
		t.Errorf("streamed %s", line)
	}
	var calls []simulator.TelegramCall
	w.read("/control/calls?user=42&after=0&wait=20", &calls)
	if len(calls) != 1 || calls[0].Message.Text != "Chọn ạ" {
		t.Errorf("calls: %+v", calls)
	}
	w.read("/control/calls?user=42&after=1&wait=0", &calls)
	if len(calls) != 0 {
		t.Errorf("calls after the last: %+v", calls)
	}
	if d := w.act(`{"user":42,"do":"label","text":"Có"}`, fmt.Sprintf(`{"user":42,"do":"press","message":%d}`, call.Message.ID)); d[0].Press == "" || d[1].Press == "" {
		t.Errorf("presses: %+v", d)
	}
	var seen []simulator.TelegramMessage
	w.read("/control/chat?user=42", &seen)
	if last := seen[len(seen)-1]; last.Text != "Chọn ạ" || seen[1].Text != "hỗ trợ bà Mai" || seen[1].Edited.IsZero() {
		t.Errorf("chat: %+v", seen)
	}
	var stats simulator.TelegramStats
	w.read("/control/stats", &stats)
	if stats.Calls["sendMessage"] != 1 || stats.Replies() != 1 || stats.Updates != 26 {
		t.Errorf("stats: %+v", stats)
	}
	for body, status := range map[string]int{`{"Kind":"server error"}`: 200, `{"Kind":"earthquake"}`: 400} {
		resp := must(http.Post(w.base+"/control/fault", "application/json", strings.NewReader(body)))(t)
		if _ = resp.Body.Close(); resp.StatusCode != status {
			t.Errorf("fault %s: %d", body, resp.StatusCode)
		}
	}
	if err := w.try("getMe"); err == nil {
		t.Error("the fault did not strike")
	}
	for _, path := range []string{"/control/chat?user=7", "/control/chat?user=42&bot=x", "/control/nothing"} {
		if resp := must(http.Get(w.base + path))(t); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		} else {
			_ = resp.Body.Close()
		}
	}
}

// TestWatchFallsBehind closes the channel of a reader that is too slow.
func TestWatchFallsBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{History: 2})
	w.an.Open("")
	calls, stop := w.bot.Watch(1)
	defer stop()
	for range 2 {
		must(w.api.Send(tgbotapi.NewMessage(777, "x")))(t)
	}
	<-calls
	if _, open := <-calls; open {
		t.Error("a dropped call goes unnoticed")
	}
	for range 4 {
		must(w.api.Send(tgbotapi.NewMessage(777, "x")))(t)
	}
	if _, err := w.an.Next(w.ctx); err == nil {
		t.Error("calls that are no longer kept go unnoticed")
	}
	if err := w.try("editMessageText", "chat_id", "777", "message_id", "1", "text", "y"); err == nil {
		t.Error("a message that is no longer kept can be edited")
	}
}
