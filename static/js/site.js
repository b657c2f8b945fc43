// What every page does. Each behaviour is one file, hooked to data- attributes; without it the page still works.
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./shortcuts.js";
import "./keep.js";
import "./times.js";
import "./session.js";
