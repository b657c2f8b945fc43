"""Moderating in a browser: what one moderator does is on everybody's open page."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from discussions import actions
from tests.browser import assert_accessible


@pytest.fixture
def ask(cast, apart):
    def ask(by, title="What do you ask first?", **more):
        more = {"kind": "question", "body": "In the first minutes.", "client_id": uuid4()} | more
        return apart(actions.start_thread, space=cast.commons.space, by=by, title=title, **more)

    return ask


@pytest.fixture
def say(apart):
    return lambda thread, by, body: apart(actions.write_post, thread=thread, by=by, body=body, client_id=uuid4())


def tools(page, words):
    row = page.locator(".message", has_text=words)
    row.hover()
    row.get_by_role("link", name=re.compile("^More for")).click()


def test_a_report_is_decided_and_taken_back_on_open_pages(cast, open_page, ask, say):
    thread = ask(cast.member)
    say(thread, cast.colleague, "She comes from a small town.")
    reader, reporter, moderator = open_page(cast.contact), open_page(cast.outsider), open_page(cast.staff)
    author = open_page(cast.colleague, viewport={"width": 360, "height": 740})
    author.goto("/")
    for page in (reader, reporter):
        page.goto(thread.get_absolute_url())
    tools(reporter, "a small town")
    reporter.get_by_role("link", name="Report it to the moderators").click()
    assert_accessible(reporter)
    reporter.get_by_label("It could tell who a client is").check()
    reporter.get_by_role("button", name="Report it").click()
    expect(reporter.locator("#toasts")).to_contain_text("Nobody else learns that you reported it.")

    moderator.goto("/")
    moderator.get_by_role("link", name="1 message waits for a moderator in Commons").click()
    assert_accessible(moderator)
    moderator.get_by_role("link", name="Decide").click()
    assert_accessible(moderator)
    moderator.get_by_label("Hide it until it is decided").check()
    moderator.get_by_label("Note to the author").fill("Write it again without the town.")
    moderator.get_by_role("button", name="Decide").click()
    expect(moderator.get_by_role("button", name="Undo")).to_be_visible()

    expect(reader.get_by_text("A moderator is looking at this message.")).to_be_visible()
    expect(reader.get_by_text("a small town")).to_have_count(0)
    author.get_by_role("link", name="Inbox, 1 unread").click()
    assert_accessible(author)
    author.get_by_role("link", name="A moderator hid a message of yours").click()
    expect(author.get_by_text("Write it again without the town.")).to_be_visible()
    assert_accessible(author)

    moderator.get_by_role("button", name="Undo").click()
    expect(reader.get_by_text("She comes from a small town.")).to_be_visible()
    expect(reader.get_by_text("A moderator is looking at this message.")).to_have_count(0)


def test_a_split_and_a_merge_are_on_open_pages_and_take_no_text_away(cast, open_page, ask, say, apart):
    one, two = ask(cast.member, "One"), ask(cast.member, "Two")
    elsewhere = say(one, cast.colleague, "This belongs elsewhere.")
    reader, writer, moderator = open_page(cast.contact), open_page(cast.outsider), open_page(cast.staff)
    for page in (reader, writer):
        page.goto(one.get_absolute_url())
    writer.get_by_label("Your message", exact=True).fill("Half a thought")
    moderator.goto(f"/threads/{one.pk}/split/?from={elsewhere.pk}")
    assert_accessible(moderator)
    moderator.get_by_label("Title").fill("Three")
    moderator.get_by_role("button", name="Split them off").click()
    expect(moderator.get_by_role("heading", name="Three")).to_be_visible()
    expect(reader.get_by_text("1 post split off into Three by Stan Staff")).to_be_visible()
    expect(reader.get_by_text("This belongs elsewhere.")).to_have_count(0)

    moderator.goto(f"/threads/{one.pk}/merge/")
    assert_accessible(moderator)
    moderator.get_by_label("Into which thread?").select_option(label="Two")
    moderator.get_by_role("button", name="Merge it").click()
    expect(moderator.get_by_role("heading", name="Two")).to_be_visible()
    expect(reader.get_by_role("heading", name="Two")).to_be_visible()
    assert_accessible(reader)
    expect(writer.get_by_text("A moderator moved this thread. Your text is kept.")).to_be_visible()
    writer.get_by_role("button", name="Send", exact=True).click()
    expect(reader.locator(".message", has_text="Half a thought")).to_have_count(1)
    assert apart(two.posts.count) == 3
