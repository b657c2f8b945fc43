// The questions of a meeting. The rows are the same for everybody: this page knows which are one's own, and for which one
// has voted. They stay where they are under the reader's hand, and are sorted when that is asked for.
import "./quiet.js";

const section = document.querySelector("[data-questions]");
const list = section.querySelector("ol.questions");
const sort = section.querySelector("[data-sort]");
const ids = (text) => new Set(text.split(" "));
const voted = ids(section.dataset.voted);
const own = ids(section.dataset.own);
const { me } = section.closest("live-space").dataset;
const idOf = (row) => row.id.slice("question-".length);

function mark() {
  for (const row of list.children) {
    row.classList.toggle("mine", own.has(idOf(row)) || row.dataset.by === me);
    const button = row.querySelector("[data-vote]");
    button?.setAttribute("aria-pressed", voted.has(idOf(row)));
    if (button) button.value = voted.has(idOf(row)) ? "0" : "1";
  }
  sort.hidden = list.children.length < 2;
}

section.addEventListener("quiet:done", ({ detail: { answer, button } }) => {
  if (answer.id) own.add(answer.id);
  if ("wanted" in answer) voted[answer.wanted ? "add" : "delete"](idOf(button.closest(".question")));
  mark();
});

sort.addEventListener("click", () => {
  const votes = (row) => Number(row.querySelector(".votes b").textContent);
  const rows = [...list.children].sort((one, other) => one.dataset.place - other.dataset.place || votes(other) - votes(one));
  list.append(...rows);
});

document.addEventListener("live:applied", mark);
mark();
