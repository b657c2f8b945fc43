// Single keys that an element handles itself: not while somebody types, and not where they are switched off.
export function unlessTyping(handle) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem("shortcuts-off")) return;
    if (event.target.closest("input, textarea, select, [contenteditable=true]") || document.querySelector("dialog[open]")) return;
    handle(event);
  });
}

// j and k go through the links of a list, from the one that has the focus.
export function walk(list, selector) {
  unlessTyping((event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const links = [...list.querySelectorAll(selector)];
    (links[links.indexOf(document.activeElement) + step] ?? (step > 0 ? links[0] : null))?.focus();
  });
}
