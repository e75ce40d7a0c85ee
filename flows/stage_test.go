package flows_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"chungtay/bot"
	"chungtay/bot/telegram"
	"chungtay/bot/zalo"
)

// stage is a channel on which a script is played: what the bot sends is written down as the person sees it.
type stage struct {
	name string
	caps bot.Caps

	mu      sync.Mutex
	updates chan []bot.Update
	taken   chan error
	seen    []shown // since the last look
	refs    int
	newest  map[string][][]bot.Button // by chat
	last    map[string]string         // ref of the newest message with buttons, by chat
	code    string                    // newest code of an entry
	cards   []string                  // codes of cards
	invites []string                  // codes of invites
	joins   []string                  // codes that join two accounts
	sheets  []string                  // numbers of sheets to sign
	pledges []string                  // codes of promises
	allots  []string                  // codes of allocations
	said    map[string]int            // messages the script has cost, by chat
	gone    map[string]bool           // chats that take nothing any more
	pin     map[string]bool           // chats whose newest message asks for the PIN
}

type shown struct {
	ref     string
	chat    string
	edit    bool
	text    string
	buttons [][]bot.Button
}

var caps = map[string]bot.Caps{
	"telegram": new(telegram.Channel).Caps(),
	"zalo":     new(zalo.Channel).Caps(),
}

func newStage(channel string) *stage {
	return &stage{
		name: channel, caps: caps[channel], updates: make(chan []bot.Update, 1), taken: make(chan error, 1), newest: map[string][][]bot.Button{},
		last: map[string]string{}, said: map[string]int{}, gone: map[string]bool{}, pin: map[string]bool{},
	}
}

func (s *stage) Name() string                                                   { return s.name }
func (s *stage) Bot() string                                                    { return "1" }
func (s *stage) Caps() bot.Caps                                                 { return s.caps }
func (s *stage) Start(context.Context) error                                    { return nil }
func (s *stage) Commands(context.Context, string, []bot.Command) error          { return nil }
func (s *stage) Webhook(func(context.Context, []bot.Update) error) http.Handler { return nil }

func (s *stage) Link(payload string) string {
	if !s.caps.StartLink {
		return ""
	}
	return "https://t.me/chungtay_bot?start=" + payload
}

func (s *stage) Download(_ context.Context, ref string, _ int64) ([]byte, string, error) {
	if strings.HasPrefix(ref, "document") {
		name := "danh-sach.csv"
		if _, named, ok := strings.Cut(ref, "/"); ok {
			name = named
		}
		list, err := os.ReadFile(filepath.Join("testdata", name))
		s.mu.Lock()
		defer s.mu.Unlock()
		return []byte(named(string(list), "pledge", s.pledges)), "text/csv", err
	}
	return []byte("\xff\xd8\xff\xd9"), "image/jpeg", nil
}

func (s *stage) Poll(ctx context.Context, take func(context.Context, []bot.Update) error) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case batch := <-s.updates:
			for {
				err := take(ctx, batch)
				if err == nil {
					break
				}
				if ctx.Err() != nil { // this process ends: the platform will bring the batch again
					s.updates <- batch
					return ctx.Err()
				}
			}
			s.taken <- nil
		}
	}
}

func (s *stage) Send(_ context.Context, chat string, m bot.Message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone[chat] {
		return "", &bot.SendError{Class: bot.Gone, Err: errors.New("the person stopped the bot")}
	}
	s.refs++
	ref := "b" + strconv.Itoa(s.refs)
	edit := m.Replace != "" && s.caps.Edit
	if edit {
		ref = m.Replace
	}
	s.said[chat]++
	s.pin[chat] = strings.Contains(m.Text, "cần mã PIN của")
	text := m.Text
	if m.Remove != "" {
		text = "(tin có mã PIN được xóa)\n" + text
	}
	switch {
	case m.PhotoURL != "":
		text = strings.TrimSuffix("(ảnh "+m.PhotoURL+")\n"+text, "\n")
	case len(m.File) > 0:
		text = strings.TrimSuffix("(tệp "+m.FileName+")\n"+text, "\n")
	case len(m.Photo) > 0:
		text = strings.TrimSuffix("(ảnh)\n"+text, "\n")
	}
	s.seen = append(s.seen, shown{ref: ref, chat: chat, edit: edit, text: text, buttons: m.Rows})
	if len(m.Rows) > 0 {
		s.newest[chat], s.last[chat] = m.Rows, ref
	} else if edit {
		s.newest[chat] = nil
	}
	if found := entryCode.FindString(m.Text); found != "" {
		s.code = found
	}
	if found := cardCode.FindStringSubmatch(m.Text); found != nil && !slices.Contains(s.cards, found[1]) {
		s.cards = append(s.cards, found[1])
	}
	if found := joinCode.FindStringSubmatch(m.Text); found != nil && !slices.Contains(s.joins, found[1]) {
		s.joins = append(s.joins, found[1])
	}
	if found := inviteCode.FindStringSubmatch(m.Text); found != nil && !slices.Contains(s.invites, found[1]) {
		s.invites = append(s.invites, found[1])
	}
	for _, found := range receiptCode.FindAllString(m.Text, -1) {
		if strings.HasPrefix(found, "PB") && !slices.Contains(s.allots, found) {
			s.allots = append(s.allots, found)
		}
	}
	for _, found := range transferCode.FindAllString(m.Text, -1) {
		if !slices.Contains(s.pledges, found) {
			s.pledges = append(s.pledges, found)
		}
	}
	for _, found := range sheetNumber.FindAllString(m.Text, -1) {
		if found != "KN-7K3QF2M" && !slices.Contains(s.sheets, found) { // but not the example
			s.sheets = append(s.sheets, found)
		}
	}
	return ref, nil
}

// receiptCode is the code of a receipt, or of an allocation.
var receiptCode = regexp.MustCompile(`(BN|PB)-[2-9B-Z]{7}`)

var sheetNumber = regexp.MustCompile(`KN-[2-9B-Z]{7}`)

var inviteCode = regexp.MustCompile(`mã mời [^\n]*: ([2-9B-Z]{5}-[2-9B-Z]{5})`)

var picturePage = regexp.MustCompile(`https://bot\.example\.vn/p/[\w-]+`)

var joinCode = regexp.MustCompile(`mã nối: (\d{4} \d{4})`)

var cardCode = regexp.MustCompile(`mã (\d{4} \d{4})`)

var homeCode = regexp.MustCompile(`HG-[2-9B-Z]{7}`)

var filePage = regexp.MustCompile(`https://bot\.example\.vn/f/[\w-]{22}\nMã mở: \d{3} \d{3}`)

var entryCode = regexp.MustCompile(`GN-[2-9B-Z]{7}`)

// transferCode is the code of a promise, drawn by chance too.
var transferCode = regexp.MustCompile(`\b(VNN|CTR|QKH)[2-9B-Z]{7}\b`)

// newestText is what the bot said last.
func (s *stage) newestText() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		return ""
	}
	return s.seen[len(s.seen)-1].text
}
