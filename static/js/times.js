// <time data-when> and <time data-clock>: the reader's own zone (html data-zone) and relative words that stay true.
// The server writes the same words for the same zone (cop/templatetags/cop_time.py); a live update knows no zone and is put right here.
const zone = document.documentElement.dataset.zone;
const format = (options) => new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
const parts = {
  clock: format({ hour: "numeric", minute: "2-digit", hour12: true }),
  weekday: format({ weekday: "short" }),
  date: format({ month: "short", day: "numeric" }),
  year: format({ year: "numeric" }),
  day: new Intl.DateTimeFormat("en-CA", { timeZone: zone }),
  full: format({ weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" }),
};
const clock = (moment) => parts.clock.format(moment).replace("\u202f", " ").toLowerCase();

export function near(moment, now = new Date()) {
  const past = (now - moment) / 1000;
  if (Math.abs(past) < 60) return past >= 0 ? "just now" : "in a moment";
  if (past > 0 && past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 0 && past > -3600) return `in ${Math.floor(-past / 60)} min`;
  const days = Math.round((Date.parse(parts.day.format(moment)) - Date.parse(parts.day.format(now))) / 864e5);
  if (days === 0) return clock(moment);
  if (Math.abs(days) === 1) return `${days === 1 ? "Tomorrow" : "Yesterday"} ${clock(moment)}`;
  if (Math.abs(days) < 7) return `${parts.weekday.format(moment)} ${clock(moment)}`;
  const year = parts.year.format(moment);
  return parts.date.format(moment) + (year === parts.year.format(now) ? "" : `, ${year}`);
}

function write(time) {
  const moment = new Date(time.dateTime);
  const text = "clock" in time.dataset ? clock(moment) : near(moment);
  if (time.textContent !== text) time.textContent = text;
  time.title = parts.full.format(moment);
}

const all = (root) => root.querySelectorAll?.("time[data-when], time[data-clock]") ?? [];

if (zone) {
  all(document).forEach(write);
  setInterval(() => document.querySelectorAll("time[data-when]").forEach(write), 30000);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) [...(node.matches("time") ? [node] : []), ...all(node)].filter((time) => "when" in time.dataset || "clock" in time.dataset).forEach(write);
  }).observe(document.body, { childList: true, subtree: true });
}
