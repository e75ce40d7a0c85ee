package simulator

import (
	"maps"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// telegramProfileState is what the bot set about itself.
type telegramProfileState struct {
	mu       sync.Mutex
	commands map[string]string // scope and language -> JSON list
	texts    map[string]string // kind and language -> text
	menus    map[int64]string  // chat (0: default) -> JSON
}

// TelegramCommand is one line of a command list.
type TelegramCommand struct{ Command, Description string }

// scopeKey reads scope and language_code of the command methods.
func (c *telegramCallContext) scopeKey() (string, *telegramError) {
	lang, e := c.language()
	if e != nil {
		return "", e
	}
	src := c.p.json("scope")
	if src == "" {
		return "default/" + lang, nil
	}
	v, ok := parseJSON(src)
	if !ok || v.kind != jsonObject {
		return "", badRequest("can't parse BotCommandScope: expected an Object")
	}
	kind := v.str("type")
	switch kind {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return kind + "/" + lang, nil
	case "chat", "chat_administrators", "chat_member":
	default:
		return "", badRequest("can't parse BotCommandScope: unsupported type specified")
	}
	sub := telegramCallContext{b: c.b, m: c.m, x: c.x}
	sub.p.set("chat_id", v.str("chat_id"))
	chat, e := sub.target("chat_id")
	if e != nil {
		return "", e
	}
	key := kind + ":" + strconv.FormatInt(chat.id, 10)
	if kind == "chat_member" {
		user := v.int("user_id")
		if user <= 0 {
			return "", badRequest("invalid user_id specified")
		}
		key += ":" + strconv.FormatInt(user, 10)
	}
	return key + "/" + lang, nil
}

func (c *telegramCallContext) language() (string, *telegramError) {
	lang := c.p.get("language_code")
	if lang == "" {
		return "", nil
	}
	if len(lang) != 2 || lang[0] < 'a' || lang[0] > 'z' || lang[1] < 'a' || lang[1] > 'z' {
		return "", badRequest("invalid language code specified")
	}
	return lang, nil
}

func (c *telegramCallContext) setMyCommands() *telegramError {
	v, ok := parseJSON(c.p.get("commands"))
	if c.p.get("commands") == "" || !ok || v.kind != jsonArray {
		return errNoCommands
	}
	if len(v.items) > 100 {
		return badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	list := []byte{'['}
	for i := range v.items {
		it := &v.items[i]
		if it.kind != jsonObject {
			return badRequest("can't parse BotCommand: expected an Object")
		}
		name := strings.TrimPrefix(it.str("command"), "/")
		if n := len(name); n == 0 || n > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return badRequest("BOT_COMMAND_INVALID")
		}
		about := it.str("description")
		if n := utf8.RuneCountInString(about); n == 0 || n > 256 {
			return badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, `{"command":`...)
		list = appendString(list, name)
		list = append(list, `,"description":`...)
		list = append(appendString(list, about), '}')
	}
	key, e := c.scopeKey()
	if e != nil {
		return e
	}
	p := &c.b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(v.items) == 0 {
		delete(p.commands, key)
	} else {
		p.commands[key] = string(append(list, ']'))
	}
	return c.ok()
}

func (c *telegramCallContext) deleteMyCommands() *telegramError {
	key, e := c.scopeKey()
	if e != nil {
		return e
	}
	p := &c.b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.commands, key)
	return c.ok()
}

func (c *telegramCallContext) getMyCommands() *telegramError {
	key, e := c.scopeKey()
	if e != nil {
		return e
	}
	p := &c.b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	if list := p.commands[key]; list != "" {
		c.x.out = append(c.x.out, list...)
	} else {
		c.x.out = append(c.x.out, "[]"...)
	}
	return nil
}

// Commands is the list that a person sees in their private chat: the most specific scope wins, and in each
// scope the person's language before none.
func (u *TelegramUser) Commands() []TelegramCommand {
	id := strconv.FormatInt(u.ID, 10)
	p := &u.bot.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, scope := range []string{"chat:" + id, "all_private_chats", "default"} {
		for _, lang := range []string{u.Lang, ""} {
			src := p.commands[scope+"/"+lang]
			if src == "" {
				continue
			}
			v, _ := parseJSON(src)
			var list []TelegramCommand
			for i := range v.items {
				list = append(list, TelegramCommand{v.items[i].str("command"), v.items[i].str("description")})
			}
			return list
		}
	}
	return nil
}

// text sets one of the bot's texts; an empty one removes it.
func (c *telegramCallContext) setText(param string, most int, refusal string) *telegramError {
	lang, e := c.language()
	if e != nil {
		return e
	}
	text := c.p.get(param)
	if !utf8.ValidString(text) {
		return errUTF8
	}
	if longer(text, most) {
		return badRequest(refusal)
	}
	p := &c.b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	if text == "" {
		delete(p.texts, param+"/"+lang)
	} else {
		p.texts[param+"/"+lang] = text
	}
	return c.ok()
}

func (c *telegramCallContext) getText(param, otherwise string) *telegramError {
	lang, e := c.language()
	if e != nil {
		return e
	}
	b := append(c.x.out, `{"`+param+`":`...)
	text := c.b.Text(param, lang)
	if text == "" {
		text = otherwise
	}
	c.x.out = append(appendString(b, text), '}')
	return nil
}

// Text is what the bot set as its "name", "description" or "short_description" for a language, with the text
// for no language behind it.
func (b *TelegramBot) Text(kind, lang string) string {
	p := &b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.texts[kind+"/"+lang]; ok {
		return t
	}
	return p.texts[kind+"/"]
}

// AllCommands is every command list by scope and language, as JSON, under keys like "all_private_chats/vi" and
// "chat:42/".
func (b *TelegramBot) AllCommands() map[string]string {
	b.profile.mu.Lock()
	defer b.profile.mu.Unlock()
	return maps.Clone(b.profile.commands)
}

func (c *telegramCallContext) setMyDescription() *telegramError {
	return c.setText("description", 512, "BOT_DESCRIPTION_TOO_LONG")
}

func (c *telegramCallContext) getMyDescription() *telegramError { return c.getText("description", "") }

func (c *telegramCallContext) setMyShortDescription() *telegramError {
	return c.setText("short_description", 120, "BOT_SHORT_DESCRIPTION_TOO_LONG")
}

func (c *telegramCallContext) getMyShortDescription() *telegramError {
	return c.getText("short_description", "")
}

func (c *telegramCallContext) setMyName() *telegramError {
	return c.setText("name", 64, "BOT_TITLE_INVALID")
}
func (c *telegramCallContext) getMyName() *telegramError { return c.getText("name", c.b.FirstName) }

func (c *telegramCallContext) setChatMenuButton() *telegramError {
	src := c.p.json("menu_button")
	if src == "" {
		src = `{"type":"default"}`
	}
	v, ok := parseJSON(src)
	if !ok || v.kind != jsonObject {
		return badRequest("can't parse menu button: expected an Object")
	}
	switch v.str("type") {
	case "commands", "default":
	case "web_app":
		app := v.field("web_app")
		if v.str("text") == "" || app == nil || !strings.HasPrefix(app.str("url"), "https://") {
			return badRequest("can't parse menu button: BUTTON_URL_INVALID")
		}
	default:
		return badRequest("can't parse menu button: unsupported type specified")
	}
	chat, e := c.menuChat()
	if e != nil {
		return e
	}
	p := &c.b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.menus == nil {
		p.menus = map[int64]string{}
	}
	p.menus[chat] = v.raw
	return c.ok()
}

func (c *telegramCallContext) getChatMenuButton() *telegramError {
	chat, e := c.menuChat()
	if e != nil {
		return e
	}
	c.x.out = append(c.x.out, c.b.MenuButton(chat)...)
	return nil
}

func (c *telegramCallContext) menuChat() (int64, *telegramError) {
	if c.p.get("chat_id") == "" {
		return 0, nil
	}
	chat, e := c.target("chat_id")
	if e == errChatNotFound || e == nil && chat.kind != privateChat {
		e = badRequest("private chat not found")
	}
	if e != nil {
		return 0, e
	}
	return chat.id, nil
}

// MenuButton is the JSON of the menu button in a private chat; chat 0 is the default one.
func (b *TelegramBot) MenuButton(chat int64) string {
	p := &b.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range []int64{chat, 0} {
		if m := p.menus[id]; m != "" {
			return m
		}
	}
	return `{"type":"commands"}`
}
