package simulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

func (z *zalo) act(lines ...string) []simulator.ZaloDone {
	z.t.Helper()
	resp := must(http.Post(z.base+"/control/act", "application/x-ndjson", strings.NewReader(strings.Join(lines, "\n"))))(z.t)
	defer func() { _ = resp.Body.Close() }()
	var all []simulator.ZaloDone
	for dec := json.NewDecoder(resp.Body); dec.More(); {
		var d simulator.ZaloDone
		if err := dec.Decode(&d); err != nil {
			z.t.Fatal(err)
		}
		all = append(all, d)
	}
	if len(all) != len(lines) {
		z.t.Fatalf("%d answers to %d acts", len(all), len(lines))
	}
	return all
}

func (z *zalo) read(path string, into any) {
	z.t.Helper()
	resp := must(http.Get(z.base + path))(z.t)
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		z.t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
}

func TestZaloControl(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	for i, d := range z.act(
		`{"user":"hoa","name":"Hoa","do":"text","text":"hỗ trợ bà Lan"}`,
		`{"user":"hoa","do":"photo","data":"AAAA","text":"ảnh"}`,
		`{"user":"hoa","do":"sticker"}`, `{"user":"hoa","do":"voice"}`, `{"user":"hoa","do":"link","text":"https://x.vn"}`, `{"user":"hoa","do":"unsupported"}`,
		`{"user":"hoa","do":"protect"}`, `{"user":"hoa","do":"unprotect"}`, `{"user":"hoa","do":"block"}`, `{"user":"hoa","do":"unblock"}`,
		`{"user":"hoa","do":"group","group":"to12","title":"Tổ 12"}`, `{"user":"hoa","do":"grouptext","group":"to12","text":"@Bot Chung Tay ơi"}`,
		`{"user":"hoa","do":"kick","group":"to12"}`, `{"user":"hoa","do":"groupreply","group":"to12","text":"x"}`,
		`{"user":"hoa","do":"update","update":"{\"event_name\":\"odd\"}"}`,
	) {
		if d.Error != "" {
			t.Errorf("act %d: %s", i, d.Error)
		}
	}
	if n := z.bot.Pending(); n != 8 {
		t.Errorf("%d events from all acts, want 8", n)
	}
	for i, d := range z.act(`{"user":"hoa","do":"dance"}`, `{"do":"text"}`, `nonsense`, `{"user":"hoa","do":"text","bot":"5:x"}`, `{"user":"to12","do":"text","text":"x"}`) {
		if d.Error == "" {
			t.Errorf("odd act %d was accepted", i)
		}
	}
	stream := must(http.Get(z.base + "/control/stream"))(t)
	defer func() { _ = stream.Body.Close() }()
	z.call("sendMessage", "chat_id", "hoa", "text", "Chọn ạ")
	var call simulator.ZaloCall
	line := must(bufio.NewReader(stream.Body).ReadBytes('\n'))(t)
	if err := json.Unmarshal(line, &call); err != nil || call.Method != "sendMessage" || call.Chat != "hoa" || call.Message.Text != "Chọn ạ" {
		t.Errorf("streamed %s", line)
	}
	var calls []simulator.ZaloCall
	z.read("/control/calls?user=hoa&after=0&wait=20", &calls)
	if len(calls) != 1 || calls[0].N != 1 {
		t.Errorf("calls: %+v", calls)
	}
	for _, after := range []string{"1", "7"} {
		if z.read("/control/calls?user=hoa&wait=0&after="+after, &calls); len(calls) != 0 {
			t.Errorf("calls after %s: %+v", after, calls)
		}
	}
	var seen []simulator.ZaloMessage
	if z.read("/control/chat?user=hoa", &seen); len(seen) != 7 || seen[6].Text != "Chọn ạ" || !seen[6].FromBot || seen[1].Photo.URL == "" {
		t.Errorf("chat: %+v", seen)
	}
	var rules simulator.ZaloRules
	for body, status := range map[string]int{`{"Messages":1}`: 200, `[]`: 400} {
		resp := must(http.Post(z.base+"/control/rules", "application/json", strings.NewReader(body)))(t)
		if _ = resp.Body.Close(); resp.StatusCode != status {
			t.Errorf("rules %s: %d", body, resp.StatusCode)
		}
	}
	if z.read("/control/rules", &rules); rules.Messages != 1 {
		t.Errorf("rules: %+v", rules)
	}
	if a := z.call("sendMessage", "chat_id", "hoa", "text", "x"); a.Code != 429 {
		t.Errorf("a message over the plan: %+v", a)
	}
	var stats simulator.ZaloStats
	z.read("/control/stats", &stats)
	if stats.Calls["sendMessage"] != 2 || stats.Errors["sendMessage"] != 1 || stats.Replies() != 1 || stats.Updates != 8 || stats.Usage.Sent != 1 || stats.Usage.Received != 7 || stats.Usage.Users != 1 {
		t.Errorf("stats: %+v", stats)
	}
	for body, status := range map[string]int{`{"Kind":"server error"}`: 200, `{"Kind":"earthquake"}`: 400} {
		resp := must(http.Post(z.base+"/control/fault", "application/json", strings.NewReader(body)))(t)
		if _ = resp.Body.Close(); resp.StatusCode != status {
			t.Errorf("fault %s: %d", body, resp.StatusCode)
		}
	}
	if a := z.call("getMe"); a.OK {
		t.Error("the fault did not strike")
	}
	for _, path := range []string{"/control/chat?user=7", "/control/chat?user=hoa&bot=x", "/control/photo?user=hoa&message=x", "/control/stats?bot=x", "/control/nothing"} {
		if resp := must(http.Get(z.base + path))(t); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		} else {
			_ = resp.Body.Close()
		}
	}
}

// TestZaloFollowing tells OnCall and watchers of every call, in order, and says so when some were dropped.
func TestZaloFollowing(t *testing.T) {
	t.Parallel()
	var told []simulator.ZaloCall
	z := newZalo(t, simulator.ZaloOptions{History: 2, Latency: 30 * time.Millisecond, OnCall: func(c simulator.ZaloCall) { told = append(told, c) }})
	z.an.Text("x")
	calls, stop := z.bot.Watch(1)
	defer stop()
	began := time.Now()
	z.send("1")
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("answered after %v, less than the latency", took)
	}
	z.send("")
	if c := <-calls; c.Message.Text != "1" || c.Seq != 1 {
		t.Errorf("watched %+v", c)
	}
	if _, open := <-calls; open {
		t.Error("a dropped call goes unnoticed")
	}
	if len(told) != 2 || told[0].N != 1 || told[1].N != 2 || told[1].Code != 400 || told[1].Shows() {
		t.Errorf("told %+v", told)
	}
	for range 4 {
		z.send("2")
	}
	if n := len(z.an.Messages()); n > 4 {
		t.Errorf("%d messages are kept", n)
	}
	if _, err := z.an.Next(z.ctx); err == nil {
		t.Error("calls that are no longer kept go unnoticed")
	}
	var gone []simulator.ZaloCall
	resp := must(http.Get(z.base + "/control/calls?user=an&after=0"))(t)
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusGone {
		t.Errorf("%d %+v", resp.StatusCode, gone)
	}
}

// FuzzZaloCall throws any request at the platform: it answers with its envelope, and goes on.
func FuzzZaloCall(f *testing.F) {
	f.Add("sendMessage", "application/json", "", []byte(`{"chat_id":"an","text":"\ud83d\ude00"}`))
	f.Add("sendMessage", "application/x-www-form-urlencoded", "chat_id=an", []byte(`text=%E1%BA%A1+%`))
	f.Add("sendPhoto", "multipart/form-data; boundary=B", "", []byte("--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nx\r\n--B--"))
	f.Add("getUpdates", "application/json", "", []byte(`{"timeout":"0"}`))
	f.Add("setWebhook", "application/json", "", []byte(`{"url":"https://vi.example/%zz","secret_token":"12345678"}`))
	f.Add("sendChatAction", "", "chat_id=an&action=typing", []byte(nil))
	z := simulator.NewZalo(simulator.ZaloOptions{Second: time.Microsecond, History: 4})
	f.Cleanup(z.Close)
	z.Bot().User("an", "An").Text("x")
	f.Fuzz(func(t *testing.T, method, kind, query string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/bot"+z.Bot().Token+"/x", strings.NewReader(string(body)))
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/bot"+z.Bot().Token+"/"+method, "", query
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		z.ServeHTTP(w, r)
		var a struct {
			OK   bool `json:"ok"`
			Code int  `json:"error_code"`
		}
		text, _ := io.ReadAll(w.Result().Body)
		if err := json.Unmarshal(text, &a); err != nil || a.OK != (w.Code == http.StatusOK) || !a.OK && a.Code != w.Code && w.Code != 426 {
			t.Errorf("%s %q: %d %s", method, body, w.Code, text)
		}
	})
}
