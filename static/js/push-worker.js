// Runs in the browser when a push comes, while no page need be open. It shows what the push says; a click leads to the
// inbox, whatever the push says. What one page of ours has open is not taken from under its reader.
const INBOX = new URL("/inbox/", self.location.origin).href;

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // Without a text of ours: browsers want something to be shown all the same.
  }
  event.waitUntil(self.registration.showNotification(said.title || "Something is new", { body: said.body || "", tag: said.tag || "" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openInbox());
});

async function openInbox() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const inbox = pages.find((page) => page.url.split("#")[0] === INBOX);
  return inbox ? inbox.focus() : self.clients.openWindow(INBOX);
}
