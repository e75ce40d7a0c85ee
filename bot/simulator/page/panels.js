// What is around the phones: the clock, troubles, more people, the tour.
import { post } from "./feed.js";
import { el, hourOf, dayOf, localOf } from "./text.js";

const $ = (s) => document.querySelector(s);
const apps = { telegram: "Telegram", zalo: "Zalo" };
const botStates = { starting: "Bot đang bật…", running: "Bot đang chạy", dead: "Bot đã tắt" };

export class Panels {
  constructor(page) {
    this.page = page;
    this.offset = 0; // of the clock, against this browser's
    for (const b of document.querySelectorAll("[data-panel]")) b.addEventListener("click", () => this.toggle(b));
    for (const d of document.querySelectorAll("dialog.panel")) {
      d.querySelector(".close").addEventListener("click", () => d.close());
      d.addEventListener("close", () => this.closed(d));
      d.addEventListener("keydown", (e) => { if (e.key === "Escape") d.close(); });
    }
    this.clockPanel();
    $("#kill").addEventListener("click", () => this.power("kill"));
    $("#start").addEventListener("click", () => this.power("start"));
    $("#people-form").addEventListener("submit", (e) => this.addPerson(e));
    $("#tour .next").addEventListener("click", () => post("tour", { next: true }).catch(() => {}));
    $("#tour .stop").addEventListener("click", () => post("tour", { stop: true }).catch(() => {}));
    setInterval(() => this.showClock(), 1000);
  }

  toggle(button) {
    const d = document.getElementById(button.dataset.panel);
    if (d.open) {
      d.close();
      return;
    }
    for (const other of document.querySelectorAll("dialog.panel[open]")) other.close();
    if (d.id === "clock-panel") $("#clock-at").value = localOf(this.now());
    if (d.id === "trouble-panel") this.blocks();
    d.show();
    button.setAttribute("aria-expanded", "true");
    d.opener = button;
  }

  closed(d) {
    if (!d.opener) return;
    d.opener.setAttribute("aria-expanded", "false");
    d.opener.focus();
    d.opener = null;
  }

  state(s) {
    this.clock(s.clock);
    this.bot(s.bot);
    this.troubles(s.trouble);
    this.tour(s.tour);
    $(".power").hidden = !s.canKill;
    $("#skip").hidden = !s.canSkip;
    $("#scenes").replaceChildren(...s.scenes.map((c, i) => el("li", {}, el("button", { type: "button", onclick: () => this.play(c.id) }, el("b", {}, i + 1), c.title))));
    document.querySelector("[data-panel=tour-panel]").hidden = !s.scenes.length;
    $("#new-role").replaceChildren(...s.roles.map((r) => el("option", { value: r.name }, r.label)));
    $("#new-channel").replaceChildren(...s.channels.map((c, i) => {
      const input = el("input", { type: "radio", name: "new-channel", value: c });
      input.checked = i === 0;
      return el("label", {}, input, el("span", {}, apps[c]));
    }));
  }

  entry(e) {
    switch (e.op) {
      case "clock": this.clock(e.clock); break;
      case "bot": this.bot(e.bot); break;
      case "trouble": this.troubles(e.trouble); break;
      case "tour": this.tour(e.tour); break;
    }
  }

  now() { return Date.now() + this.offset; }

  clock(c) {
    this.offset = c.offset + (c.real - Date.now());
    $("#clock").classList.toggle("moved", Math.abs(c.offset) > 1000);
    this.showClock();
  }

  showClock() {
    const now = this.now();
    const hour = hourOf(now), day = dayOf(now);
    if (this.shown === hour + day) return;
    this.shown = hour + day;
    for (const t of document.querySelectorAll("#clock time, #clock-panel time")) {
      t.replaceChildren(hour, el("span", { class: "weekday" }, " · " + day), el("span", { class: "short", "aria-hidden": "true" }, " · " + day.replace(/^.*, /, "")));
    }
  }

  clockPanel() {
    const set = async (body) => {
      $("#skip-said").textContent = "";
      try {
        return await post("clock", body);
      } catch {
        $("#skip-said").textContent = "Chưa đặt được, bot có đang chạy không ạ?";
        return null;
      }
    };
    for (const b of document.querySelectorAll("[data-ahead]")) {
      b.addEventListener("click", () => set({ at: new Date(this.now() + 1000 * b.dataset.ahead).toISOString() }));
    }
    $("#clock-real").addEventListener("click", () => set({ real: true }));
    $("#clock-form").addEventListener("submit", (e) => {
      e.preventDefault();
      set({ at: new Date($("#clock-at").value + ":00+07:00").toISOString() });
    });
    $("#skip").addEventListener("click", async () => {
      const done = await set({ next: true });
      if (done) $("#skip-said").textContent = done.nothing ? "Không có việc nào đang chờ." : `Đã tới ${hourOf(done.at)}, ${dayOf(done.at)}${done.said ? "" : ", chưa có tin nào"}.`;
    });
  }

  bot(b) {
    const e = $("#bot");
    e.className = "chip " + b.state;
    e.hidden = !b.state;
    e.querySelector("span").textContent = botStates[b.state] || "";
    $("#kill").disabled = b.state !== "running";
    $("#start").disabled = b.state !== "dead";
    $("#power-said").textContent = b.state === "dead" ? (b.why || "Bot đã tắt. Cứ nhắn tiếp, rồi bật lại xem.") : b.kills ? `Đã tắt ngang ${b.kills} lần.` : "";
  }

  power(what) {
    post("bot", { do: what }).catch(() => { $("#power-said").textContent = "Chưa làm được, thử lại ạ."; });
  }

  troubles(list) {
    $("#troubles").replaceChildren(...list.map((t) => this.switch(t.label, t.about, t.on, (on) => post("trouble", { name: t.name, on }))));
  }

  blocks() {
    $("#blocks").replaceChildren(...[...this.page.people.values()].map((who) => {
      const phone = who.shown;
      return this.switch(who.person.name, phone.channel === "telegram" ? "Telegram" : "Zalo", phone.view.blocked, (on) => phone.act({ do: on ? "block" : "unblock" }));
    }));
  }

  switch(label, about, on, change) {
    const input = el("input", { type: "checkbox", role: "switch", onchange: (e) => change(e.target.checked) });
    input.checked = on;
    return el("li", {}, el("label", {}, el("span", {}, label), el("small", {}, about), input));
  }

  async addPerson(e) {
    e.preventDefault();
    const channel = document.querySelector("[name=new-channel]:checked").value;
    try {
      const { phone } = await post("people", { name: $("#new-name").value, role: $("#new-role").value, channel });
      $("#new-name").value = "";
      $("#people-panel").close();
      const person = phone.split(".")[0];
      const show = () => (this.page.people.get(person)?.shown ? this.page.front(person) : setTimeout(show, 30));
      show();
    } catch {
      $("#people-said").textContent = "Chưa thêm được, thử lại ạ.";
    }
  }

  play(scene) {
    $("#tour-panel").close();
    post("tour", { scene }).catch(() => {});
  }

  tour(t) {
    const e = $("#tour");
    const was = e.hidden;
    e.hidden = !t;
    if (!t) return;
    e.querySelector(".where").textContent = `${t.title} · ${t.step}/${t.steps}`;
    e.querySelector(".tell").textContent = t.stuck ? t.tell + " (Bot chưa trả lời như mong đợi. Xem máy bên dưới.)" : t.tell;
    const next = e.querySelector(".next");
    next.disabled = t.busy;
    next.textContent = t.busy ? "Đang chạy…" : t.step === t.steps ? "Xong" : "Tiếp";
    if (t.person && this.page.people.has(t.person)) this.page.front(t.person);
    if (was || (!t.busy && document.activeElement === document.body)) next.focus();
  }

  // chooseFor asks on whose phone a link into the bot's chat is opened.
  chooseFor(payload) {
    const d = $("#link-panel");
    $("#link-people").replaceChildren(...[...this.page.people.values()].map((who) => el("li", {}, el("button", { type: "button", onclick: () => {
      d.close();
      who.shown.act({ do: "open", text: payload });
      this.page.front(who.person.id);
    } }, who.person.name))));
    d.show();
  }
}
