// The tab's one line to the server, shared by every space on the page: a WebSocket, or a long poll where none gets
// through. It hands frames to streams ({space, epoch, seq, take(frame), gone()}) and says how it is: docs/realtime.md.
const PROTOCOL = 1;
const FIRST_WAIT = 500; // ms, doubling
const LONGEST_WAIT = 60000;
const SILENCE = 60000; // a server that beats every 25 s has not been heard for so long: it is gone
const REFUSALS = 3; // sockets that failed in a row, until it polls

const streams = new Map();
let socket = null;
let state = "offline";
let failures = 0;
let heardAt = 0;
let timer = 0;
let polling = null;

export const line = { join, leave, say, fetchAfter, state: () => state };

function join(stream) {
  streams.set(stream.space, stream);
  if (socket?.readyState === WebSocket.OPEN) hello([stream]);
  else if (polling) poll(stream, polling.signal);
  else if (!socket) plan(0);
}

function leave(stream) {
  streams.delete(stream.space);
  if (streams.size === 0) hangUp();
}

function say(frame) {
  if (socket?.readyState === WebSocket.OPEN && state === "connected") socket.send(JSON.stringify(frame));
}

// One frame of the log over plain HTTP. `wait`: seconds that the server may hold it until there is news.
async function fetchAfter(stream, wait = 0, signal = undefined) {
  const query = new URLSearchParams({ after: stream.seq, epoch: stream.epoch, ...(wait && { wait }) });
  const options = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" };
  const late = AbortSignal.timeout((wait + 20) * 1000);
  const answer = await fetch(`/spaces/${stream.space}/activities/?${query}`, { ...options, signal: signal ? AbortSignal.any([signal, late]) : late });
  if (answer.type === "opaqueredirect" || answer.status === 401) end();
  else if (answer.status === 404 || answer.status === 403) lose(stream.space);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function become(next) {
  if (state === next || state === "closed") return;
  state = next;
  document.dispatchEvent(new CustomEvent("live:line", { detail: { state } }));
}

function plan(wait) {
  clearTimeout(timer);
  if (streams.size && state !== "closed") timer = setTimeout(dial, wait);
}

function backOff() {
  return Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures); // full jitter
}

function dial() {
  if (socket || streams.size === 0 || state === "closed") return;
  const mine = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/live/`);
  socket = mine;
  heardAt = Date.now();
  mine.onopen = () => hello([...streams.values()]);
  mine.onmessage = (event) => hear(JSON.parse(event.data));
  mine.onclose = (event) => mine === socket && closed(event.code);
}

function hello(those) {
  const cursors = Object.fromEntries(those.map(({ space, epoch, seq }) => [space, { epoch, seq }]));
  socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, cursors }));
}

function hear(frame) {
  heardAt = Date.now();
  if (frame.type === "welcome") {
    failures = 0;
    stopPolling();
    become("connected");
    for (const space of Object.keys(frame.heads)) streams.get(space)?.welcome(frame.heads[space].seq);
  } else if (frame.type === "beat") {
    for (const [space, head] of Object.entries(frame.heads)) streams.get(space)?.beat(head);
  } else if (frame.type === "gone") lose(frame.space);
  else streams.get(frame.space)?.take(frame);
}

function closed(code) {
  socket = null;
  if (code === 4001) return end();
  if (code === 4003) return [...streams.keys()].forEach(lose);
  if (code === 4011) return document.dispatchEvent(new CustomEvent("live:outdated"));
  failures += 1;
  if (failures >= REFUSALS && !polling && navigator.onLine) startPolling();
  if (!polling) become("offline");
  plan(code === 4010 ? Math.random() * 10000 : backOff());
}

function lose(space) {
  const stream = streams.get(space);
  streams.delete(space);
  stream?.gone();
}

function end() {
  become("closed");
  hangUp();
}

function hangUp() {
  clearTimeout(timer);
  stopPolling();
  const old = socket;
  socket = null;
  old?.close();
}

function startPolling() {
  polling = new AbortController();
  for (const stream of streams.values()) poll(stream, polling.signal);
}

function stopPolling() {
  polling?.abort();
  polling = null;
}

async function poll(stream, signal) {
  let trouble = 0;
  let wait = 0; // the first answer comes at once: it says that this way works
  while (!signal.aborted && streams.get(stream.space) === stream) {
    try {
      const frame = await fetchAfter(stream, wait, signal);
      trouble = 0;
      wait = 25;
      become("connected");
      stream.take(frame);
    } catch {
      if (signal.aborted) return;
      become("offline");
      trouble += 1;
      wait = 0;
      await new Promise((go) => setTimeout(go, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** trouble) * Math.random()));
    }
  }
}

// Back at once when the network or the reader is back; a line that was silent for too long is given up.
function lookUp() {
  if (document.visibilityState === "hidden" || state === "closed" || !navigator.onLine) return;
  if (!socket) plan(0);
  else if (Date.now() - heardAt > SILENCE) {
    hangUp();
    become("offline");
    plan(0);
  }
}

addEventListener("online", lookUp);
addEventListener("pageshow", lookUp);
document.addEventListener("visibilitychange", lookUp);
addEventListener("offline", () => {
  hangUp();
  become("offline");
});
addEventListener("pagehide", hangUp);
setInterval(lookUp, 15000);
