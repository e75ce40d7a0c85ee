package simulator

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func answerJSON(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b)
}

// serveActs carries out acts, one JSON object a line, and answers one line each; failed is where a result says
// what went wrong.
func serveActs[A, D any](w http.ResponseWriter, r *http.Request, act func(A) (D, error), failed func(*D) *string) {
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(make([]byte, 64<<10), maxBody)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var a A
		var done D
		err := json.Unmarshal(lines.Bytes(), &a)
		if err == nil {
			done, err = act(a)
		}
		if err != nil {
			*failed(&done) = err.Error()
		}
		_ = enc.Encode(done)
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Length", strconv.Itoa(out.Len()))
	_, _ = io.Copy(w, &out)
}

// serveCalls writes the calls above ?after=, waiting ?wait= seconds for one.
func serveCalls[C any](w http.ResponseWriter, r *http.Request, log *callLog[C]) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	wait, _ := strconv.ParseFloat(strings.TrimSpace(r.URL.Query().Get("wait")), 64)
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(wait*float64(time.Second)))
	defer cancel()
	calls, err := log.after(ctx, max(after, 0))
	if errors.Is(err, errNotKept) {
		http.Error(w, err.Error(), http.StatusGone)
		return
	}
	if calls == nil {
		calls = []C{}
	}
	answerJSON(w, calls)
}

// serveStream writes every call from now on. A client that reads too slowly is cut off, so that it cannot
// miss any unnoticed.
func serveStream[C any](w http.ResponseWriter, r *http.Request, of *watchers[C], done <-chan struct{}) {
	calls, stop := of.Watch(1 << 16)
	defer stop()
	w.Header().Set("Content-Type", "application/x-ndjson")
	rc := http.NewResponseController(w)
	w.WriteHeader(http.StatusOK)
	_ = rc.Flush()
	enc := json.NewEncoder(w)
	for {
		select {
		case call, ok := <-calls:
			if !ok || enc.Encode(call) != nil {
				return
			}
			if len(calls) == 0 && rc.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-done:
			return
		}
	}
}

// serveFault arms a fault, or disarms all.
func serveFault[Chat comparable](w http.ResponseWriter, r *http.Request, s *faults[Chat]) {
	if r.Method == http.MethodDelete {
		s.ClearFaults()
		return
	}
	var f Fault[Chat]
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&f); err != nil {
		http.Error(w, "not a fault: "+err.Error(), http.StatusBadRequest)
		return
	}
	s.Fault(f)
}
