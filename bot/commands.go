package bot

import (
	"context"
	"slices"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// commander is an engine that knows which slash commands to offer to whom.
type commander interface {
	Commands(who dialog.Person, lang string) []dialog.Slash
}

// offers reports an entry after which a person may have other commands than before.
func offers(e *entry) bool {
	save, ok := e.effect.(dialog.Save)
	return ok && (save.Kind == records.CmdRedeem || save.Kind == records.CmdLang)
}

// publish sets the command list of a contact's chat to what the person's roles offer. It holds nothing up, and is tried
// a few times: the list is a help, and comes again when the person opens the chat.
func (a *App) publish(l *lane) {
	c, ok := a.engine.(commander)
	if !ok {
		return
	}
	for try := range 5 {
		if try > 0 {
			a.pause(l.shard.ctx, backoff(try, sendTimeout/60, sendTimeout))
		}
		if l.shard.ctx.Err() != nil || a.stopping.Load() {
			return
		}
		err := a.publishOnce(l, c)
		if err == nil {
			return
		}
		a.trouble("commands", err)
		if class := ClassOf(err); class == Gone || class == Bad || class == Refused {
			return
		}
	}
}

func (a *App) publishOnce(l *lane, c commander) error {
	addr, err := a.open(l)
	if err != nil {
		return nil //nolint:nilerr // nowhere to publish to
	}
	ch := a.lines[addr.channel]
	if ch == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.shard.ctx, sendTimeout)
	defer cancel()
	who, err := a.records.Person(ctx, l.contact)
	if err != nil {
		return err
	}
	var list []Command
	for _, s := range c.Commands(who, who.Lang) {
		list = append(list, Command{Name: s.Name, Help: s.Help})
	}
	l.mu.Lock()
	same := slices.Equal(l.commands, list)
	l.mu.Unlock()
	if same {
		return nil
	}
	if err := ch.Commands(ctx, addr.chat, list); err != nil {
		return err
	}
	l.mu.Lock()
	l.commands = list
	l.mu.Unlock()
	return nil
}
