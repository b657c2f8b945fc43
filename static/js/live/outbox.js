// What was written and is not answered yet: in localStorage, by member and space, so that it survives a reload. The same
// client_id is sent until the server answers. Signing out forgets it (keep.js), and so does another member's page.
const PREFIX = "outbox:";
const LONGEST_WAIT = 30000; // ms

export function tokenOf() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http to another machine has no randomUUID
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  constructor(me, space, changed) {
    this.key = `${PREFIX}${me}:${space}`;
    this.changed = changed; // (entry, outcome): outcome is undefined, "sent" or "refused", with entry.answer
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${me}:`)) localStorage.removeItem(key);
    this.onStorage = (event) => event.key === this.key && changed();
    addEventListener("storage", this.onStorage);
  }

  stop() {
    clearTimeout(this.timer);
    removeEventListener("storage", this.onStorage);
  }

  get entries() {
    return JSON.parse(localStorage.getItem(this.key) || "[]");
  }

  set entries(entries) {
    if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
    else localStorage.removeItem(this.key);
  }

  add(entry) {
    this.entries = [...this.entries, entry];
    this.changed();
    this.send();
  }

  take(id) {
    const entry = this.entries.find((one) => one.id === id);
    this.entries = this.entries.filter((one) => one.id !== id);
    this.changed();
    return entry;
  }

  note(id, values) {
    this.entries = this.entries.map((one) => (one.id === id ? { ...one, ...values } : one));
    this.changed();
  }

  // In order, one at a time, in one tab at a time; until something does not go through.
  send() {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    const work = (lock) => lock !== null && this.work();
    const done = navigator.locks ? navigator.locks.request(this.key, { ifAvailable: true }, work) : work();
    Promise.resolve(done).finally(() => {
      this.sending = false;
      if (this.waiting().length && !this.ended) this.timer = setTimeout(() => this.send(), this.wait || 1000);
    });
  }

  waiting() {
    return this.entries.filter((entry) => !entry.why);
  }

  async work() {
    for (let entry = this.waiting()[0]; entry; entry = this.waiting()[0]) {
      const { status, answer } = await post(entry);
      if (status === 401) {
        this.ended = true;
        return this.changed(entry, "closed");
      }
      if (status === 0 || status === 429 || status >= 500) {
        this.wait = Math.min(LONGEST_WAIT, (this.wait || 500) * 2) * (0.5 + Math.random() / 2);
        return this.changed(entry, "late");
      }
      this.wait = 0;
      const ok = status < 300;
      if (!ok) this.note(entry.id, { why: answer.refusal || (status === 422 ? "Look at it once more before it is posted." : "It could not be posted here.") });
      else this.take(entry.id);
      this.changed({ ...entry, status, answer }, ok ? "sent" : "refused");
    }
  }
}

async function post(entry) {
  const body = new URLSearchParams(entry.fields.filter(([name]) => name !== "csrfmiddlewaretoken"));
  const headers = { Accept: "application/json", "X-CSRFToken": tokenOf() };
  try {
    const response = await fetch(entry.action, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(20000) });
    if (response.type === "opaqueredirect" || response.status === 403) return { status: 401, answer: {} };
    return { status: response.status, answer: await response.json().catch(() => ({})) };
  } catch {
    return { status: 0, answer: {} };
  }
}
