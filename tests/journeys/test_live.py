"""What <live-space> promises, in a browser: soon, truthful about what is not sent, and right again after any fault."""

import re
import time
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.utils.timezone import now
from playwright.sync_api import expect

from discussions import actions
from discussions.models import Post
from spaces.inbox import access_changed
from spaces.models import Space

pytestmark = pytest.mark.journey
BOX = ".room-main form.composer textarea"
OFFLINE = "Offline: your message will be sent when the connection is back"


@pytest.fixture
def room(cast):
    return f"/groups/{cast.group.pk}/"


@pytest.fixture
def enter(room, open_page):
    def enter(member, **options):
        page = open_page(member, **options)
        page.goto(room)
        expect(status(page)).to_have_text("Connected")
        return page

    return enter


@pytest.fixture
def say(cast, apart):
    """As if from elsewhere."""

    def say(by, body):
        thread = cast.group.space.threads.get()
        return apart(actions.write_post, thread=thread, by=by, body=body, client_id=uuid.uuid4())

    return say


def status(page):
    return page.locator("chat-room [data-live-status]")


def write(page, text):
    page.locator(BOX).fill(text)
    page.locator(BOX).press("Enter")


def row(page, text):
    return page.locator("li.message:not(.pending)").filter(has_text=text)


def outbox(page) -> list[str]:
    return page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('outbox:'))")


def test_two_tabs_see_each_others_messages_over_their_sockets_alone(cast, enter):
    """How soon is measured by `make bench`."""
    mara, cole = enter(cast.member), enter(cast.colleague)
    for number in range(10):
        write(mara, f"Thought {number}.")
        row(cole, f"Thought {number}.").wait_for()
    assert (
        mara.evaluate(
            "() => performance.getEntriesByType('resource').filter((one) => one.name.includes('/activities/')).length"
        )
        == 0
    )


def test_what_is_written_offline_waits_truthfully_survives_a_reload_and_is_sent_once(cast, enter, room):
    mara, cole = enter(cast.member), enter(cast.colleague)
    mara.context.set_offline(True)
    expect(status(mara)).to_have_text(OFFLINE)
    write(mara, "Written in a tunnel.")
    waiting = mara.locator(".pending").filter(has_text="Written in a tunnel.")
    expect(waiting).to_contain_text("Not sent yet")
    expect(mara.locator(BOX)).to_have_value("")
    assert len(outbox(mara)) == 1
    mara.context.set_offline(False)
    expect(row(cole, "Written in a tunnel.")).to_have_count(1)
    expect(row(mara, "Written in a tunnel.")).to_have_count(1)
    expect(mara.locator(".pending")).to_have_count(0)
    expect(status(mara)).to_have_text("Connected")
    assert outbox(mara) == []
    assert Post.objects.count() == 1


def test_an_entry_that_is_not_sent_survives_a_reload_and_is_sent_then(cast, enter, room):
    mara = enter(cast.member)
    mara.route("**/posts/", lambda route: route.abort())
    write(mara, "Not yet.")
    expect(mara.locator(".pending")).to_contain_text("Not yet.")
    mara.reload()
    expect(mara.locator(".pending")).to_contain_text("Not yet.")
    expect(mara.locator(".pending")).to_contain_text("Not sent yet")
    assert Post.objects.count() == 0
    mara.unroute("**/posts/")
    mara.locator(".pending").get_by_role("button", name="Try again").click()
    expect(row(mara, "Not yet.")).to_have_count(1)
    expect(mara.locator(".pending")).to_have_count(0)


def test_an_answer_that_was_lost_on_the_way_makes_no_second_message(cast, enter):
    mara = enter(cast.member)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # the server has it; the page never hears
        return route.abort()

    mara.route("**/posts/", lose)
    write(mara, "Said once.")
    expect(row(mara, "Said once.")).to_have_count(1)
    expect(mara.locator(".pending")).to_have_count(0)
    mara.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('outbox:'))")
    assert (len(lost), Post.objects.count()) == (1, 1)


def test_what_is_not_sent_can_be_taken_back(cast, enter):
    mara = enter(cast.member)
    mara.route("**/posts/", lambda route: route.abort())
    write(mara, "On second thoughts.")
    mara.locator(".pending").get_by_role("button", name="Take back").click()
    expect(mara.locator(BOX)).to_have_value("On second thoughts.")
    expect(mara.locator(".pending")).to_have_count(0)
    assert outbox(mara) == []


def test_signing_out_forgets_what_was_not_sent(cast, enter):
    mara = enter(cast.member)
    mara.route("**/posts/", lambda route: route.abort())
    write(mara, "Nobody else's business.")
    expect(mara.locator(".pending")).to_have_count(1)
    assert len(outbox(mara)) == 1
    mara.goto("/account/logout/")
    mara.locator("form[data-ends-session] button").last.click()
    mara.wait_for_url("**/")
    assert outbox(mara) == []


def test_news_that_came_while_a_tab_was_offline_are_caught_up_in_order(cast, enter, say):
    cole = enter(cast.colleague)
    say(cast.member, "Before.")
    expect(row(cole, "Before.")).to_be_visible()
    cole.context.set_offline(True)
    expect(status(cole)).to_have_text(OFFLINE)
    for number in range(5):
        say(cast.member, f"Meanwhile {number}.")
    cole.context.set_offline(False)
    expect(row(cole, "Meanwhile")).to_have_count(5)
    assert row(cole, "Meanwhile").locator(".body").all_inner_texts() == [f"Meanwhile {number}." for number in range(5)]


def test_where_no_socket_gets_through_the_page_polls(cast, open_page, room, say):
    page = open_page(cast.colleague)
    page.route_web_socket("**/live/", lambda socket: socket.close(code=3000))
    page.goto(room)
    with page.expect_request(lambda request: "wait=25" in request.url):
        pass
    expect(status(page)).to_have_text("Connected")
    say(cast.member, "Through the proxy.")
    expect(row(page, "Through the proxy.")).to_be_visible()
    say(cast.member, "And again.")
    expect(row(page, "And again.")).to_be_visible()


def test_a_restored_space_is_loaded_anew_and_the_draft_is_kept(cast, enter, apart, say):
    mara = enter(cast.member)
    mara.locator(BOX).fill("A thought that I am still")
    mara.evaluate("() => (window.before = true)")
    apart(Space.objects.filter(pk=cast.group.space_id).update, epoch=uuid.uuid4())
    mara.wait_for_function("() => !window.before")
    expect(mara.locator(BOX)).to_have_value("A thought that I am still")
    say(cast.colleague, "After the restore.")
    expect(row(mara, "After the restore.")).to_be_visible()


def test_who_loses_the_room_sees_nothing_of_it_within_seconds(cast, enter, apart, say):
    say(cast.colleague, "In confidence.")
    mara = enter(cast.member)
    expect(row(mara, "In confidence.")).to_be_visible()

    def leave():
        cast.group.space.memberships.filter(member=cast.member).update(left_at=now())
        access_changed([cast.member])

    begun = time.monotonic()
    apart(leave)
    expect(mara.get_by_text("In confidence.")).to_have_count(0)
    assert time.monotonic() - begun < 15


def test_a_session_that_ended_says_so_and_leads_to_signing_in(cast, enter, apart):
    mara = enter(cast.member)

    def end():
        Session.objects.all().delete()
        access_changed([cast.member])

    apart(end)
    expect(mara).to_have_url(re.compile("/account/login/"))


def test_a_blip_is_not_announced(cast, enter):
    mara = enter(cast.member)
    said = []
    mara.expose_function("note", lambda words: said.append(words))
    mara.evaluate(
        """() => {
            const line = document.querySelector("chat-room [data-live-status]");
            new MutationObserver(() => note(line.textContent)).observe(line, { childList: true, characterData: true });
        }"""
    )
    mara.context.set_offline(True)
    mara.wait_for_timeout(300)
    mara.context.set_offline(False)
    mara.wait_for_timeout(3500)
    assert [words for words in said if words != "Connected"] == []
