// What every page does. Each behaviour is one file, hooked to data- attributes; without it the page still works.
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./shortcuts.js";
import "./keep.js";
import "./times.js";
import "./session.js";

for (const tabs of document.querySelectorAll(".tabs")) {
  const here = tabs.querySelector("[aria-current]"); // in sight where the row of tabs is wider than the page
  if (here) tabs.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - tabs.offsetLeft - tabs.clientWidth / 2;
}
