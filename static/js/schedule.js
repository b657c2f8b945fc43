// The schedule of a symposium by dragging and by keyboard. Without this module sessions are placed by their forms.
// A session is picked up; the arrow keys then lead it through rooms and times, Enter places it, Escape leaves it where it is.
import { toast } from "./dialogs.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let schedule, rooms, rows, held, at;

function begin() {
  schedule = document.getElementById("schedule");
  const heads = [...(schedule.querySelector("thead")?.querySelectorAll("[data-room]") ?? [])];
  rooms = heads.map((head) => ({ key: head.dataset.room, name: head.textContent }));
  rows = [...schedule.querySelectorAll("tr[data-at]")]; // of all days, one after the other
  if (!rows.length) return;
  for (const card of schedule.querySelectorAll(".placed")) {
    card.draggable = true;
    card.querySelector(".pick").hidden = false;
  }
}

const dayOf = (row) => row.closest("table").dataset;

// The cell that holds a room at a row: of that row, or of one above it that reaches so far.
function cellAt(row, room) {
  for (let above = row; above >= 0; above--) {
    const cell = rows[above].querySelector(`td[data-room="${rooms[room].key}"]`);
    if (cell) return above + cell.rowSpan > row ? cell : null;
  }
}

function point() {
  for (const cell of schedule.querySelectorAll(".over")) cell.classList.remove("over");
  if (!held) return;
  const row = rows[at.row];
  const cell = cellAt(at.row, at.room);
  for (const one of [cell, row.querySelector("th")]) one?.classList.add("over");
  cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(`${dayOf(row).day}, ${row.querySelector("th").textContent}, ${rooms[at.room].name}`);
}

const say = (text) => (document.getElementById("said").textContent = text);

function pickUp(card) {
  letGo();
  held = card;
  const cell = card.closest("td");
  at = cell
    ? { row: rows.indexOf(cell.parentElement), room: rooms.findIndex((one) => one.key === cell.dataset.room) }
    : { row: 0, room: 0 };
  card.classList.add("held");
  const button = card.querySelector(".pick");
  button.setAttribute("aria-pressed", "true");
  button.focus();
  point();
  say(`Picked up ${card.dataset.title}. Arrow keys choose a room and a time, Enter places it, Escape leaves it.`);
}

function letGo() {
  if (!held) return;
  held.classList.remove("held");
  held.querySelector(".pick").removeAttribute("aria-pressed");
  held = null;
  point();
}

async function place(card, row, room) {
  const form = new FormData(schedule.querySelector("#place"));
  form.set("room", rooms[room].key);
  form.set("on", dayOf(rows[row]).on);
  form.set("at", rows[row].dataset.at);
  form.set("minutes", card.dataset.minutes);
  const key = card.id;
  const answer = await fetch(card.dataset.place, { method: "POST", body: form, headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page?.getElementById("schedule");
  if (!answer?.ok || !fresh) {
    letGo();
    return toast(page?.querySelector(".error-summary li, .failure p")?.textContent.trim() || "That did not work. Reload the page, and try again.");
  }
  const where = `${card.dataset.title} is placed: ${dayOf(rows[row]).day}, ${rows[row].querySelector("th").textContent}, ${rooms[room].name}.`;
  held = null;
  schedule.replaceWith(document.adoptNode(fresh));
  begin();
  const moved = document.getElementById(key);
  moved?.querySelector(".pick").focus();
  say([where, ...[...(moved?.querySelectorAll(".clash") ?? [])].map((one) => one.textContent)].join(" "));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".pick");
  if (!button) return;
  const card = button.closest(".placed");
  if (card === held) place(card, at.row, at.room);
  else pickUp(card);
});

document.addEventListener("keydown", (event) => {
  if (!held) return;
  if (event.key === "Escape") {
    letGo();
    say("Left where it was.");
  } else if (STEPS[event.key]) {
    event.preventDefault();
    const [down, across] = STEPS[event.key];
    at.row = Math.min(rows.length - 1, Math.max(0, at.row + down));
    at.room = Math.min(rooms.length - 1, Math.max(0, at.room + across));
    point();
  }
});

document.addEventListener("focusout", (event) => {
  if (held && event.target.closest(".placed") === held && event.relatedTarget) letGo();
});

// Dragging: a cell that reaches over several rows is divided by where the pointer is.
function under(event) {
  const cell = event.target.closest?.(".schedule td");
  if (!cell) return null;
  const box = cell.getBoundingClientRect();
  const down = Math.floor(((event.clientY - box.top) / box.height) * cell.rowSpan);
  const row = rows.indexOf(cell.parentElement) + Math.min(cell.rowSpan - 1, Math.max(0, down));
  return { row, room: rooms.findIndex((one) => one.key === cell.dataset.room) };
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".placed");
  if (!card) return;
  letGo();
  held = card;
  card.classList.add("held");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.title);
});

document.addEventListener("dragover", (event) => {
  const there = held && under(event);
  if (!there) return;
  event.preventDefault();
  if (at?.row === there.row && at?.room === there.room && schedule.querySelector(".over")) return;
  at = there;
  point();
});

document.addEventListener("drop", (event) => {
  const there = held && under(event);
  if (!there) return;
  event.preventDefault();
  place(held, there.row, there.room);
});

document.addEventListener("dragend", letGo);

begin();
