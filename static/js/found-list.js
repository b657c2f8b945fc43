// <found-list>: j and k go through what was found; Enter follows a link anyway.
import { walk } from "./room/keys.js";

class FoundList extends HTMLElement {
  connectedCallback() {
    walk(this, "a.title");
  }
}

customElements.define("found-list", FoundList);
