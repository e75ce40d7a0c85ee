// Where a phone's owner writes.
import { get } from "./feed.js";
import { el, icon } from "./text.js";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    const telegram = phone.channel === "telegram";
    this.input = el("textarea", { rows: "1", placeholder: "Tin nhắn", "aria-label": `${phone.person.name} nhắn`, autocomplete: "off", enterkeyhint: "send", maxlength: "4096" });
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("beforeinput", (e) => this.lineBreak(e));
    this.attach = el("button", { type: "button", "aria-label": "Gửi ảnh, tệp", "aria-expanded": "false", onclick: () => this.attachMenu() }, icon(telegram ? "clip" : "image"));
    this.go = el("button", { type: "button", class: "go", "aria-label": "Gửi", onclick: () => this.send() }, icon("send"));
    this.menu = telegram && el("button", { type: "button", class: "menu", "aria-expanded": "false", onclick: () => this.commandMenu() }, icon("menu"), "Menu");
    this.file = el("input", { type: "file", hidden: true, tabindex: "-1" });
    this.file.addEventListener("change", () => {
      for (const f of this.file.files) phone.upload(f, this.asFile);
      this.file.value = "";
    });
    this.line = el("div", { class: "compose" }, ...(this.menu ? [this.menu] : []), this.input, this.attach, this.go, this.file);
    this.begin = el("button", { type: "button", class: "begin", hidden: true, onclick: () => phone.act({ do: "open" }) }, "BẮT ĐẦU");
    this.barred = el("div", { class: "barred", hidden: true }, "Đã chặn bot. ",
      el("button", { type: "button", onclick: () => phone.act({ do: "unblock" }) }, "Bỏ chặn"));
    this.keys = el("div", { class: "keyboard", hidden: true });
    this.tries = el("div", { class: "tries", role: "group", "aria-label": "Thử nhắn" },
      ...(phone.person.tries || []).map((t) => el("button", { type: "button", title: "Chép vào ô nhắn", onclick: () => this.put(t) }, t)));
    this.tries.hidden = !this.tries.childNodes.length;
    this.el = el("div", { class: "composer" }, this.tries, this.begin, this.barred, this.line, this.keys);
  }

  meta(view) {
    this.view = view;
    const begin = this.phone.channel === "telegram" && !view.started;
    this.begin.hidden = !begin || view.blocked;
    this.barred.hidden = !view.blocked;
    this.line.hidden = begin || view.blocked;
    this.tries.hidden = this.line.hidden || !this.tries.childNodes.length;
    this.keys.hidden = !view.keys || !view.keys.length;
    this.keys.replaceChildren(...(view.keys || []).map((line) => el("div", { class: "line" }, ...line.map((k) =>
      el("button", { type: "button", onclick: () => (k.contact ? this.phone.act({ do: "contact" }) : this.phone.send(k.label)) }, k.label)))));
  }

  put(text) {
    this.input.value = text;
    this.changed();
    this.input.focus();
  }

  // key sends with Enter. An input method that is still making a word has Enter for itself.
  key(e) {
    this.shift = e.shiftKey;
    if (e.isComposing || e.keyCode === 229) return;
    if (this.pop && this.pop.list) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step) {
        e.preventDefault();
        this.select(this.pop.at + step);
        return;
      }
      if (e.key === "Enter" && this.pop.at >= 0) {
        e.preventDefault();
        this.pop.el.children[this.pop.at].click();
        return;
      }
    }
    if (e.key === "Escape" && this.pop) {
      e.preventDefault();
      this.close();
    } else if (e.key === "Enter" && !e.shiftKey) {
      e.preventDefault();
      this.send();
    }
  }

  // lineBreak is Enter on a keyboard of glass, which has no key to be told of.
  lineBreak(e) {
    if (e.inputType !== "insertLineBreak" || e.isComposing || this.shift) return;
    e.preventDefault();
    this.send();
  }

  async send() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.changed();
    if (!(await this.phone.send(text)) && !this.input.value) this.put(text);
  }

  async changed() {
    const i = this.input;
    i.style.height = "auto";
    i.style.height = Math.min(120, i.scrollHeight) + "px";
    if (!this.menu) return;
    if (!/^\/[a-z0-9_]*$/i.test(i.value)) {
      if (this.pop && this.pop.list) this.close();
      return;
    }
    const list = await this.commands();
    const typed = i.value.slice(1).toLowerCase();
    const fit = /^\//.test(i.value) ? list.filter((c) => c.name.startsWith(typed)) : [];
    if (fit.length) this.showCommands(fit);
    else this.close();
  }

  async commands() {
    try {
      return await get("commands?" + new URLSearchParams({ phone: this.phone.id }));
    } catch {
      return [];
    }
  }

  showCommands(list, opener) {
    this.popup(list.map((c) => ({ label: "/" + c.name, about: c.about, run: () => {
      this.input.value = "";
      this.changed();
      this.phone.send("/" + c.name);
    } })), opener);
    this.pop.list = !opener;
  }

  async commandMenu() {
    if (this.pop) {
      this.close();
      return;
    }
    const list = await this.commands();
    if (list.length) this.showCommands(list, this.menu);
    else this.phone.toast("Bot chưa có lệnh nào.");
  }

  attachMenu() {
    if (this.pop) {
      this.close();
      return;
    }
    const choose = (accept, asFile) => () => {
      this.file.accept = accept;
      this.asFile = asFile;
      this.file.click();
    };
    const acts = [{ label: "Chọn ảnh…", run: choose("image/*", false) }, { label: "Ảnh mẫu", run: () => this.phone.act({ do: "sample" }) }];
    if (this.view.files) acts.push({ label: "Chọn tệp…", run: choose("", true) });
    for (const a of this.view.acts || []) acts.push({ label: a.label, run: () => this.phone.act({ do: a.do }) });
    this.popup(acts, this.attach);
  }

  // popup shows a list of choices. With an opener the first of them gets the focus, and the opener gets it back.
  popup(acts, opener, where) {
    this.close();
    const list = el("div", { class: "pop " + (where || ""), role: "group" }, ...acts.map((a) =>
      el("button", { type: "button", tabindex: opener ? "0" : "-1", onclick: () => { this.close(); a.run(); } }, a.label, a.about && el("small", {}, a.about))));
    list.addEventListener("keydown", (e) => {
      const all = [...list.children], at = all.indexOf(document.activeElement);
      if (e.key === "Escape") this.close();
      else if (e.key === "ArrowDown") all[(at + 1) % all.length].focus();
      else if (e.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
    const away = (e) => { if (!list.contains(e.target) && !(opener && opener.contains(e.target)) && e.target !== this.input) this.close(); };
    document.addEventListener("pointerdown", away);
    this.pop = { el: list, opener, away, at: -1 };
    this.phone.el.append(list);
    if (opener) {
      opener.setAttribute("aria-expanded", "true");
      list.firstChild.focus();
    }
  }

  select(at) {
    const all = [...this.pop.el.children];
    this.pop.at = (at + all.length) % all.length;
    all.forEach((b, i) => b.setAttribute("aria-selected", i === this.pop.at));
    all[this.pop.at].scrollIntoView({ block: "nearest" });
  }

  close() {
    const pop = this.pop;
    if (!pop) return;
    this.pop = null;
    document.removeEventListener("pointerdown", pop.away);
    const inside = pop.el.contains(document.activeElement);
    pop.el.remove();
    if (pop.opener) {
      pop.opener.setAttribute("aria-expanded", "false");
      if (inside) pop.opener.focus();
    }
  }
}
