// <section data-push="our public key"> with a form[data-turn-on]: has this browser subscribe, and sends what it says.
// data-here: the server takes this browser for one that gets pushes. One [data-how] at a time says how it stands.
const section = document.querySelector("[data-push]");
const form = section?.querySelector("form[data-turn-on]");
const can = window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function say(how) {
  for (const text of section.querySelectorAll("[data-how]")) text.hidden = text.dataset.how !== how;
}

async function look() {
  if (!can) return say("cannot");
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  const here = "here" in section.dataset;
  if (subscription && !here) await subscription.unsubscribe(); // stopped from elsewhere, or of somebody else
  form.hidden = Boolean(subscription && here);
  if (Notification.permission === "denied") return say("denied");
  say(here && !subscription ? "lost" : "");
}

async function turnOn() {
  const answer = await Notification.requestPermission();
  if (answer !== "granted") return say(answer === "denied" ? "denied" : "");
  say("asking");
  try {
    await navigator.serviceWorker.register(section.dataset.worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: section.dataset.push });
    const { endpoint, keys } = subscription.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.public_key.value = keys.p256dh;
    form.elements.secret.value = keys.auth;
    form.submit();
  } catch {
    say("failed"); // no network to its push service, say, or a private window
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turnOn();
  });
  look();
}
