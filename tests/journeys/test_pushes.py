"""Pushes in a browser: what the page says of them, and what is shown when one comes."""

import json

from playwright.sync_api import expect

from notifications.models import PushedBrowser
from tests.browser import assert_accessible
from tests.notifications.push_service import turn_on

CHOICES = "/notifications/choices/"
ACTIVATED = """async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== "activated") {
        await new Promise((go) => active.addEventListener("statechange", go, { once: true }));
    }
}"""
RECORD = """
self.led = [];
self.clients.openWindow = async (url) => self.led.push(["opened", url]);
WindowClient.prototype.focus = async function () { self.led.push(["focused", this.url]); };
null;
"""


def test_one_turns_it_on_and_a_browser_without_its_push_service_is_told_kindly(cast, open_page, base_url):
    """Nothing here reaches the makers' push services."""
    page = open_page(cast.colleague)
    page.context.grant_permissions(["notifications"], origin=base_url)
    page.goto(CHOICES)
    assert_accessible(page)
    page.get_by_role("button", name="Turn on for this browser").click()
    expect(page.get_by_text("could not reach its push service")).to_be_visible()
    assert_accessible(page)
    assert not PushedBrowser.objects.exists()


def test_a_browser_that_may_not_show_notifications_says_where_that_is_changed(cast, open_page):
    page = open_page(cast.colleague)
    page.goto(CHOICES)
    page.evaluate("Notification.requestPermission = async () => 'denied'")  # nobody is there to be asked
    page.get_by_role("button", name="Turn on for this browser").click()
    expect(page.get_by_text("was told not to show notifications")).to_be_visible()


def test_ones_browsers_are_listed_and_stopped(cast, open_page, apart):
    apart(turn_on, cast.colleague)
    page = open_page(cast.colleague)
    page.goto(CHOICES)
    row = page.get_by_role("listitem").filter(has_text="Firefox on Linux")
    expect(row).to_contain_text("not reached yet")
    expect(row.locator("time")).to_be_visible()
    assert_accessible(page)
    row.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("That browser shows nothing any more.")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_push_is_shown_and_leads_to_the_inbox(cast, open_page, base_url):
    """Chromium hands the worker what a push service would; a click, which nobody can make here, is what it calls."""
    page = open_page(cast.colleague)
    page.context.grant_permissions(["notifications"], origin=base_url)
    page.goto(CHOICES)
    browser = page.context.new_cdp_session(page)
    registrations = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    browser.send("ServiceWorker.enable")
    with page.context.expect_event("serviceworker") as appeared:
        page.evaluate("navigator.serviceWorker.register('/push-worker.js').then(() => navigator.serviceWorker.ready)")
    worker = appeared.value
    page.evaluate(ACTIVATED)
    assert registrations
    assert registrations[-1]["scopeURL"] == f"{base_url}/"

    def push(text):
        number = registrations[-1]["registrationId"]
        browser.send("ServiceWorker.deliverPushMessage", {"origin": base_url, "registrationId": number, "data": text})

    def shown(title):
        """All that is shown, once the title is among it or 30 s have passed (`wait_for_function` awaits no promise)."""
        ask = """async (title) => {
            const registration = await navigator.serviceWorker.getRegistration("/");
            let all = [];
            for (let tries = 0; tries < 300 && !all.some((one) => one.title === title); tries += 1) {
                await new Promise((go) => setTimeout(go, 100));
                all = await registration.getNotifications();
            }
            return all.map(({ title, body, tag }) => [title, body, tag]);
        }"""
        return page.evaluate(ask, title)

    push(json.dumps({"title": "Something is new", "body": "In Commons", "tag": "a"}))
    assert shown("Something is new") == [["Something is new", "In Commons", "a"]]
    push(json.dumps({"title": "This is a try-out", "body": "", "tag": "a"}))
    assert shown("This is a try-out") == [["This is a try-out", "", "a"]]  # in place of the first

    worker.evaluate(RECORD)
    worker.evaluate("openInbox()")
    page.goto("/inbox/")
    worker.evaluate("openInbox()")
    inbox = f"{base_url}/inbox/"
    assert worker.evaluate("self.led") == [["opened", inbox], ["focused", inbox]]
