// data-shortcut="g h" on a link, button or field: typing it follows, presses or focuses. "?" lists what this page has.
// Single keys can be switched off on a device (WCAG 2.1.4). <template data-shortcuts> adds lines an element handles itself.
const OFF = "shortcuts-off";
const dialog = document.getElementById("shortcuts");
let typed = "";
let timer = 0;

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const written = (element) => element.closest("input, textarea, select, [contenteditable=true]");
const words = (element) =>
  element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.[0]?.textContent.trim();

function keys(sequence) {
  return sequence.split(" ").flatMap((key, place) => {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    return place ? [sequence.startsWith("Shift") ? " + " : " then ", cap] : [cap];
  });
}

function line(sequence, label) {
  const term = document.createElement("dt");
  const meaning = document.createElement("dd");
  term.append(...keys(sequence));
  meaning.textContent = label;
  return [term, meaning];
}

function open() {
  const list = dialog.querySelector("[data-slot=list]");
  const lines = [...document.querySelectorAll("[data-shortcut]")].filter(visible).map((element) => [element.dataset.shortcut, words(element)]);
  for (const template of document.querySelectorAll("template[data-shortcuts]"))
    for (const item of template.content.querySelectorAll("[data-keys]")) lines.push([item.dataset.keys, item.textContent.trim()]);
  lines.push(["?", "This list"], ["Esc", "Close what is open"]);
  list.replaceChildren(...lines.flatMap(([sequence, label]) => line(sequence, label)));
  dialog.showModal();
}

function act(element) {
  if (element.matches("input, textarea")) element.focus();
  else element.click();
}

if (dialog) {
  const choice = dialog.querySelector("#shortcuts-on");
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.querySelector("[data-opens=shortcuts]")?.addEventListener("click", (event) => {
    event.stopPropagation();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem(OFF)) return;
    if (written(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") return event.preventDefault(), open();
    clearTimeout(timer);
    typed = `${typed} ${event.key}`.trim();
    const found = [...document.querySelectorAll("[data-shortcut]")].filter(visible);
    const exact = found.find((element) => element.dataset.shortcut === typed);
    if (exact) {
      event.preventDefault();
      typed = "";
      act(exact);
    } else if (found.some((element) => element.dataset.shortcut.startsWith(`${typed} `))) timer = setTimeout(() => (typed = ""), 1200);
    else typed = "";
  });
}
