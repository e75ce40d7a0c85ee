// The page: people, their phones, and what is around them.
import { follow, post } from "./feed.js";
import { el, face } from "./text.js";
import { Phone } from "./phone.js";
import { Panels } from "./panels.js";

const narrow = matchMedia("(max-width: 760px)");
const $ = (s) => document.querySelector(s);
const apps = { telegram: "Telegram", zalo: "Zalo" };

class Page {
  constructor() {
    this.people = new Map(); // id -> { person, el, tab, phones }
    this.phones = new Map(); // id -> Phone
    this.waiting = new Set(); // phones to draw
    this.on = null; // the person in front
    this.panels = new Panels(this);
    $("#tabs").addEventListener("keydown", (e) => this.tabKey(e));
    document.addEventListener("click", (e) => this.clicked(e));
    document.addEventListener("visibilitychange", () => this.drawAll());
    narrow.addEventListener("change", () => this.drawAll());
  }

  state(s) {
    this.channels = s.channels;
    this.links = s.links || [];
    for (const p of s.people) this.personIs(p);
    for (const id of s.order) {
      const v = s.phones[id];
      this.phoneIs(v);
      this.phones.get(id).load(v);
    }
    for (const id of [...this.people.keys()]) if (!s.people.some((p) => p.id === id)) this.forget(id);
    this.panels.state(s);
    if (!this.on && s.people.length) this.front(s.people[0].id);
    this.arrange();
    this.drawAll();
  }

  forget(id) {
    const who = this.people.get(id);
    who.el.remove();
    who.tab.remove();
    this.people.delete(id);
    for (const [phone, p] of this.phones) if (p.person.id === id) this.phones.delete(phone);
    if (this.on === id) this.on = null;
  }

  entry(e) {
    const phone = this.phones.get(e.phone);
    switch (e.op) {
      case "put": phone.put(e.m); break;
      case "del": phone.del(e.id); break;
      case "seen": phone.seen(e.id); break;
      case "typing": phone.typing(); break;
      case "answer": phone.answer(e.press, e.text, e.alert); break;
      case "phone": this.phoneIs(e.phone); this.phones.get(e.phone.phone).meta(e.phone); this.arrange(); break;
      case "person": this.personIs(e.person); this.arrange(); break;
      default: this.panels.entry(e);
    }
  }

  personIs(person) {
    let who = this.people.get(person.id);
    if (who) {
      Object.assign(who.person, person);
      for (const p of this.phones.values()) if (p.person.id === person.id) p.card();
      return;
    }
    who = { person, seg: el("div", { class: "seg", role: "radiogroup", "aria-label": `${person.name} dùng` }) };
    who.slot = el("div", { class: "slot" });
    who.el = el("div", { class: "person", id: "person-" + person.id, role: "group", "aria-label": `${person.name}, ${person.about}` },
      el("div", { class: "who" }, face(person.name), el("div", { class: "names" }, el("b", {}, person.name), el("small", {}, person.about)), who.seg));
    who.tab = el("button", { class: "tab", role: "tab", type: "button", "aria-controls": who.el.id, onclick: () => this.front(person.id) },
      face(person.name), el("span", {}, person.name), el("b", { class: "unread", hidden: true }));
    $("#phones").append(who.el);
    $("#tabs").append(who.tab);
    this.people.set(person.id, who);
  }

  phoneIs(view) {
    if (this.phones.has(view.phone)) return;
    this.phones.set(view.phone, new Phone(view, this.people.get(view.person).person, this));
  }

  // arrange shows for each person the app in front.
  arrange() {
    for (const [id, who] of this.people) {
      const phone = this.phones.get(`${id}.${who.person.channel}`);
      if (phone && who.shown !== phone) {
        if (who.shown) who.shown.el.remove();
        who.el.append(phone.el);
        who.shown = phone;
        this.draw(phone);
      }
      const wanted = this.channels.join() + who.person.channel;
      if (who.segFor === wanted) continue;
      who.segFor = wanted;
      who.seg.hidden = this.channels.length < 2;
      const had = who.seg.contains(document.activeElement);
      who.seg.replaceChildren(...this.channels.map((c) => {
        const input = el("input", { type: "radio", name: "app-" + id, value: c, onchange: () => post("person", { id, channel: c }) });
        input.checked = c === who.person.channel;
        return el("label", {}, input, el("span", {}, apps[c], el("b", { class: "unread", hidden: true })));
      }));
      if (had) who.seg.querySelector("input:checked").focus();
    }
  }

  front(id) {
    this.on = id;
    for (const [key, who] of this.people) {
      who.el.classList.toggle("on", key === id);
      who.tab.setAttribute("aria-selected", key === id);
      who.tab.tabIndex = key === id ? 0 : -1;
    }
    const who = this.people.get(id);
    if (narrow.matches) who.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    else who.el.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "smooth" });
    if (who.shown) this.focused(who.shown);
    this.drawAll();
  }

  // focused makes a phone the one that a screen reader reads new messages of.
  focused(phone) {
    for (const p of this.phones.values()) p.list.setAttribute("aria-live", p === phone ? "polite" : "off");
    if (this.on !== phone.person.id) this.front(phone.person.id);
  }

  visible(phone) {
    const who = this.people.get(phone.person.id);
    return who.shown === phone && !document.hidden && (!narrow.matches || this.on === phone.person.id);
  }

  // draw draws a phone with the next frame, or a later one where it takes so long that nothing else could be done.
  draw(phone) {
    if (!this.waiting.size) requestAnimationFrame(() => this.frame());
    this.waiting.add(phone);
  }

  frame() {
    for (const p of this.waiting) {
      const from = performance.now();
      if (from < (p.restUntil || 0)) continue;
      this.waiting.delete(p);
      p.render();
      const took = performance.now() - from;
      p.restUntil = took > 3 ? from + Math.min(250, 4 * took) : 0;
    }
    if (this.waiting.size) requestAnimationFrame(() => this.frame());
  }

  drawAll() {
    for (const p of this.phones.values()) this.draw(p);
  }

  counted(phone) {
    const who = this.people.get(phone.person.id);
    if (!who) return;
    let sum = 0;
    for (const c of this.channels) {
      const p = this.phones.get(`${phone.person.id}.${c}`);
      const n = p && !this.visible(p) ? p.unread : 0;
      sum += n;
      const badge = who.seg.children[this.channels.indexOf(c)]?.querySelector(".unread");
      if (badge) {
        badge.hidden = !n || p === who.shown;
        badge.textContent = n > 99 ? "99+" : n;
      }
    }
    const badge = who.tab.querySelector(".unread");
    badge.hidden = !sum;
    badge.textContent = sum > 99 ? "99+" : sum;
    badge.setAttribute("aria-label", `${sum} tin chưa đọc`);
  }

  tabKey(e) {
    const ids = [...this.people.keys()], at = ids.indexOf(this.on);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const id = ids[(to + ids.length) % ids.length];
    this.front(id);
    this.people.get(id).tab.focus();
  }

  // clicked opens links into the bot's chat on a phone, as a phone does.
  clicked(e) {
    const a = e.target.closest("a[href]");
    const start = a && this.links.find((l) => a.href.startsWith(l));
    if (!start) return;
    e.preventDefault();
    this.panels.chooseFor(decodeURIComponent(a.href.slice(start.length)));
  }
}

const page = new Page();
follow({ state: (s) => page.state(s), entry: (e) => page.entry(e), lost: (away) => { $("#lost").hidden = !away; } });
