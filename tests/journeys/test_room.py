"""The room of a group, as two colleagues use it at the same time."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from discussions import actions
from discussions.models import Draft, Mention, Post
from groups import actions as group_actions
from tests.browser import assert_accessible

pytestmark = pytest.mark.journey
BOX = ".room-main form.composer textarea"


@pytest.fixture
def thread(cast):
    return cast.group.space.threads.get()


@pytest.fixture
def enter(cast, open_page):
    """enter(member): a browser of theirs, in the room and connected."""

    def enter(member, **options):
        page = open_page(member, **options)
        page.goto(f"/groups/{cast.group.pk}/")
        expect(page.locator("[data-live-status]").first).to_have_text("Connected")
        return page

    return enter


@pytest.fixture
def say(apart, thread):
    """say(member, text): as if from elsewhere."""

    def say(by, body="A thought", **more):
        return apart(actions.write_post, thread=thread, by=by, body=body, client_id=uuid.uuid4(), **more)

    return say


def write(page, text, box=BOX):
    page.locator(box).fill(text)
    page.locator(box).press("Enter")


def row(page, text):
    return page.locator("li.message:not(.pending)").filter(has_text=text)


def tools(page, message, name):
    message.hover()
    message.locator("a[data-tools]").click()
    page.locator(".post-tools").get_by_text(name, exact=False).click()


def conversation(page):
    """What stands in the list, without what only this visit knows: what is new to it, and times in words."""
    return page.evaluate(
        """() => [...document.querySelectorAll("ol.chat > li:not(.new-line)")].map((li) => {
            const copy = li.cloneNode(true);
            copy.className = [...copy.classList].sort().join(" ");
            for (const link of copy.querySelectorAll(".replies")) link.classList.remove("unread");
            for (const time of copy.querySelectorAll("time")) time.replaceWith(time.dateTime);
            return copy.outerHTML.replace(/\\s+/g, " ");
        })"""
    )


def assert_like_a_reload(page):
    live = conversation(page)
    page.reload()
    expect(page.locator("chat-room li.message").first).to_be_visible()
    page.wait_for_function("() => Boolean(customElements.get('chat-room'))")
    assert conversation(page) == live


def test_who_has_posted_is_not_shown_as_typing(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    typing = mara.locator("[data-live-typing]").first
    mara.evaluate(
        """() => document.addEventListener("live:applied", ({ detail }) => {
            const line = document.querySelector("[data-live-typing]");
            if (detail.item.kind === "post.created") window.then = line.textContent;
        })"""
    )
    cole.locator(BOX).press_sequentially("Shall we")
    expect(typing).to_have_text("Cole Colleague is typing…")
    cole.locator(BOX).press("Enter")
    expect(row(mara, "Shall we")).to_be_visible()
    assert mara.evaluate("window.then") == ""


def test_two_colleagues_talk_and_a_reload_shows_the_same(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    write(mara, "We changed our reminder calls: **who** calls matters.")
    expect(row(cole, "We changed our reminder calls: who calls matters.").locator("strong")).to_have_text("who")
    write(mara, "Since then, fewer no-shows.")
    expect(row(cole, "fewer no-shows")).to_have_class(re.compile("continues"))
    write(cole, "How do you word the call?")
    expect(row(mara, "How do you word")).not_to_have_class(re.compile("continues|mine"))
    expect(mara.locator(BOX)).to_have_value("")
    expect(mara.locator(".pending")).to_have_count(0)
    assert_accessible(mara)
    for page in (mara, cole):
        assert_like_a_reload(page)


def test_home_counts_what_is_new_by_itself_and_keeps_the_focus(cast, open_page, say):
    page = open_page(cast.member)
    with page.expect_websocket():
        page.goto("/")
    group = page.get_by_role("link", name=str(cast.group))
    group.focus()
    say(cast.colleague, "New while you look at your home")
    expect(page.locator("#home .badge")).to_contain_text("1")
    assert group.evaluate("element => element === document.activeElement")


def test_one_edits_removes_reacts_and_the_other_sees_it(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    write(mara, "A first draft")
    write(mara, "A slip of the finger")
    expect(row(cole, "A slip")).to_be_visible()
    mara.locator(BOX).press("ArrowUp")
    editor = mara.locator(".editing textarea")
    expect(editor).to_have_value("A slip of the finger")
    editor.press("Escape")
    expect(editor).to_have_count(0)

    first = row(mara, "A first draft")
    first.hover()
    first.locator("a[data-edit]").click()
    editor.fill("A second draft")
    editor.press("Enter")
    expect(row(cole, "A second draft").locator(".edited")).to_have_text("edited")

    other = row(cole, "A second draft")
    other.hover()
    other.locator("a[data-signs]").click()
    cole.locator(".pop button[value=idea]").click()
    chip = row(mara, "A second draft").locator(".reactions button")
    expect(chip).to_have_attribute("aria-pressed", "false")
    chip.click()
    expect(chip).to_have_text(re.compile("2"))
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(other.locator(".reactions button")).to_have_text(re.compile("2"))

    tools(mara, row(mara, "A slip"), "Remove")
    mara.get_by_role("button", name="Remove it").click()
    expect(cole.locator(".tombstone")).to_have_text(re.compile("Mara Member removed this message"))
    for page in (mara, cole):
        assert_like_a_reload(page)


def test_a_thread_beside_the_room(cast, enter, say):
    say(cast.member, "Who calls when the case manager is away?")
    mara, cole = enter(cast.member), enter(cast.colleague)
    root = row(cole, "Who calls")
    root.hover()
    root.locator(".tools a[data-replies]").click()
    write(cole, "The front desk, with a script.", ".panel textarea")
    expect(cole.locator(".panel li.message")).to_have_text(re.compile("The front desk"))
    count = row(mara, "Who calls").locator("a.replies")
    expect(count).to_contain_text("1 reply")
    count.click()
    write(mara, "In which language?", ".panel textarea")
    expect(cole.locator(".panel li.message").nth(1)).to_contain_text("In which language?")
    expect(row(cole, "Who calls").locator("a.replies")).to_contain_text("2 replies")
    assert_accessible(mara)
    live = conversation(cole)
    cole.reload()
    expect(cole.locator(".panel li.message")).to_have_count(2)
    assert conversation(cole) == live
    cole.go_back()
    expect(cole.locator(".panel")).to_have_count(0)
    mara.locator(".panel textarea").press("Escape")
    expect(mara.locator(".panel")).to_have_count(0)


def test_a_mention_by_the_keyboard(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    box = mara.locator(BOX)
    box.press_sequentially("Thank you @co")
    expect(mara.locator("[role=option]")).to_have_text([re.compile("Cole Colleague")])
    assert_accessible(mara)
    box.press("Enter")
    expect(box).to_have_value("Thank you @Cole Colleague ")
    box.press("Enter")
    expect(row(cole, "Thank you").locator(".mention")).to_have_class("mention me")
    assert Mention.objects.get().member == cast.colleague


def test_what_identifies_is_held_and_taken_out(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    write(mara, "Her number is A123-456-789, before Judge Marlowe.")
    held = mara.locator(".held")
    expect(held.locator("mark")).to_have_text(["A123-456-789", "Marlowe"])
    expect(mara.locator(BOX)).to_have_value("Her number is A123-456-789, before Judge Marlowe.")
    assert_accessible(mara)
    held.get_by_text("Post it anyway").click()
    held.get_by_role("button", name="Post it like this").click()
    expect(row(cole, "Her number is [A-number], before Judge Marlowe.")).to_be_visible()
    expect(held).to_have_count(0)
    assert "A123" not in cole.content()


def test_a_draft_survives_here_and_elsewhere(cast, enter):
    mara = enter(cast.member)
    mara.locator(BOX).fill("Half a thought")
    mara.reload()
    expect(mara.locator(BOX)).to_have_value("Half a thought")
    with mara.expect_response(
        lambda answer: "/draft/" in answer.url and "and more" in (answer.request.post_data or "")
    ):
        mara.locator(BOX).press_sequentially(", and more")  # the server's copy is made a little after the last key
    assert Draft.objects.get().body == "Half a thought, and more"
    phone = enter(cast.member, viewport={"width": 360, "height": 740})
    expect(phone.locator(BOX)).to_have_value("Half a thought, and more")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(row(mara, "Half a thought, and more")).to_be_visible()
    assert not Draft.objects.exists()


def test_offline_it_says_so_and_sends_later(cast, enter):
    mara, cole = enter(cast.member), enter(cast.colleague)
    mara.context.set_offline(True)
    write(mara, "Written on the train")
    expect(mara.locator(".pending")).to_contain_text("Not sent yet")
    mara.context.set_offline(False)
    expect(row(cole, "Written on the train")).to_be_visible()
    expect(mara.locator(".pending")).to_have_count(0)
    assert Post.objects.filter(body="Written on the train").count() == 1


def test_reading_above_one_hears_of_what_is_new(cast, enter, say):
    for number in range(60):
        say(cast.member, f"Thought number {number}.\n\nWith a second line.")
    mara = enter(cast.member)
    mara.get_by_role("link", name="Earlier messages").click()
    expect(mara.get_by_text("Thought number 0.")).to_be_attached()
    assert_like_what_a_longer_page_would_be(mara)
    mara.locator(".scroller").evaluate("one => one.scrollTo({top: -2000, behavior: 'instant'})")
    say(cast.colleague, "Something new")
    jump = mara.get_by_role("button", name="1 new message")
    expect(jump).to_be_visible()
    jump.click()
    expect(row(mara, "Something new")).to_be_in_viewport()
    expect(mara.locator(".new-line")).to_have_count(1)


def assert_like_what_a_longer_page_would_be(page):
    """One heading for the one day, and sixty rows that stand together in the order of their numbers."""
    expect(page.locator("ol.chat > .message")).to_have_count(60)
    expect(page.locator("ol.chat > .day")).to_have_count(1)
    numbers = page.locator("ol.chat > .message").evaluate_all("rows => rows.map((row) => Number(row.dataset.seq))")
    assert numbers == sorted(numbers)


def test_a_facilitator_keeps_the_room(cast, enter, say):
    say(cast.member, "We meet every second Thursday.")
    fay, mara = enter(cast.facilitator), enter(cast.member)
    tools(fay, row(fay, "We meet"), "Pin it")
    expect(mara.locator(".pins summary")).to_have_text(re.compile("1 pinned message"))
    fay.get_by_label("Announce to everyone").check()
    write(fay, "The covenant was renewed.")
    expect(row(mara, "The covenant was renewed.")).to_have_class(re.compile("announcement"))
    tools(fay, row(fay, "We meet"), "Remove")
    fay.get_by_label("Reason").fill("It names a place.")
    fay.get_by_role("button", name="Remove it").click()
    expect(mara.locator(".tombstone")).to_contain_text(
        "Fay Facilitator removed a message by Mara Member: “It names a place.”"
    )
    expect(mara.locator(".pins")).to_be_hidden()
    assert_like_a_reload(mara)


def test_without_a_script_one_reads_writes_and_takes_back(cast, open_page, thread):
    page = open_page(cast.member, java_script_enabled=False)
    page.goto(f"/groups/{cast.group.pk}/")
    page.get_by_label("Your message").fill("By form alone")
    page.get_by_role("button", name="Send", exact=True).click()
    message = page.locator("li.message")
    expect(message).to_contain_text("By form alone")
    message.hover()
    message.locator(".more").click()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".tombstone")).to_contain_text("removed this message")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_is_accessible_and_fits(cast, enter, say, width, scheme):
    root = say(
        cast.member, "A long_word_" + "without_a_place_to_break_" * 8 + " and `code`\n\n> quoted\n\n- one\n- two"
    )
    say(cast.colleague, "مرحبا بكم جميعاً", reply_to=root.pk)
    say(cast.facilitator, "An announcement", announcement=True)
    page = enter(cast.facilitator, viewport={"width": width, "height": 760}, color_scheme=scheme)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("a.replies").first.click()
    expect(page.locator(".panel li.message")).to_have_count(1)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_who_is_muted_loses_the_box_at_once_and_finds_their_words_when_it_is_back(cast, enter, apart):
    page = enter(cast.member)
    page.locator(BOX).fill("Half a thought")
    membership = cast.group.space.memberships.get(member=cast.member)
    apart(group_actions.mute, membership=membership, by=cast.facilitator, hours=24)
    foot = page.locator("chat-room > .composer")
    expect(foot).to_contain_text("A facilitator has muted you here until")
    expect(page.locator(BOX)).to_have_count(0)
    assert_accessible(page)
    apart(group_actions.unmute, membership=membership, by=cast.facilitator)
    expect(page.locator(BOX)).to_have_value("Half a thought")
    page.locator(BOX).press("Enter")
    expect(row(page, "Half a thought")).to_have_count(1)


def test_a_box_that_comes_later_writes_as_well(cast, enter, apart):
    membership = cast.group.space.memberships.get(member=cast.member)
    apart(group_actions.mute, membership=membership, by=cast.facilitator, hours=24)
    page = enter(cast.member)
    expect(page.locator(BOX)).to_have_count(0)
    apart(group_actions.unmute, membership=membership, by=cast.facilitator)
    write(page, "Back again")
    expect(row(page, "Back again")).to_have_count(1)
