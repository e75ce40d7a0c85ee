// One stream of the page's feed for all its tabs: a browser allows few connections to one place, and each tab needs some.
let source = null;
let at = "";
let lost = false;
const ports = new Set();

function all(message) {
  for (const port of ports) port.postMessage(message);
}

function open() {
  source = new EventSource("events?after=" + encodeURIComponent(at));
  source.onopen = () => { lost = false; all({ lost }); };
  source.onerror = () => {
    lost = true;
    all({ lost });
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 1000);
  };
  source.onmessage = (e) => { at = e.lastEventId; all({ at, data: e.data }); };
  source.addEventListener("reset", (e) => { at = e.lastEventId; all({ at, reset: true }); });
}

self.onconnect = (e) => {
  const port = e.ports[0];
  port.onmessage = (m) => {
    if (m.data.bye) {
      ports.delete(port);
      return;
    }
    ports.add(port);
    if (!source) {
      at = m.data.after;
      open();
    }
    port.postMessage({ at, hello: true });
    if (lost) port.postMessage({ lost });
  };
};
