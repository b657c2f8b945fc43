"""A symposium by keyboard alone: no pointer, no script's shortcut; where the focus is, is looked up, never set."""

from datetime import timedelta

from django.utils.timezone import now
from playwright.sync_api import expect

from symposium import actions
from symposium.models import Room
from symposium.models.evaluation import OF_SESSION
from tests.access_table import a_desk
from tests.journeys.test_symposium import moved, stayed
from tests.journeys.test_symposium_call import scene
from tests.symposium.live_days import a_rule, ask_for_evaluations, say_terms

FOCUSED = """() => {
    const here = document.activeElement;
    const label = here.labels?.[0]?.innerText;
    const said = here.getAttribute("aria-label") ?? label ?? here.textContent;
    const group = here.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
    return { name: said.replace(/\\s+/g, " ").trim(), group: group.trim(), type: here.type ?? "", tag: here.tagName };
}"""
MOST = 120  # presses of Tab to anything on a page


class Keys:
    """Somebody at a keyboard, and nothing else."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, name, *, tag="", back=False):
        """Tab on until what has the focus begins with this name."""
        seen = []
        for _ in range(MOST):
            self.press("Shift+Tab" if back else "Tab")
            here = self.page.evaluate(FOCUSED)
            seen.append(here["name"][:40])
            if here["name"].startswith(name) and here["tag"] != "BODY" and tag in here["tag"]:
                return
        raise AssertionError(f"{name} is not reached by Tab: {seen}")

    def skip(self):
        """Past the head of the site."""
        self.to("Skip to the content")
        self.press("Enter")

    def go(self, name, **where):
        """By a link or a button, to the next page."""
        self.to(name, **where)
        with self.page.expect_navigation():
            self.press("Enter")
        self.skip()

    def type(self, name, text):
        self.to(name)
        self.page.keyboard.type(text)

    def choose(self, name, group=""):
        """One of several that exclude each other: Tab comes to the group, arrows go through it."""
        for _ in range(MOST):
            self.press("Tab")
            here = self.page.evaluate(FOCUSED)
            if here["type"] == "radio" and group in here["group"]:
                break
        for _ in range(10):
            if self.page.evaluate(FOCUSED)["name"].startswith(name):
                return self.press("Space")
            self.press("ArrowDown")
        raise AssertionError(f"{name} is not reached by arrows")


def begun(cast):
    """A call that is open, a reviewer, a room, registration, and what certificates take."""
    edition, reviewer = scene(cast)
    for name in ("Cedar", "Juniper"):
        actions.add_part(part=Room(edition=edition, name=name), by=cast.staff)
    a_desk(cast, edition=edition)
    ask_for_evaluations(cast, edition)
    say_terms(cast, edition, participation_minutes=30)
    a_rule(cast, edition)
    return edition, reviewer


def accepted(edition, cast):
    actions.decide_proposals(
        edition=edition, by=cast.staff, proposals=[edition.proposals.get().pk], decision="accepted"
    )
    actions.tell_decisions(edition=edition, by=cast.staff)


def test_from_a_proposal_to_a_certificate_by_keyboard_alone(cast, open_page, apart):
    edition, reviewer = apart(begun, cast)
    at = f"/symposium/{edition.slug}/"

    author = Keys(open_page(cast.member))
    author.page.goto(f"{at}call/")
    author.skip()
    author.go("Propose a session")
    author.type("Title", "Sleep first")
    author.type("Abstract", "What helps in the first weeks.")
    author.choose("Legal", "Track")
    author.choose("Workshop", "Format")
    author.go("Send it in")
    expect(author.page.get_by_role("heading", name="Sleep first")).to_be_visible()

    apart(actions.assign, edition=edition, by=cast.staff, each=1)
    desk = Keys(open_page(reviewer))
    desk.page.goto(f"{at}review/")
    desk.skip()
    desk.go("Sleep first")
    desk.choose("4", "Need")
    desk.choose("5, excellent", "Clarity")
    desk.type("What you say to those who proposed it", "Say more of the nights.")
    desk.go("Keep")
    expect(desk.page.get_by_role("heading", name="Reviewed")).to_be_visible()

    apart(accepted, edition, cast)
    staff = Keys(open_page(cast.staff))
    staff.page.goto(f"{at}schedule/")
    staff.skip()
    staff.to("Pick up: Sleep first")
    staff.press("Enter", "ArrowDown", "ArrowDown", "ArrowRight", "Enter")
    expect(staff.page.locator("#said")).to_contain_text("Sleep first is placed:")
    staff.go("Release", back=True)
    staff.type("Message", "The first version.")
    staff.go("Release it")
    expect(staff.page.get_by_role("heading", name="Programme", level=1)).to_be_visible()

    attendee = Keys(open_page(cast.outsider))
    attendee.page.goto(at)
    attendee.skip()
    attendee.go("Take part")
    attendee.go("Register")
    expect(attendee.page.get_by_text("You are registered", exact=True)).to_be_visible()
    attendee.go("Programme")
    attendee.to("Choose “Sleep first”")
    attendee.press("Enter")
    expect(attendee.page.get_by_role("button", name="Take out “Sleep first”")).to_be_focused()
    apart(moved, "Sleep first", now() - timedelta(minutes=5))
    attendee.go("Lobby", back=True)
    attendee.go("Go in: Sleep first")
    attendee.go("Come in")
    attendee.type("Your question", "Who sleeps first?")
    attendee.to("Ask", tag="BUTTON")
    attendee.press("Enter")
    expect(attendee.page.locator(".question")).to_contain_text("Who sleeps first?")
    attendee.to("Raise my hand", back=True)
    attendee.press("Enter")
    expect(attendee.page.get_by_role("button", name="Lower my hand")).to_be_visible()

    apart(stayed, cast.outsider, "Sleep first", 40)
    apart(moved, "Sleep first", now() - timedelta(hours=3))
    attendee.page.goto(f"{at}now/")
    attendee.skip()
    attendee.go("Sleep first")
    for statement in OF_SESSION.splitlines():
        attendee.choose("5, wholly", statement)
    attendee.go("Send it, once and for all")
    attendee.type("Your name on certificates", "Olive Outsider, LCSW")
    attendee.to("Social workers")
    attendee.press("Space")
    attendee.go("Keep this")
    staff.page.goto(f"{at}credit/")
    staff.skip()
    staff.go("Issue all certificates")
    expect(staff.page.get_by_text("2 new certificates for 1 person who was there")).to_be_visible()
    attendee.page.reload()
    attendee.skip()
    attendee.to("Download (PDF): Certificate of continuing education")
    with attendee.page.expect_download() as download:
        attendee.press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")
