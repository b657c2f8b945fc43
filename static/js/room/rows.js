// What a broadcast post cannot know: whose page it is on, and what stands before it. The server does the same for a page
// (discussions/chat.py), so a list that grew live looks like one that was loaded.
const me = document.body.dataset.member;
const zone = document.documentElement.dataset.zone;
const TOGETHER = 5 * 60 * 1000;
const numeric = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
const words = (options) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
const long = words({ weekday: "long", month: "long", day: "numeric" });
const full = words({ year: "numeric", month: "long", day: "numeric" });
const year = words({ year: "numeric" });

const momentOf = (row) => new Date(row.querySelector(".at time").dateTime);
const isMessage = (row) => row?.matches("li.message:not(.editing, .pending)");

function neighbour(row, step) {
  do row = row[step];
  while (row?.matches(".editing, .pending"));
  return row;
}

function dayLine(day) {
  const line = document.createElement("li");
  const time = document.createElement("time");
  line.className = "day";
  time.dateTime = day;
  line.append(time);
  nameDay(time);
  return line;
}

function nameDay(time) {
  const that = new Date(`${time.dateTime}T00:00Z`);
  const today = new Date(`${numeric.format(new Date())}T00:00Z`);
  const ago = Math.round((today - that) / 864e5);
  const other = year.format(that) === year.format(today) ? "" : `, ${year.format(that)}`;
  time.textContent = { 0: "Today", 1: "Yesterday" }[ago] ?? long.format(that) + other;
  time.title = full.format(that);
}

// Marks what is the reader's own: their posts, their names in others', the reactions they have set.
export function own(row) {
  row.classList.toggle("mine", row.dataset.author === me);
  for (const name of row.querySelectorAll(".mention")) name.classList.toggle("me", name.dataset.member.split(" ").includes(me));
  press(row);
}

export function press(within) {
  for (const button of within.querySelectorAll("button[data-by]"))
    button.setAttribute("aria-pressed", button.dataset.by.split(" ").includes(me));
}

function place(row) {
  let before = neighbour(row, "previousElementSibling");
  const day = numeric.format(momentOf(row));
  if (isMessage(before) ? numeric.format(momentOf(before)) !== day : !before) {
    row.before((before = dayLine(day)));
    for (const time of row.parentElement.querySelectorAll(".day time")) nameDay(time);
  }
  const quiet = (one) => one.matches(".tombstone, .announcement");
  row.classList.toggle(
    "continues",
    isMessage(before) &&
      before.dataset.author &&
      before.dataset.author === row.dataset.author &&
      momentOf(row) - momentOf(before) < TOGETHER &&
      !quiet(before) &&
      !quiet(row),
  );
}

// Puts a row that came in, and the one after it, right.
export function settle(row) {
  own(row);
  place(row);
  const after = neighbour(row, "nextElementSibling");
  if (isMessage(after)) place(after);
}

export function regroup(list) {
  for (const line of list.querySelectorAll(":scope > .day")) line.remove();
  for (const row of list.querySelectorAll(":scope > .message:not(.editing, .pending)")) place(row);
}
