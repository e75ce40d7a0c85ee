// A phone: the chat of one person with the bot, in one app.
import { post, get } from "./feed.js";
import { el, icon, face, prose, link, hourOf, dayOf, sizeOf } from "./text.js";
import { Composer } from "./composer.js";

const KEEP = 240; // messages in the page; older ones come when asked for

export class Phone {
  constructor(view, person, page) {
    this.id = view.phone;
    this.channel = view.channel;
    this.person = person;
    this.page = page;
    this.view = view;
    this.items = new Map(); // by message id, in order: { m, el }
    this.dirty = new Set();
    this.gone = [];
    this.older = false;
    this.room = KEEP;
    this.stick = true;
    this.byHand = 0; // when somebody last had a hand on the list
    this.unread = 0;
    this.sending = Promise.resolve();
    this.build();
  }

  build() {
    const telegram = this.channel === "telegram";
    const app = telegram ? "Telegram" : "Zalo";
    this.state = el("small", {}, telegram ? "bot" : "Chatbot");
    this.list = el("div", { class: "chat", role: "log", tabindex: "0", "aria-live": "off", "aria-label": `Tin nhắn của ${this.person.name} trên ${app}` });
    for (const hand of ["wheel", "touchmove", "keydown", "pointerdown"]) this.list.addEventListener(hand, () => { this.byHand = performance.now(); }, { passive: true });
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.olderButton = el("button", { class: "older", type: "button", hidden: true, onclick: () => this.loadOlder() }, "Xem tin cũ hơn");
    this.list.append(this.olderButton);
    new ResizeObserver(() => this.grew()).observe(this.list);
    this.below = el("button", { class: "new-below", type: "button", hidden: true, onclick: () => this.toEnd() }, icon("down"), el("span"));
    this.wrap = el("div", { class: "chat-wrap" }, this.list, this.below);
    this.composer = new Composer(this);
    this.more = el("button", { type: "button", "aria-label": "Thêm", "aria-expanded": "false", onclick: () => this.moreMenu() }, icon("more"));
    this.el = el("section", { class: `phone ${this.channel}`, "aria-label": `Máy của ${this.person.name}, ${app}` },
      el("div", { class: "app-head" }, face("Chung Tay", "CT"), el("div", { class: "names" }, el("b", {}, "Chung Tay"), this.state), this.more),
      this.wrap, this.composer.el);
    this.el.addEventListener("focusin", () => this.page.focused(this));
    this.card();
  }

  // card says what to do in a chat that is still empty.
  card() {
    const code = this.person.code;
    const wanted = !this.view.started || code;
    if (this.intro) this.intro.remove();
    this.intro = null;
    if (!wanted) return;
    const say = code ? ["Mã mời của ", el("b", {}, this.person.name), ": ", el("b", { class: "code" }, code)]
      : [this.channel === "telegram" ? "Chung Tay giúp ghi lại và tra cứu việc giúp đỡ trong tổ. Bấm Bắt đầu." : "Nhắn cho Chung Tay một tin để bắt đầu."];
    this.intro = el("div", { class: "card" }, ...say,
      code && el("div", {}, el("button", { type: "button", class: "main", onclick: () => this.act({ do: "open", text: code }) }, "Dùng mã này")));
    this.list.append(this.intro);
  }

  load(state) {
    for (const { el: e } of this.items.values()) if (e) e.remove();
    this.items.clear();
    this.dirty.clear();
    this.older = state.older;
    this.day = "";
    for (const m of state.messages) this.put(m, true);
    this.meta(state);
  }

  meta(view) {
    this.view = view;
    this.composer.meta(view);
    this.card();
  }

  // put takes in a message, new or changed. It is drawn with the next frame.
  put(m, quiet) {
    const known = this.items.get(m.id);
    if (known) known.m = m;
    else {
      this.items.set(m.id, { m, el: null });
      if (!quiet && !m.mine) {
        this.stopTyping();
        this.unread++; // until it is drawn where it is seen
      }
      if (m.mine) this.stick = true;
      const room = this.stick ? this.room : this.room + 400;
      while (this.items.size > room) {
        const [first, item] = this.items.entries().next().value;
        this.items.delete(first);
        this.dirty.delete(first);
        if (item.el) this.gone.push(item.el);
        this.older = true;
      }
    }
    this.dirty.add(m.id);
    this.page.draw(this);
  }

  del(id) {
    const item = this.items.get(id);
    if (!item) return;
    this.items.delete(id);
    this.dirty.delete(id);
    if (item.el) this.gone.push(item.el);
    this.page.draw(this);
  }

  seen(id) {
    for (const [key, item] of this.items) {
      if (item.m.mine && !item.m.seen) {
        item.m.seen = true;
        const tick = item.el && item.el.querySelector(".tick");
        if (tick) this.tick(tick, true);
      }
      if (key === id) break;
    }
    this.page.draw(this);
  }

  // render draws all that changed since the last frame at once.
  render() {
    for (const e of this.gone) e.remove();
    this.gone = [];
    if (this.olderButton.hidden === this.older) this.olderButton.hidden = !this.older;
    const fresh = document.createDocumentFragment();
    for (const id of this.dirty) {
      const item = this.items.get(id);
      if (!item) continue;
      const e = this.item(item);
      if (item.el) item.el.replaceWith(e);
      else fresh.append(e);
      item.el = e;
    }
    this.dirty.clear();
    if (fresh.childNodes.length) {
      this.list.append(fresh);
      if (this.intro) this.list.append(this.intro);
    }
    if (this.channel === "zalo") this.zaloState();
    if (this.stick) {
      this.list.scrollTop = this.list.scrollHeight;
      if (this.page.visible(this)) this.unread = 0;
    }
    this.below.hidden = this.stick;
    this.below.lastChild.textContent = this.unread || "";
    this.page.counted(this);
  }

  item(item) {
    const m = item.m;
    const day = dayOf(m.at);
    if (item.newDay === undefined) {
      item.newDay = day !== this.day;
      this.day = day;
    }
    const e = el("div", { class: "item" + (m.mine ? " mine" : "") });
    if (item.newDay) e.append(el("div", { class: "day" }, day));
    e.append(this.message(m));
    return e;
  }

  message(m) {
    const telegram = this.channel === "telegram";
    const bubble = el("div", { class: "bubble" }, el("span", { class: "vh" }, m.mine ? `${this.person.name}: ` : "Bot: "));
    if (m.photo) {
      bubble.append(el("a", { href: `media/${this.id}/${m.photo.id}`, target: "_blank", rel: "noopener" },
        el("img", { class: "photo", src: `media/${this.id}/${m.photo.id}`, alt: "Ảnh", width: m.photo.width || 240, height: m.photo.height || 180, loading: "lazy", onload: () => this.grew() })));
    }
    if (m.file) {
      bubble.append(el("a", { class: "file", href: `media/${this.id}/${m.file.id}`, download: m.file.name || "tep" }, icon("file"),
        el("span", {}, el("b", {}, m.file.name || "Tệp"), el("small", {}, sizeOf(m.file.size || 0)))));
    }
    if (m.note) bubble.append(m.note);
    if (m.text) bubble.append(prose(m.text, m.spans, telegram ? (c) => this.send(c) : null));
    const meta = el("span", { class: "meta" }, (m.edited ? "đã sửa " : "") + hourOf(m.at));
    if (m.mine && telegram) {
      const tick = el("span", { class: "tick", role: "img" });
      this.tick(tick, m.seen);
      meta.append(tick);
    }
    bubble.append(meta);
    const e = el("div", { class: "msg" + (m.mine ? " mine" : "") }, bubble);
    if (m.rows && telegram) e.append(this.buttons(m));
    return e;
  }

  tick(e, seen) {
    e.textContent = seen ? "✓✓" : "✓";
    e.setAttribute("aria-label", seen ? "bot đã nhận" : "đã gửi");
  }

  // zaloState says below the newest message of its owner whether the bot has it.
  zaloState() {
    let last = null;
    for (const item of this.items.values()) last = item;
    if (this.sentState) this.sentState.remove();
    if (!last || !last.m.mine || !last.el) return;
    this.sentState = el("span", { class: "state" }, last.m.seen ? "Đã nhận" : "Đã gửi");
    last.el.querySelector(".msg").append(this.sentState);
  }

  buttons(m) {
    const lines = m.rows.map((row, r) => el("div", { class: "line" }, ...row.map((b, c) => {
      if (b.url) return link(b.url, b.label);
      return el("button", { type: "button", disabled: b.dead, onclick: (e) => this.press(m.id, r, c, e.currentTarget) }, b.label);
    })));
    return el("div", { class: "keys" }, ...lines);
  }

  async press(message, row, column, button) {
    if (button.classList.contains("busy")) return;
    button.classList.add("busy");
    const done = await this.act({ do: "press", message, row, column });
    if (!done) {
      button.classList.remove("busy");
      return;
    }
    this.pressed = { id: done.press, button };
    setTimeout(() => button.classList.remove("busy"), 4000);
  }

  answer(press, text, alert) {
    if (this.pressed && this.pressed.id === press) this.pressed.button.classList.remove("busy");
    if (text) this.toast(text, alert);
  }

  toast(text, alert) {
    if (this.shown) this.shown.remove();
    this.shown = el("div", { class: "toast" + (alert ? " alert" : ""), role: "status" }, text);
    this.wrap.append(this.shown);
    const mine = this.shown;
    setTimeout(() => mine.remove(), alert ? 6000 : 3500);
  }

  typing() {
    if (this.channel === "telegram") this.state.textContent = "đang nhập…";
    else if (!this.dots) {
      this.dots = el("div", { class: "typing" }, "đang nhập…");
      this.list.append(this.dots);
      if (this.stick) this.list.scrollTop = this.list.scrollHeight;
    }
    clearTimeout(this.typingEnd);
    this.typingEnd = setTimeout(() => this.stopTyping(), 5000);
  }

  stopTyping() {
    if (this.channel === "telegram") this.state.textContent = "bot";
    else if (this.dots) {
      this.dots.remove();
      this.dots = null;
    }
  }

  // act does something as the phone's owner, one thing after the other. It returns nothing where that failed.
  act(what) {
    const done = this.sending.then(() => post("act", { phone: this.id, ...what })).catch((err) => {
      this.toast("Chưa gửi được: " + err.message.trim());
      return null;
    });
    this.sending = done;
    return done;
  }

  send(text) {
    return this.act({ do: "text", text });
  }

  async upload(file, asFile) {
    const q = new URLSearchParams({ phone: this.id, name: file.name, as: asFile ? "file" : "" });
    const answer = await fetch("upload?" + q, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
    if (!answer.ok) this.toast("Chưa gửi được: " + (await answer.text()).trim());
  }

  async loadOlder() {
    const first = this.items.keys().next().value;
    if (!first) return;
    this.list.setAttribute("aria-busy", "true");
    const { messages, older } = await get(`older?${new URLSearchParams({ phone: this.id, before: first })}`);
    this.room += messages.length;
    this.older = older;
    const now = [...this.items];
    this.items.clear();
    const fragment = document.createDocumentFragment();
    const day = this.day;
    this.day = "";
    for (const m of messages) {
      const item = { m, el: null };
      item.el = this.item(item);
      fragment.append(item.el);
      this.items.set(m.id, item);
    }
    this.day = day;
    for (const [id, item] of now) this.items.set(id, item);
    const from = this.list.scrollHeight - this.list.scrollTop;
    this.stick = false;
    this.olderButton.after(fragment);
    this.list.scrollTop = this.list.scrollHeight - from;
    this.list.setAttribute("aria-busy", "false");
    this.page.draw(this);
  }

  // scrolled notes whether somebody reads further up, for whom the end does not come into view. What moves because the phone or
  // its messages got another size was not scrolled.
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight, clientWidth } = this.list;
    const stick = scrollHeight - scrollTop - clientHeight < 50;
    const size = `${scrollHeight} ${clientHeight} ${clientWidth}`;
    const moved = size !== this.size;
    this.size = size;
    if (stick === this.stick) return;
    if (!stick && moved && performance.now() - this.byHand > 500) {
      this.grew();
      return;
    }
    this.stick = stick;
    if (stick) this.room = KEEP;
    this.page.draw(this);
  }

  toEnd() {
    this.stick = true;
    this.page.draw(this);
  }

  // grew keeps the end in view when a picture got its height, or the phone another.
  grew() {
    if (this.stick) this.list.scrollTop = this.list.scrollHeight;
  }

  moreMenu() {
    const blocked = this.view.blocked;
    this.composer.popup([{ label: blocked ? "Bỏ chặn bot" : "Chặn bot", run: () => this.act({ do: blocked ? "unblock" : "block" }) }], this.more, "from-top");
  }
}
