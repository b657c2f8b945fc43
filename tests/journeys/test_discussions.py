"""Asking and answering in the commons, in a browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from discussions import actions
from discussions.models import Draft, Post, Thread
from tests.browser import assert_accessible

COMMONS = "/discussions/commons/"


@pytest.fixture
def ask(cast, apart):
    def ask(by, title="What do you ask first?", **more):
        more = {"kind": "question", "body": "In the first minutes.", "client_id": uuid4()} | more
        return apart(actions.start_thread, space=cast.commons.space, by=by, title=title, **more)

    return ask


def box(page):
    return page.get_by_label("Your message", exact=True)


def test_a_question_is_asked_answered_and_settled_without_a_reload(cast, open_page):
    asker, helper = open_page(cast.member), open_page(cast.outsider)
    helper.goto(COMMONS)
    assert_accessible(helper)
    asker.goto(COMMONS)
    asker.get_by_role("link", name="Start a thread").click()
    assert_accessible(asker)
    asker.get_by_label("Title").fill("Who waits with them before the interview?")
    asker.get_by_label("Text", exact=True).fill("Ours wait alone, for an hour.")
    asker.get_by_role("button", name="Post").click()
    expect(asker.get_by_role("heading", name="Who waits with them")).to_be_visible()
    assert_accessible(asker)
    helper.get_by_role("link", name="Who waits with them").click()
    box(helper).fill("An interpreter does, with tea.")
    helper.get_by_role("button", name="Send", exact=True).click()
    reply = asker.locator(".message", has_text="An interpreter does, with tea.")
    expect(reply).to_be_visible()
    expect(reply).to_have_count(1)
    asker.goto(asker.url)
    reply.hover()
    reply.get_by_role("link", name=re.compile("^More for")).click()
    asker.get_by_role("button", name="This answers the question").click()
    expect(helper.get_by_text("Answered by Olive Outsider")).to_be_visible()
    expect(asker.get_by_text("Answered by Olive Outsider")).to_be_visible()


def test_a_list_moves_up_what_is_answered_and_says_what_is_unread(cast, open_page, ask, apart):
    old, _ = ask(cast.colleague, "Old"), ask(cast.colleague, "New")
    page = open_page(cast.member)
    page.goto(COMMONS)
    lines = page.locator(".thread-line .title")
    expect(lines).to_have_text(["New", "Old"])
    apart(actions.write_post, thread=old, by=cast.outsider, body="I would wait.", client_id=uuid4())
    expect(lines).to_have_text(["Old", "New"])
    apart(actions.mark_all_read, space=cast.commons.space, by=cast.member)
    expect(page.locator(".thread-line.unread")).to_have_count(0)
    page.keyboard.press("j")
    expect(lines.first).to_be_focused()


def test_reading_to_the_end_marks_it_read(cast, open_page, ask):
    ask(cast.colleague)
    page = open_page(cast.member)
    page.goto(COMMONS)
    with page.expect_response(lambda answer: answer.url.endswith("/read/")):
        page.get_by_role("link", name="What do you ask first?").click()
    page.goto(f"{COMMONS}?show=unread")
    expect(page.get_by_role("heading", name="Nothing new")).to_be_visible()


def test_without_a_name_and_folded_also_live(cast, open_page, ask):
    thread = ask(cast.colleague)
    reader, writer = open_page(cast.member), open_page(cast.outsider)
    for page in (reader, writer):
        page.goto(thread.get_absolute_url())
    box(writer).fill("The words themselves")
    writer.get_by_label("How hard to read?").select_option("2")
    writer.get_by_label("Note").fill("Speaks of a death")
    writer.get_by_label("Without my name").check()
    writer.get_by_role("button", name="Send", exact=True).click()
    post = reader.locator(".message", has_text="Speaks of a death")
    expect(post.locator(".name")).to_have_text("A member")
    expect(post.get_by_text("The words themselves")).to_be_hidden()
    post.get_by_text("Speaks of a death").click()
    expect(post.get_by_text("The words themselves")).to_be_visible()
    assert "Olive Outsider" not in reader.locator("ol.chat").inner_text()
    assert_accessible(reader)


def test_a_thread_is_started_without_scripts_and_what_is_held_is_kept(cast, open_page):
    page = open_page(cast.member, java_script_enabled=False)
    page.goto(f"/spaces/{cast.commons.space_id}/threads/new/")
    page.get_by_label("Title").fill("About A 123456789")
    page.get_by_label("Text", exact=True).fill("What now?")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", name="Not posted yet")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("What now?")
    page.get_by_role("button", name="Post it like this").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("123456789")
    assert Thread.objects.titled().count() == 1


def test_a_draft_of_a_thread_is_there_on_another_device(cast, open_page):
    page = open_page(cast.member)
    page.goto(f"/spaces/{cast.commons.space_id}/threads/new/")
    with page.expect_response(lambda answer: answer.url.endswith("/threads/draft/")):
        page.get_by_label("Text", exact=True).fill("Half a thought")
    phone = open_page(cast.member, viewport={"width": 360, "height": 740})
    phone.goto(f"/spaces/{cast.commons.space_id}/threads/new/")
    expect(phone.get_by_label("Text", exact=True)).to_have_value("Half a thought")
    phone.get_by_label("Title").fill("A thought")
    phone.get_by_role("button", name="Post", exact=True).click()
    expect(phone.get_by_role("heading", name="A thought")).to_be_visible()
    assert not Draft.objects.exists()
    assert Post.objects.count() == 1


def test_a_group_has_threads_beside_its_chat(cast, open_page):
    page = open_page(cast.member)
    page.goto(f"/groups/{cast.group.pk}/threads/")
    assert_accessible(page)
    page.get_by_role("link", name="Start a thread").click()
    page.get_by_label("Title").fill("Endings")
    page.get_by_label("Text", exact=True).fill("How do you end?")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("heading", name="Endings")).to_be_visible()
    box(page).fill("With tea.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message", has_text="With tea.")).to_have_count(1)
