package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/storage"
	"chungtay/storage/records"
)

// pageAddr is where the page is served, or near it where somebody else is there.
const pageAddr = "127.0.0.1:7788"

// demoPage is the page with everything behind it.
type demoPage struct {
	records  *storage.Records
	clock    *simulator.PageClock
	telegram *simulator.Telegram
	zalo     *simulator.Zalo
	bot      *demoBot
	page     *simulator.Page
	folder   string
	log      *slog.Logger
}

func runPage(ctx context.Context, t terminal, addr string) error {
	d, err := openPage(ctx, t)
	if err != nil {
		return err
	}
	defer d.close()
	address, err := d.listen(addr)
	if err != nil {
		return &adviceError{err, "give another one: chungtay demo --addr 127.0.0.1:0 takes one that is free"}
	}
	if err := d.bot.start(); err != nil {
		return err
	}
	for _, p := range samplePeople {
		if _, err := d.page.AddPerson(p.PagePerson); err != nil {
			return err
		}
	}
	fmt.Fprintf(t.out, "Mở trang này trong trình duyệt (open this page): %s\n", address)
	return d.typed(ctx, t)
}

// typed lets cô Hoa say what is typed, until ctx ends.
func (d *demoPage) typed(ctx context.Context, t terminal) error {
	chat := newPageTalk(ctx, d)
	if err := newConsole(t, sampleLeaderName).run(ctx, chat); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func openPage(ctx context.Context, t terminal) (d *demoPage, err error) {
	c, err := bot.ConfigFrom(only(t.environ, "LOG_LEVEL", "TIMEZONE", "DEMO_CLOCK"))
	if err != nil {
		return nil, err
	}
	d = &demoPage{clock: &simulator.PageClock{}}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	d.clock.Move(time.Until(c.Clock()).Round(time.Millisecond))
	level := t.getenv("LOG_LEVEL")
	if level == "" {
		level, c.Level = "error", slog.LevelError // the page is what there is to see
	}
	d.log = t.logger(c.Level)
	if d.folder, err = os.MkdirTemp("", "chungtay-demo-"); err != nil {
		return d, err
	}
	database, key := "sqlite:"+filepath.Join(d.folder, "chungtay.db"), storage.NewDataKey()
	d.records, err = storage.OpenRecords(ctx, database, storage.RecordsOptions{DataKey: key, Clock: d.clock.Now})
	if err != nil {
		return d, err
	}
	if err = d.records.Migrate(ctx); err != nil {
		return d, err
	}
	if err = loadSample(ctx, d.records, d.clock.Now()); err != nil {
		return d, err
	}
	d.telegram = simulator.NewTelegram(simulator.TelegramOptions{Now: d.clock.Now})
	api, err := d.telegram.Listen("127.0.0.1:0")
	if err != nil {
		return d, err
	}
	d.zalo = simulator.NewZalo(simulator.ZaloOptions{Now: d.clock.Now})
	zaloAPI, err := d.zalo.Listen("127.0.0.1:0")
	if err != nil {
		return d, err
	}
	d.bot = &demoBot{errors: t.err, clock: d.clock}
	if d.bot.http, err = freePort(); err != nil {
		return d, err
	}
	if d.bot.metrics, err = freePort(); err != nil {
		return d, err
	}
	d.bot.env = []string{
		"TELEGRAM_TOKEN=" + simulator.DefaultTelegramToken, "TELEGRAM_API_URL=" + api,
		"ZALO_BOT_TOKEN=" + simulator.DefaultZaloToken, "ZALO_API_URL=" + zaloAPI, "PUBLIC_URL=http://" + d.bot.http,
		"DATABASE_URL=" + database, "DATA_KEY=" + key,
		"HTTP_ADDR=" + d.bot.http, "METRICS_ADDR=" + d.bot.metrics, "LOG_LEVEL=" + level, "TIMEZONE=" + c.Timezone, "DEMO_CLOCK=stdin",
	}
	d.page, err = simulator.NewPage(simulator.PageOptions{
		Telegram: d.telegram, Zalo: d.zalo, Clock: d.clock, Moved: d.bot.moved, Kill: d.bot.kill, Start: d.bot.start, NextDue: d.bot.nextDue,
		Roles: samplePageRoles, Invite: d.invite, Introduce: d.introduce, Scenes: sampleScenes(), Log: d.log,
	})
	if err == nil {
		d.bot.is = d.page.BotIs
	}
	return d, err
}

// listen serves the page at addr, or at a port that is free where that one is taken and nobody asked for it.
func (d *demoPage) listen(addr string) (string, error) {
	address, err := d.page.Listen(addr)
	if err != nil && addr == pageAddr {
		address, err = d.page.Listen("127.0.0.1:0")
	}
	if host, _, split := net.SplitHostPort(addr); err == nil && split == nil && host != "" {
		if ip := net.ParseIP(host); ip != nil && !ip.IsLoopback() {
			d.log.Warn("the page can be reached from other machines, and whoever reaches it can use it", "addr", addr)
		}
	}
	return address, err
}

func (d *demoPage) close() {
	if d.page != nil {
		d.page.Close()
	}
	if d.bot != nil {
		d.bot.close()
	}
	if d.telegram != nil {
		d.telegram.Close()
	}
	if d.zalo != nil {
		d.zalo.Close()
	}
	if d.records != nil {
		_ = d.records.Close()
	}
	if d.folder != "" {
		_ = os.RemoveAll(d.folder)
	}
}

// invite makes a code for somebody who is added.
func (d *demoPage) invite(ctx context.Context, role string) (string, error) {
	for _, r := range samplePageRoles {
		if r.Name == role {
			return d.records.CreateInvite(ctx, role, sampleAreaOf(role), "sample", 7*24*time.Hour)
		}
	}
	return "", errors.New("no such role")
}

// introduce lets somebody of the sample take up their role on a phone, as the ward would give it: by an invite.
func (d *demoPage) introduce(ctx context.Context, page *simulator.Page, person simulator.PagePerson, phone string) error {
	i := sampleIndex(person.ID)
	if i < 0 || samplePeople[i].role == "" {
		return nil // they come as anybody does
	}
	who := samplePeople[i]
	code, err := d.invite(ctx, who.role)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	lines := []string{code, who.called}
	if person.Channel == simulator.PageTelegram {
		lines[0] = "/start " + code
	}
	if err := d.addressAs(ctx, phone, who.address); err != nil {
		return err
	}
	for _, line := range lines {
		since, err := page.Type(phone, line)
		if err != nil {
			return err
		}
		if _, err := page.Await(ctx, phone, since, ""); err != nil {
			return err
		}
	}
	return nil
}

// addressAs says how the bot is to address a phone's owner, before it first does.
func (d *demoPage) addressAs(ctx context.Context, phone, address string) error {
	channel, botID, chat := d.page.Account(phone)
	contact := d.records.ContactKey(channel, botID, chat)
	if err := d.records.SeeContact(ctx, contact, channel, d.records.Seal(bot.Address(channel, chat))); err != nil {
		return err
	}
	data, err := json.Marshal(records.SetAddress{Address: address})
	if err != nil {
		return err
	}
	_, err = d.records.Apply(ctx, []storage.Request{{
		Contact: contact, Form: "sample", Kind: records.CmdAddress, Data: data, At: d.clock.Now(),
	}})
	return err
}

// pageTalk is cô Hoa's chat on the page's Telegram, for the terminal.
type pageTalk struct {
	*telegramTalk
	page *simulator.Page
}

func newPageTalk(ctx context.Context, d *demoPage) *pageTalk {
	_, _, chat := d.page.Account(samplePeople[0].ID + "." + simulator.PageTelegram)
	id, _ := strconv.ParseInt(chat, 10, 64)
	talk := newTelegramTalk(ctx, nil, d.telegram.Bot(), id)
	return &pageTalk{talk, d.page}
}

func (c *pageTalk) write(text string) {
	_, _ = c.page.Type(samplePeople[0].ID+"."+simulator.PageTelegram, text)
}

// idle does not wait for the bot: it may be dead.
func (c *pageTalk) idle(context.Context) (bool, error) { return true, nil }
