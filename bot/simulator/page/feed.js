// Follows the feed of what happens: the state first, then each entry once and in order. Whoever missed some reads the
// state anew.

export async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// follow calls state with the whole state, entry with each entry, and lost with whether the server is away.
export async function follow({ state, entry, lost }) {
  let boot = "", n = 0, loading = null, waiting = [];

  async function load() {
    for (;;) {
      try {
        const s = await get("state");
        boot = s.boot;
        n = s.n;
        state(s);
        return;
      } catch {
        lost(true);
        await new Promise((done) => setTimeout(done, 400));
      }
    }
  }

  function reload() {
    if (!loading) {
      loading = load().then(() => {
        loading = null;
        const late = waiting;
        waiting = [];
        late.forEach(take);
      });
    }
    return loading;
  }

  const behind = (at) => {
    const [itsBoot, itsN] = at.split(".");
    return itsBoot !== boot || Number(itsN) > n;
  };

  function take(m) {
    if (m.lost !== undefined) {
      lost(m.lost);
      return;
    }
    if (loading) {
      waiting.push(m);
      return;
    }
    if (m.hello || m.reset) {
      if (behind(m.at)) reload();
      return;
    }
    const { first, list } = JSON.parse(m.data);
    if (m.at.split(".")[0] !== boot || first > n + 1) {
      reload();
      return;
    }
    for (let i = n + 1 - first; i < list.length; i++) {
      n = first + i;
      entry(list[i]);
    }
  }

  await reload();
  lost(false);
  if (self.SharedWorker) {
    const worker = new SharedWorker("worker.js");
    worker.port.onmessage = (e) => take(e.data);
    worker.port.postMessage({ after: `${boot}.${n}` });
    addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
    return;
  }
  const open = () => {
    const source = new EventSource(`events?after=${boot}.${n}`);
    source.onopen = () => take({ lost: false });
    source.onerror = () => {
      take({ lost: true });
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 1000);
    };
    source.onmessage = (e) => take({ at: e.lastEventId, data: e.data });
    source.addEventListener("reset", (e) => take({ at: e.lastEventId, reset: true }));
  };
  open();
}
