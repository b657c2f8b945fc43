"""Letters about posts: who gets which and when, what stands in them, and what never does."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from discussions import actions
from discussions.models import Reader
from members.models import Affiliation, Member
from notifications import mailing, notices, outbox, stopping, ways
from notifications.actions import choose
from notifications.models import Hearing, Letter, Mailed, Notice
from spaces.models import Membership

pytestmark = pytest.mark.django_db
CANARIES = {
    "title": "Kingfisher title",
    "text": "The walnut tree has fallen.",
    "folded": "The cellar was flooded.",
    "note": "About water",
    "poll": "Is it the heron?",
}


@pytest.fixture
def town(cast, settings):
    """The commons with all its readers, and short ways to say, to choose and to see what was sent."""
    settings.SITE_URL = "https://cop.example.org"
    space = cast.commons.space
    actions.enrol_readers()
    mailing.keep_up()

    def ask(by=cast.member, **more):
        more = {"kind": "question", "title": CANARIES["title"], "body": CANARIES["text"]} | more
        return actions.start_thread(space=space, by=by, client_id=uuid4(), **more)

    def reply(thread, by=cast.outsider, body="I would wait.", **more):
        return actions.write_post(thread=thread, by=by, body=body, client_id=uuid4(), **more)

    def listen(person, way):
        Membership.objects.filter(space=space, member=person).update(notify=way)

    def sent(person=None):
        """Everything that is due now goes out; what came to a person, or to anybody."""
        notices.tell()
        mailing.write_at_once()
        mailing.write_digests()
        outbox.deliver()
        found = [message_from_bytes(one.message().as_bytes(), policy=policy.default) for one in mail.outbox]
        return [one for one in found if person is None or one["To"] == person.email]

    def due(person, **times):
        Hearing.objects.filter(member=person).update(**(times or {"daily_at": now()}))

    return SimpleNamespace(space=space, ask=ask, reply=reply, listen=listen, sent=sent, due=due)


def words(letter):
    return "".join(part.get_content() for part in letter.walk() if part.get_content_maintype() == "text")


def put_poll(thread, by):
    actions.put_poll(thread=thread, by=by, question=CANARIES["poll"], answers=["Mornings", "Evenings"])


def post_to(url, client=None):
    return (client or Client()).post(urlsplit(url).path, {"List-Unsubscribe": "One-Click"})


class TestWays:
    def test_readers_who_never_came_belong_and_do_not_see_each_other(self, cast, town):
        assert Membership.objects.filter(space=town.space, member=cast.colleague, left_at=None).count() == 1
        assert not Membership.objects.filter(space=town.space, member__in=[cast.lapsed, cast.deactivated]).exists()
        assert actions.enrol_readers() == 0
        assert cast.outsider not in Member.objects.visible_to(cast.colleague)

    def test_each_post_is_a_letter_at_once_and_only_once(self, cast, town):
        town.listen(cast.colleague, "each")
        thread = town.ask()
        assert [one["Subject"] for one in town.sent(cast.colleague)] == [f"[Commons] {CANARIES['title']}"]
        town.reply(thread)
        assert len(town.sent(cast.colleague)) == 2
        assert len(town.sent(cast.colleague)) == 2
        assert town.sent(cast.member) == []

    def test_without_a_choice_the_commons_come_in_one_letter_a_day_with_what_is_unread(self, cast, town):
        thread, read = town.ask(), town.ask(title="Something else")
        town.reply(thread)
        actions.mark_thread_read(thread=read, by=cast.colleague, seq=read.last_seq)
        assert town.sent() == []
        town.due(cast.colleague)
        (letter,) = town.sent()
        assert (letter["To"], letter["Subject"]) == (cast.colleague.email, "2 new in Commons")
        assert "Something else" not in words(letter)
        town.due(cast.colleague)
        assert len(town.sent()) == 1

    def test_letters_of_a_week_come_on_their_day(self, cast, town):
        town.listen(cast.colleague, "weekly")
        town.ask()
        town.due(cast.colleague)
        assert town.sent() == []
        town.due(cast.colleague, weekly_at=now())
        assert len(town.sent(cast.colleague)) == 1

    def test_only_what_is_meant_names_answers_or_is_followed(self, cast, town):
        town.listen(cast.colleague, "mentions")
        town.listen(cast.outsider, "mentions")
        thread = town.ask(cast.outsider)
        town.reply(thread, cast.colleague, f"Ask @{cast.outsider.name}")  # and follows from now on
        assert [one["To"] for one in town.sent()] == [cast.outsider.email]
        other = town.ask(title="Another")
        town.reply(other, cast.facilitator)
        assert len(town.sent()) == 1
        town.reply(thread, cast.facilitator, "Neither names nor answers.")
        assert sorted(one["To"] for one in town.sent()[1:]) == sorted([cast.outsider.email, cast.colleague.email])

    def test_a_muted_thread_is_heard_of_only_by_name(self, cast, town):
        town.listen(cast.outsider, "each")
        thread = town.ask()
        assert len(town.sent(cast.outsider)) == 1
        actions.mute(thread=thread, by=cast.outsider)
        town.reply(thread, cast.colleague)
        assert len(town.sent(cast.outsider)) == 1
        actions.mark_thread_read(thread=thread, by=cast.outsider, seq=2**40)
        Member.objects.filter(pk=cast.outsider.pk).update(listed_at=now())
        town.reply(thread, cast.colleague, f"@{cast.outsider.name} knows.")
        assert len(town.sent(cast.outsider)) == 2

    def test_what_comes_in_quiet_hours_waits_and_comes_as_one(self, cast, town):
        local = now().astimezone(ZoneInfo(cast.colleague.time_zone)).hour
        quiet = {"quiet_from": (local - 1) % 24, "quiet_until": (local + 2) % 24}
        Hearing.objects.filter(member=cast.colleague).update(**quiet)
        town.listen(cast.colleague, "each")
        for number in range(3):
            town.ask(title=f"Number {number}")
        assert town.sent() == []
        hearing = Hearing.objects.select_related("member").get(member=cast.colleague)
        assert ways.is_quiet(hearing, now())
        over = {"quiet_from": (local + 9) % 24, "quiet_until": (local + 15) % 24}
        Hearing.objects.filter(member=cast.colleague).update(**over)
        town.space.posts.update(created_at=now() - timedelta(hours=12))
        (letter,) = town.sent(cast.colleague)
        assert letter["Subject"] == "3 new in Commons"

    def test_thirty_posts_at_once_are_one_letter(self, cast, town, settings):
        settings.WRITES_A_MINUTE = 100
        town.listen(cast.colleague, "each")
        for number in range(30):
            town.ask(title=f"Number {number}")
        (letter,) = town.sent(cast.colleague)
        assert letter["Subject"] == "30 new in Commons"

    def test_hours_are_those_of_ones_own_clock_through_the_year(self):
        winter, summer = datetime(2026, 1, 10, 20, tzinfo=UTC), datetime(2026, 7, 10, 20, tzinfo=UTC)
        assert ways.next_time(7, "America/Chicago", winter) == datetime(2026, 1, 11, 13, tzinfo=UTC)
        assert ways.next_time(7, "America/Chicago", summer) == datetime(2026, 7, 11, 12, tzinfo=UTC)
        assert ways.next_time(7, "Pacific/Guam", winter, weekday=0) == datetime(2026, 1, 11, 21, tzinfo=UTC)
        spring = datetime(2026, 3, 8, 5, tzinfo=UTC)  # Chicago leaves out 2 a.m. of that day
        assert ways.next_time(2, "America/Chicago", spring) == datetime(2026, 3, 8, 8, tzinfo=UTC)

    def test_who_moves_hears_by_the_new_clock(self, cast, town):
        Member.objects.filter(pk=cast.colleague.pk).update(time_zone="Pacific/Guam")
        assert mailing.keep_up() == 1
        hearing = Hearing.objects.get(member=cast.colleague)
        assert hearing.daily_at == ways.next_time(7, "Pacific/Guam", now())

    def test_who_wanted_nothing_and_now_everything_begins_now(self, cast, town):
        town.listen(cast.colleague, "none")
        town.ask()
        as_before = {"way": "", "hour": 7, "weekday": 0, "quiet_from": None, "quiet_until": None}
        choose(by=cast.colleague, **as_before, spaces={town.space.pk: "each"})
        assert town.sent(cast.colleague) == []
        town.ask(title="From now on")
        assert len(town.sent(cast.colleague)) == 1


class TestPolls:
    @pytest.mark.parametrize("way", ["each", "daily"])
    def test_a_letter_says_what_is_asked_and_where_to_vote_and_never_how_it_stands(self, cast, town, way):
        town.listen(cast.colleague, way)
        thread = town.ask()
        put_poll(thread, cast.member)
        actions.vote(thread=thread, by=cast.outsider, answers=[1])
        town.due(cast.colleague)
        (letter,) = town.sent(cast.colleague)
        for part in letter.walk():
            if part.get_content_maintype() == "text":
                said = part.get_content()
                assert CANARIES["poll"] in said
                assert f"https://cop.example.org/threads/{thread.pk}/#poll-{thread.pk}" in said
                assert not any(secret in said for secret in ("Mornings", "Evenings", "voted", cast.outsider.name))

    def test_of_a_closed_poll_it_says_nothing(self, cast, town):
        town.listen(cast.colleague, "each")
        thread = town.ask()
        put_poll(thread, cast.member)
        actions.close_poll(thread=thread, by=cast.member)
        (letter,) = town.sent(cast.colleague)
        assert "poll" not in words(letter)


class TestRights:
    def test_whoever_may_no_longer_read_gets_nothing_not_even_what_waits_in_the_outbox(self, cast, town):
        town.listen(cast.colleague, "each")
        town.ask()
        mailing.write_at_once()
        assert Letter.objects.get().member == cast.colleague
        Affiliation.objects.filter(member=cast.colleague).update(ended_at=now())
        assert town.sent() == []
        assert Letter.objects.get().given_up_at is not None
        town.ask(title="Later")
        town.due(cast.colleague)
        assert town.sent() == []
        assert Letter.objects.count() == 1

    def test_what_was_removed_or_edited_while_a_letter_waited_is_told_as_it_is(self, cast, town):
        town.listen(cast.colleague, "each")
        removed, edited = town.ask(), town.ask(title="Edited")
        mailing.write_at_once()
        actions.remove_post(post=removed.opening, by=cast.member)
        actions.edit_post(post=edited.opening, by=cast.member, body="Better words.", version="")
        (letter,) = town.sent()
        assert "Better words." in words(letter)
        assert CANARIES["text"] not in letter.as_string()


class TestHeaders:
    def test_a_reply_threads_under_its_question(self, cast, town, settings):
        settings.MAIL_DOMAIN = "lists.example.org"
        town.listen(cast.colleague, "each")
        thread = town.ask()
        post = town.reply(thread)
        first, second = town.sent(cast.colleague)
        assert first["Message-ID"] == f"<{thread.opening_id}@lists.example.org>"
        assert (first["In-Reply-To"], second["In-Reply-To"]) == (None, first["Message-ID"])
        assert second["References"] == first["Message-ID"]
        assert second["Message-ID"] == f"<{post.pk}@lists.example.org>"
        assert second["Subject"] == f"Re: {first['Subject']}"
        assert first["From"] == "Commons <commons@lists.example.org>"
        assert re.fullmatch(r"Commons <r-[a-z2-7]{42}@lists\.example\.org>", first["Reply-To"])
        assert second["Reply-To"] == first["Reply-To"]
        assert first["List-Id"] == "Commons <commons.lists.example.org>"
        assert first["List-Post"] == "<mailto:commons@lists.example.org>"
        assert first["Auto-Submitted"] == "auto-generated"
        assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_where_no_mail_comes_in_none_is_invited(self, cast, town):
        town.listen(cast.colleague, "each")
        town.ask()
        (letter,) = town.sent(cast.colleague)
        assert letter["From"].endswith("<no-reply@example.org>")
        assert letter["List-Post"] is None
        assert letter["Message-ID"].endswith("@cop.example.org>")

    def test_no_letter_loads_or_counts_anything(self, cast, town):
        town.listen(cast.colleague, "each")
        town.ask(body="See https://example.org/a?b=1 and @nobody")
        (letter,) = town.sent(cast.colleague)
        html = letter.get_body(("html",)).get_content()
        assert "<img" not in html
        assert "data-member" not in html
        assert 'href="https://example.org/a?b=1"' in html


class TestCanaries:
    def test_no_mail_about_a_group_says_where_what_or_who(self, cast, town):
        room = cast.group.space
        for way in ("each", "daily"):
            Membership.objects.filter(space=room, member=cast.colleague).update(notify=way)
            thread = actions.start_thread(
                space=room,
                by=cast.member,
                kind="question",
                title=CANARIES["title"],
                body=CANARIES["text"],
                client_id=uuid4(),
            )
            put_poll(thread, cast.member)
            actions.write_post(
                thread=room.threads.get(kind="chat"), by=cast.member, body="Blackbird", client_id=uuid4()
            )
            notices.tell()
            Notice.objects.filter(mail_at__isnull=False).update(mail_at=now())
            notices.mail_unread()
            town.due(cast.colleague)
            town.sent()
            notices.mark_read(member=cast.colleague)
        assert len(town.sent(cast.colleague)) == 2
        for letter in town.sent():
            whole = letter.as_string() + words(letter)
            for secret in (*CANARIES.values(), "Blackbird", cast.member.name, cast.group.topic, str(room.pk)):
                assert secret not in whole

    @pytest.mark.parametrize("way", ["each", "daily"])
    def test_no_mail_about_the_commons_says_who_asked_without_a_name_or_what_is_folded(self, cast, town, way):
        town.listen(cast.colleague, way)
        town.ask(unnamed=True)
        hard = {"title": "Hard", "body": CANARIES["folded"], "intensity": 2, "content_note": CANARIES["note"]}
        put_poll(town.ask(cast.outsider, **hard), cast.outsider)
        town.due(cast.colleague)
        letters = town.sent(cast.colleague)
        assert len(letters) == (2 if way == "each" else 1)
        whole = "".join(letter.as_string() + words(letter) for letter in letters)
        for there in (CANARIES["text"], CANARIES["note"], "A member", "There is a poll in this thread."):
            assert there in whole
        for secret in (CANARIES["folded"], CANARIES["poll"], cast.member.name, cast.member.email, str(cast.member.pk)):
            assert secret not in whole

    def test_the_outbox_holds_nobodys_words(self, cast, town):
        town.listen(cast.colleague, "each")
        town.ask()
        mailing.write_at_once()
        letter = Letter.objects.get()
        assert (bytes(letter.message), letter.subject) == (b"", "")


class TestStopping:
    def test_one_click_stops_letters_of_a_forum_without_signing_in(self, cast, town):
        town.listen(cast.colleague, "each")
        town.ask()
        (letter,) = town.sent(cast.colleague)
        url = letter["List-Unsubscribe"].strip(" <>")
        strict = Client(enforce_csrf_checks=True)
        assert strict.get(urlsplit(url).path).status_code == 200
        town.ask(title="Looked at only")
        assert len(town.sent(cast.colleague)) == 2
        assert post_to(url, strict).status_code == post_to(url, strict).status_code == 200
        town.ask(title="After the click")
        assert len(town.sent(cast.colleague)) == 2

    def test_a_link_stops_what_it_is_for_and_nothing_else(self, cast, town):
        thread = town.ask()
        post_to(stopping.url(cast.colleague, f"thread:{thread.pk}"))
        assert Reader.objects.get(thread=thread, member=cast.colleague).muted_at is not None
        post_to(stopping.url(cast.colleague, "elsewhere"))
        ways_now = dict(Membership.objects.filter(member=cast.colleague).values_list("space__kind", "notify"))
        assert (ways_now["group"], ways_now["forum"]) == ("none", "")
        post_to(stopping.url(cast.colleague, "news"))
        assert Membership.objects.get(member=cast.colleague, space=town.space).notify == "none"
        assert not Membership.objects.filter(member=cast.member, notify="none").exists()

    def test_a_link_that_was_changed_is_none(self, cast, town):
        token = urlsplit(stopping.url(cast.colleague, "news")).path
        assert post_to(token.replace("stop/", "stop/x")).status_code == 404
        assert not Membership.objects.filter(notify="none").exists()


class TestInbox:
    def test_replies_where_one_follows_are_one_line_with_an_exact_number(self, client, cast, town):
        thread = town.ask()
        town.reply(thread, cast.member, "My own.")
        posts = [town.reply(thread, body=f"Reply {number}") for number in range(3)]
        notices.tell()
        (notice,) = notices.readable(cast.member)
        assert (notice.kind, notice.count, notice.title) == ("replies", 3, f"{CANARIES['title']} (Commons)")
        actions.remove_post(post=posts[0], by=cast.outsider)
        notices.tell()
        assert notices.readable(cast.member)[0].count == 2
        for post in posts[1:]:
            actions.remove_post(post=post, by=cast.outsider)
        notices.tell()
        assert notices.readable(cast.member) == []
        assert Notice.objects.filter(member=cast.colleague).count() == 0

    def test_reading_the_thread_settles_it(self, cast, town):
        thread = town.ask()
        town.reply(thread)
        notices.tell()
        assert notices.settle() == 0
        thread.refresh_from_db()
        actions.mark_thread_read(thread=thread, by=cast.member, seq=thread.last_seq)
        assert notices.settle() == 1

    def test_the_page_says_what_one_will_get_and_why(self, client, cast, town):
        thread = town.ask()
        client.force_login(cast.colleague)
        page = client.get("/notifications/choices/").content.decode()
        assert "One letter a day at 7 a.m., with all you have not read; none where there is nothing." in page
        assert cast.group.topic in page
        why = client.get(f"/notifications/why/{thread.opening_id}/").content.decode()
        assert "In your inbox" not in why
        assert "in your letter of the day" in why
        form = {"way": "each", "hour": 18, "weekday": 4, "quiet_from": 21, "quiet_until": 6}
        form |= {f"space-{pk}": "usual" for pk in (town.space.pk, cast.group.space_id)}
        assert client.post("/notifications/choices/", form).status_code == 302
        page = client.get("/notifications/choices/").content.decode()
        assert "In your quiet hours they wait, and come as one letter afterwards." in page
        assert client.post("/notifications/choices/", form | {"quiet_until": 21}).status_code == 422

    def test_a_place_that_one_came_into_after_the_page_was_made_keeps_what_it_has(self, client, cast, town):
        Membership.objects.filter(space=town.space, member=cast.colleague).update(notify="weekly")
        client.force_login(cast.colleague)
        form = {"way": "each", "hour": 18, "weekday": 4, "quiet_from": "none", "quiet_until": "none"}
        form[f"space-{cast.group.space_id}"] = "none"
        assert client.post("/notifications/choices/", form).status_code == 302
        kept = dict(Membership.objects.filter(member=cast.colleague).values_list("space", "notify"))
        assert (kept[town.space.pk], kept[cast.group.space_id]) == ("weekly", "none")

    @pytest.mark.parametrize(
        ("way", "said"),
        [
            ("mentions", "only of what is meant for you here, and this was not."),
            ("none", "You chose to hear nothing of this place."),
            ("each", "By mail: at once."),
        ],
    )
    def test_why_not_is_said_as_it_is(self, client, cast, town, way, said):
        thread = town.ask()
        town.listen(cast.colleague, way)
        client.force_login(cast.colleague)
        assert said in client.get(f"/notifications/why/{thread.opening_id}/").content.decode()


def test_everybody_begins_from_where_they_came(cast, town):
    town.ask()
    Mailed.objects.filter(membership__member=cast.colleague).delete()
    mailing.keep_up()
    town.due(cast.colleague)
    assert town.sent(cast.colleague) == []
