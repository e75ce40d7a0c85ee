// Elements and text. What people and the bot wrote becomes text nodes, never HTML.

export function el(name, props, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(props || {})) {
    if (v === undefined || v === null || v === false) continue;
    if (k === "class") e.className = v;
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

export function icon(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + id);
  svg.append(use);
  return svg;
}

const zone = "Asia/Ho_Chi_Minh";
const hour = new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const date = new Intl.DateTimeFormat("vi", { weekday: "long", day: "numeric", month: "numeric", year: "numeric", timeZone: zone });
const sortable = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short", timeZone: zone });

export const hourOf = (ms) => hour.format(ms);
export const dayOf = (ms) => date.format(ms);
export const localOf = (ms) => sortable.format(ms).replace(" ", "T");

export function sizeOf(bytes) {
  return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + " KB" : (bytes / 1e6).toFixed(1) + " MB";
}

const tags = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };
const finds = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(?<=^|\s)(\/[a-z0-9_]{1,32})(?=$|\s|[.,;:!?)"])/giu;

// prose is a text with its formatting. Addresses can be opened, and where commands are, they can be sent.
export function prose(text, spans, command) {
  const out = document.createDocumentFragment();
  let at = 0;
  const plain = (to) => {
    if (to > at) out.append(...links(text.slice(at, to), command));
    at = Math.max(at, to);
  };
  for (const s of [...(spans || [])].sort((a, b) => a.from - b.from || b.length - a.length)) {
    const inner = text.slice(s.from, s.from + s.length);
    if (s.from < at) continue; // within one that is shown already
    if (s.kind === "text_link" && /^https?:/i.test(s.url)) {
      plain(s.from);
      out.append(link(s.url, inner));
    } else if (tags[s.kind]) {
      plain(s.from);
      out.append(el(tags[s.kind], {}, ...links(inner, command)));
    } else {
      continue;
    }
    at = s.from + s.length;
  }
  plain(text.length);
  return out;
}

export const link = (url, label) => el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);

function links(text, command) {
  const parts = [];
  let at = 0;
  for (const m of text.matchAll(finds)) {
    if (m[2] && !command) continue;
    parts.push(text.slice(at, m.index));
    parts.push(m[1] ? link(m[1], m[1]) : el("button", { class: "cmd", type: "button", onclick: () => command(m[2]) }, m[2]));
    at = m.index + m[0].length;
  }
  parts.push(text.slice(at));
  return parts.filter((p) => p !== "");
}

export function hue(name) {
  let h = 7;
  for (const c of name) h = (h * 31 + c.codePointAt(0)) % 360;
  return h;
}

export function face(name, letter) {
  const f = el("span", { class: "face", "aria-hidden": "true" }, letter || name.trim().split(/\s+/).pop().slice(0, 1).toUpperCase());
  f.style.setProperty("--hue", hue(name));
  return f;
}
