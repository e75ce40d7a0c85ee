package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/sheets"
	"chungtay/storage/storagetest"
)

var (
	soakKills    = flag.Int("soak.kills", 3, "how often the soak kills the bot")
	soakContacts = flag.Int("soak.contacts", 24, "people who log help at the same time")
	soakOutage   = flag.Duration("soak.outage", 2*time.Second, "how long a service is away")
	soakSeed     = flag.Uint64("soak.seed", 1, "seed of the soak's chances")
)

// The kill soak: group leaders log help without a pause, against an emulated platform that repeats updates and answers 429,
// 5xx and cut connections, while the bot, a process of its own, is killed again and again or its services go away. At the
// end nothing may be missing, out of order or doubled. The long form:
//
//	go test ./cmd/chungtay -run TestSoak -count 1 -timeout 30m -soak.kills 25 -soak.contacts 100 -soak.outage 10s
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("the soak takes minutes with the race detector; it runs without")
	}
	t.Run("embedded", func(t *testing.T) {
		s := newSoak(t, newTelegramSoak(t), "sqlite:"+filepath.Join(t.TempDir(), "chungtay.db"), "")
		s.start(1)
		s.killing(*soakKills)
		s.verdict(*soakKills)
	})
	t.Run("redis and postgres", func(t *testing.T) {
		s := newSoak(t, newTelegramSoak(t), storagetest.Postgres(t), durableRedis(t))
		s.start(1)
		s.killing(*soakKills)
		s.verdict(*soakKills)
	})
	t.Run("two processes", func(t *testing.T) {
		s := newSoak(t, newTelegramSoak(t), storagetest.Postgres(t), durableRedis(t))
		s.start(2)
		s.killing(*soakKills)
		s.verdict(*soakKills)
	})
	t.Run("redis away", func(t *testing.T) {
		address := durableRedis(t)
		proxy := storagetest.NewProxy(t, storagetest.Host(address))
		s := newSoak(t, newTelegramSoak(t), storagetest.Postgres(t), storagetest.Via(address, proxy))
		s.start(1)
		s.outage(proxy)
		s.verdict(0)
	})
	t.Run("postgres away", func(t *testing.T) {
		address := storagetest.Postgres(t)
		proxy := storagetest.NewProxy(t, storagetest.Host(address))
		s := newSoak(t, newTelegramSoak(t), address, durableRedis(t))
		s.child[databaseVar] = storagetest.Via(address, proxy)
		s.start(1)
		s.outage(proxy)
		s.verdict(0)
	})
}

// TestSoakZalo is the kill soak on Zalo, whose events come by webhook and are tried once: what was not answered 200 is
// gone, and the person writes it again. Polling is left out, since it loses what was read as the bot dies.
//
//	go test ./cmd/chungtay -run TestSoakZalo -count 1 -timeout 30m -soak.kills 25 -soak.contacts 100 -soak.outage 10s
func TestSoakZalo(t *testing.T) {
	if testing.Short() {
		t.Skip("the soak takes minutes with the race detector; it runs without")
	}
	t.Run("embedded", func(t *testing.T) {
		t.Parallel() // most of it is waiting whether an answer comes
		s := newSoak(t, newZaloSoak(t), "sqlite:"+filepath.Join(t.TempDir(), "chungtay.db"), "")
		s.start(1)
		s.killing(*soakKills)
		s.verdict(*soakKills)
	})
	t.Run("redis and postgres", func(t *testing.T) {
		t.Parallel()
		s := newSoak(t, newZaloSoak(t), storagetest.Postgres(t), durableRedis(t))
		s.start(1)
		s.killing(*soakKills)
		s.verdict(*soakKills)
	})
	t.Run("redis away", func(t *testing.T) {
		t.Parallel()
		address := durableRedis(t)
		proxy := storagetest.NewProxy(t, storagetest.Host(address))
		s := newSoak(t, newZaloSoak(t), storagetest.Postgres(t), storagetest.Via(address, proxy))
		s.start(1)
		s.outage(proxy)
		s.verdict(0)
	})
}

// durableRedis is a Redis that keeps what it acknowledged, as one in production is to.
func durableRedis(t *testing.T) string {
	return "redis://" + storagetest.StartRedis(t, "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction").Addr
}

const databaseVar = "DATABASE_URL"

// soak is a platform, a database, and processes of the bot between them.
type soak struct {
	t        *testing.T
	platform soakPlatform
	records  *storage.Records
	child    map[string]string // environment of the processes
	binary   string

	mu        sync.Mutex
	processes []*soakProcess
	outputs   []*bytes.Buffer
	closing   bool

	people []*soakLeader
	over   atomic.Bool // no new entry is begun
	done   sync.WaitGroup
	chance *rand.Rand
}

// soakProcess is a process of the bot.
type soakProcess struct {
	*exec.Cmd
	ended chan struct{}
	err   error // what it ended with
}

// soakLeader is one person, who logs 1.000, 2.000, 3.000 đồng ... to the one household of the group.
type soakLeader struct {
	phone  soakPhone
	logged int      // entries confirmed by the bot
	codes  []string // by entry
	broken string
}

func newSoak(t *testing.T, platform soakPlatform, database, redis string) *soak {
	t.Helper()
	key := storage.NewDataKey()
	s := &soak{t: t, platform: platform, chance: rand.New(rand.NewPCG(*soakSeed, 7))}
	var err error
	s.records, err = storage.OpenRecords(t.Context(), database, storage.RecordsOptions{DataKey: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.records.Close() })
	if err := s.records.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.binary = filepath.Join(t.TempDir(), "chungtay") // by this name the test binary is the program
	if err := os.Symlink(self, s.binary); err != nil {
		t.Fatal(err)
	}
	s.child = map[string]string{
		databaseVar: database, "REDIS_URL": redis, "DATA_KEY": key, "HTTP_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0", "LOG_LEVEL": "error",
	}
	maps.Copy(s.child, platform.environ())
	s.populate()
	return s
}

// populate makes a group with one household for each leader, and their invites.
func (s *soak) populate() {
	var groups, households strings.Builder
	groups.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn\n")
	households.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn;Chủ hộ;Năm sinh\n")
	for i := range *soakContacts {
		fmt.Fprintf(&groups, "Hòa Khánh;Hòa Minh;%d\n", i+1)
		fmt.Fprintf(&households, "Hòa Khánh;Hòa Minh;%d;Trần Văn Mẫu;1950\n", i+1)
	}
	for _, list := range [][2]string{{storage.ImportAreas, "Mã,Tên\n20200,Phường Hòa Khánh\n"}, {storage.ImportGroups, groups.String()}, {storage.ImportHouseholds, households.String()}} {
		table, err := sheets.Read(strings.NewReader(list[1]), int64(len(list[1])), "", sheets.Usual)
		if err != nil {
			s.t.Fatal(err)
		}
		report, err := s.records.Import(s.t.Context(), list[0], table, storage.ImportOptions{Apply: true, Places: places, Source: "soak", Actor: "soak"})
		if err != nil || report.Bad > 0 {
			s.t.Fatalf("%s: %+v %v", list[0], report, err)
		}
		table.Close()
	}
	for i := range *soakContacts {
		s.people = append(s.people, &soakLeader{phone: s.platform.phone(i)})
	}
}

// start runs n processes of the bot, gives everybody their role, and lets them begin.
func (s *soak) start(n int) {
	s.t.Helper()
	for range n {
		s.processes = append(s.processes, nil)
		s.outputs = append(s.outputs, &bytes.Buffer{})
	}
	for i := range n {
		s.spawn(i)
	}
	s.t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closing = true
		for _, p := range s.processes {
			_ = p.Process.Kill()
			<-p.ended
		}
	})
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	for i, p := range s.people {
		code, err := s.records.CreateInvite(ctx, "leader", fmt.Sprintf("48/20200/hoa-minh.%d", i+1), "soak", time.Hour)
		if err != nil {
			s.t.Fatal(err)
		}
		p.phone.text("/start "+code, says("tên gì"))
	}
	for _, p := range s.people {
		if _, err := p.phone.await(ctx, says("tên gì")); err != nil {
			s.t.Fatalf("the bot does not answer: %v\n%s", err, s.output())
		}
		p.phone.text("Lê Thị Hoa", says("Dạ xong rồi"))
		if _, err := p.phone.await(ctx, says("Dạ xong rồi")); err != nil {
			s.t.Fatalf("no role was given: %v\n%s", err, s.output())
		}
	}
	s.platform.trouble()
	for _, p := range s.people {
		s.done.Go(func() { p.log(s) })
	}
}

// spawn starts the i-th process.
func (s *soak) spawn(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return
	}
	p := &soakProcess{Cmd: exec.Command(s.binary, "serve"), ended: make(chan struct{})}
	for k, v := range s.child {
		p.Env = append(p.Env, k+"="+v)
	}
	p.Stderr = s.outputs[i]
	if err := p.Start(); err != nil {
		s.t.Error(err)
		return
	}
	s.processes[i] = p
	go func() {
		p.err = p.Wait()
		close(p.ended)
	}()
}

func (s *soak) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, o := range s.outputs {
		b.Write(o.Bytes())
	}
	return b.String()
}

// soakPatience is how long a person waits for an answer before the soak counts it as missing.
const soakPatience = 90 * time.Second

var keptCode = regexp.MustCompile(`mã (GN-[2-9B-Z]{7})`)

// log logs entries one after another until the soak is over; every third time two at once.
func (p *soakLeader) log(s *soak) {
	for !s.over.Load() && p.broken == "" {
		n := 1
		if p.logged%3 == 2 {
			n = 2
		}
		for i := range n {
			sum := entrySum(p.logged + i + 1)
			p.phone.text(fmt.Sprintf("hàng xóm góp cho ông Mẫu %dk", p.logged+i+1), func(m soakMessage) bool {
				return strings.Contains(m.text, sum) || strings.Contains(m.text, "tin chờ")
			})
		}
		for range n {
			p.confirm()
			if p.broken != "" {
				return
			}
		}
	}
}

// confirm waits until the next entry is shown, presses Lưu, and waits for its code.
func (p *soakLeader) confirm() {
	ctx, cancel := context.WithTimeout(context.Background(), soakPatience)
	defer cancel()
	shown, err := p.shown(ctx, entrySum(p.logged+1))
	if err != nil {
		p.broken = fmt.Sprintf("entry %d was never shown: %v", p.logged+1, err)
		return
	}
	isCode := func(m soakMessage) bool {
		code := keptCode.FindStringSubmatch(m.text)
		return code != nil && !slices.Contains(p.codes, code[1])
	}
	for {
		p.phone.save(shown, isCode)
		press, stop := context.WithTimeout(ctx, soakPatience/3) // a press that the platform dropped is pressed again
		kept, err := p.phone.await(press, isCode)
		stop()
		if err == nil {
			p.codes = append(p.codes, keptCode.FindStringSubmatch(kept.text)[1])
			p.logged++
			return
		}
		if ctx.Err() != nil {
			p.broken = fmt.Sprintf("entry %d was confirmed and no code came: %v", p.logged+1, err)
			return
		}
	}
}

// shown waits until the bot shows an entry of this sum. A look-up that cannot be made now holds its turn: nobody has to write
// twice.
func (p *soakLeader) shown(ctx context.Context, sum string) (soakMessage, error) {
	m, err := p.phone.await(ctx, func(m soakMessage) bool {
		return m.asks && strings.Contains(m.text, sum) || strings.Contains(m.text, cannotLookUp)
	})
	if err == nil && strings.Contains(m.text, cannotLookUp) {
		err = errors.New("was told to write again")
	}
	return m, err
}

// entrySum is the line of an entry of n thousand, as the bot shows it.
func entrySum(n int) string { return "\n" + grouped(n) + " đồng," }

// cannotLookUp is what a person is told when a look-up was given up.
const cannotLookUp = "chưa tra được lúc này"

// grouped is n thousand as the bot writes it.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprintf("%d.000", n)
	}
	return fmt.Sprintf("%d.%03d.000", n/1000, n%1000)
}

// killing kills a process at random, times over, and starts it again; then everybody finishes.
func (s *soak) killing(times int) {
	for range times {
		load(time.Duration(400+s.chance.IntN(1200)) * time.Millisecond) // the moment of death is the chance being tried
		i := s.chance.IntN(len(s.processes))
		s.mu.Lock()
		p := s.processes[i]
		s.mu.Unlock()
		if err := p.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			s.t.Fatal(err)
		}
		<-p.ended
		var exit *exec.ExitError
		if !errors.As(p.err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
			s.t.Fatalf("the bot ended by itself: %v\n%s", p.err, s.output())
		}
		s.spawn(i)
	}
	s.finish()
}

// outage takes a service away under load, and lets it come back.
func (s *soak) outage(proxy *storagetest.Proxy) {
	load(time.Second)
	proxy.Away()
	load(*soakOutage)
	proxy.Back()
	load(time.Second)
	s.finish()
}

// load lets everybody go on for a while.
func load(d time.Duration) { <-time.After(d) }

// finish lets everybody end what they began. A bot that ends by itself would have them wait for ever.
func (s *soak) finish() {
	s.over.Store(true)
	finished, gone := make(chan struct{}), make(chan *soakProcess, len(s.processes))
	go func() { s.done.Wait(); close(finished) }()
	for _, p := range s.processes {
		go func() { <-p.ended; gone <- p }()
	}
	select {
	case <-finished:
	case p := <-gone:
		s.t.Fatalf("the bot ended by itself: %v\n%s", p.err, s.output())
	}
	s.platform.calm()
}

// verdict compares what people were told with what is on record.
func (s *soak) verdict(kills int) {
	s.t.Helper()
	entries, repeats, worst := 0, 0, 0
	for i, p := range s.people {
		if p.broken != "" {
			s.t.Errorf("leader %d: %s", i, p.broken)
		}
		entries += p.logged
		again := s.repeats(i, p)
		repeats += again
		worst = max(worst, again)
		if again > kills {
			s.t.Errorf("leader %d: %d messages came again over %d kills", i, again, kills)
		}
		rows := s.onRecord(i)
		if len(rows) != p.logged {
			s.t.Errorf("leader %d: %d entries were confirmed, %d are on record", i, p.logged, len(rows))
			continue
		}
		for n, row := range rows {
			if want := fmt.Sprintf("%s %d", p.codes[n], (n+1)*1000); row != want {
				s.t.Errorf("leader %d entry %d: told %s, on record %s", i, n+1, want, row)
			}
		}
	}
	s.t.Logf("%d kills, %d leaders, %d entries confirmed and on record, %d messages came again (at most %d to one person); platform: %s", kills, len(s.people), entries, repeats, worst, s.platform.stats())
	if entries < len(s.people) {
		s.t.Errorf("only %d entries: the soak tried nothing\n%s", entries, s.output())
	}
}

// repeats counts the messages that came twice, and reports those that came out of order.
func (s *soak) repeats(i int, p *soakLeader) (again int) {
	kept := map[string]bool{}
	next := 0
	for _, said := range p.phone.all() {
		m := keptCode.FindStringSubmatch(said.text)
		if m == nil {
			continue
		}
		switch {
		case kept[m[1]]:
			again++
		case next < len(p.codes) && p.codes[next] == m[1]:
			kept[m[1]] = true
			next++
		default:
			s.t.Errorf("leader %d: code %s came out of order", i, m[1])
		}
	}
	return again
}

// onRecord lists a leader's entries in the order they were logged: code and sum.
func (s *soak) onRecord(i int) (rows []string) {
	s.t.Helper()
	found, err := s.records.Pool().Query("SELECT code, money FROM help WHERE area LIKE $1 AND superseded_at IS NULL ORDER BY money", fmt.Sprintf("48/20200/hoa-minh.%d/%%", i+1))
	if err != nil {
		s.t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var code string
		var money int64
		if err := found.Scan(&code, &money); err != nil {
			s.t.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf("%s %d", code, money))
	}
	if err := found.Err(); err != nil {
		s.t.Fatal(err)
	}
	return rows
}
