"""One search for all: what fits, and never more than one may read. The same on SQLite and on PostgreSQL."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from discussions import actions
from discussions.models import Post, Thread
from discussions.retention import purge_posts
from files import actions as files
from finding import search as engine
from finding.kinds import findables
from finding.search import search
from finding.tasks import let_go_of_old_words
from groups import actions as groups
from groups.models import Group
from meetings.actions import cancel_meeting, plan_series
from meetings.models import Meeting, MeetingSeries, Question, UnnamedAsker
from members.models import Member
from spaces.access import readable_spaces
from spaces.models import Membership
from tests.access_table import a_session, published, town_meeting
from tests.people import make_group

pytestmark = pytest.mark.django_db

CANARY = "Quetzalcoatl"


@pytest.fixture
def say(cast):
    """say("…"): a message in the group's chat."""

    def say(body, by=None, group=None, **more):
        thread = (group or cast.group).space.threads.get(kind=Thread.Kind.CHAT)
        return actions.write_post(thread=thread, by=by or cast.member, body=body, client_id=uuid4(), **more)

    return say


@pytest.fixture
def ask(cast):
    """ask("…"): a question in the commons."""

    def ask(title, body="Tell me.", by=None, kind="question", **more):
        more = {"client_id": uuid4(), **more}
        return actions.start_thread(
            space=cast.commons.space, by=by or cast.member, kind=kind, title=title, body=body, **more
        )

    return ask


def look(member, text, **more):
    spaces = more.pop("spaces", None) or [space.pk for space in readable_spaces(member)]
    return search(member, text, spaces=spaces, **more)


def found(member, text, kind="posts", **more):
    """What is found of one kind, as texts."""
    sections = {section.name: section for section in look(member, text, kind=kind, **more).sections}
    names = {
        "posts": "body",
        "threads": "title",
        "files": "name",
        "groups": "topic",
        "people": "name",
        "answers": "text",
        "polls": "question",
        "meetings": "title",
    }
    return [getattr(hit.thing, names[kind]) for hit in sections[kind].hits] if kind in sections else []


def put_file(cast, name, by=None):
    by, space = by or cast.member, cast.group.space
    file = files.receive(space=space, upload=SimpleUploadedFile(name, b"An agenda."), by=by, client_id=uuid4())
    files.attach(files=[file.pk], space=space, by=by)
    return file


def put_poll(thread, by, question, answers=("Mornings", "Evenings"), **more):
    return actions.put_poll(thread=thread, by=by, question=question, answers=answers, **more)


def plan(by, title, **terms):
    """A series of four weekly meetings from tomorrow on: the specialist's for all, or a session of the group."""
    space = terms.get("space")
    usual = {"audience": "space" if space else "eligible", "pattern": "weekly", "zone": "America/New_York"}
    first_on = localdate() + timedelta(days=2)
    when = {"first_on": first_on, "last_on": first_on + timedelta(days=21), "begins_at": time(14), "minutes": 60}
    organisations = terms.pop("organisations", ())
    series = MeetingSeries(title=title, **usual | when | terms)
    return plan_series(series=series, by=by, organisations=organisations)


class TestWords:
    @pytest.mark.parametrize(
        ("sought", "fits"),
        [
            ("interview", True),
            ("INTERVIEWS interviewing", True),
            ("interview asylum", True),
            ("interview absent", False),
            ('"asylum interviews"', True),
            ('"interviews asylum"', False),
            ("\u201casylum interviews\u201d", True),
            ("interview -jose", False),
            ("interview -absent", True),
            ('interview -"asylum interviews"', False),
            ("jose", True),
            ("JOSÉ", True),
            ("the interview", True),
            ("straße", True),
            ("stress", True),
            ("trauma/stress", True),
            ("hand-off", True),
            ("off", False),
            ("2026", True),
            ("SOT", True),
            ('"SOT"', True),
            ("survivor of torture", True),
            ("", False),
            ("the", False),
            ("-interview", False),
            ('"', False),
            ("100% ' \\ ( ) * : ^ {", False),
            ("interview ' \\ ( ) * : ^ { OR AND NOT NEAR", False),
            ("interview & | ! <-> ')", True),
        ],
    )
    def test_what_is_found(self, cast, say, sought, fits):
        body = "José on asylum interviews (2026): trauma/stress, the hand-off, straße, and a survivor of torture."
        say(body)
        assert found(cast.colleague, sought) == ([body] if fits else [])

    @pytest.mark.parametrize(
        ("said", "sought"),
        [
            ("Ask an SOT first", "survivor of torture"),
            ("The Istanbul Protocol helps", "IP"),
            ("Bring it to the PCG", "peer consultation group"),
        ],
    )
    def test_one_finds_it_under_its_other_name(self, cast, say, said, sought):
        say(said)
        assert found(cast.member, sought) == [said]

    def test_what_says_more_of_it_comes_first_and_of_the_same_the_newest(self, cast, say):
        texts = ["A grounding exercise", "We talked of grounding, among many other things that day", "grounding, now"]
        for text in [*texts, "grounding, now"]:
            say(text)
        assert found(cast.member, "grounding")[0] == "grounding, now"
        ids = [hit.thing.pk for hit in look(cast.member, "grounding").sections[0].hits]
        newest = Post.objects.filter(body="grounding, now").order_by("-created_at").first()
        assert ids[0] == newest.pk
        assert len(ids) == 4

    def test_what_was_sought_is_marked_in_a_part_of_the_text(self, cast, say):
        say(f"{'before ' * 60}<b>Élan</b> {'after ' * 90}")
        (hit,) = look(cast.member, "elan").sections[0].hits
        assert [piece for piece, is_sought in hit.part if is_sought] == ["Élan"]
        assert hit.part[0] == ("… ", False)
        assert len("".join(piece for piece, _ in hit.part)) < 300

    def test_names_are_found_by_their_beginning(self, cast, client):
        put_file(cast, "Questionnaire_intake v2.txt")
        assert found(cast.member, "question", "files") == ["Questionnaire_intake v2.txt"]
        assert found(cast.member, "col", "people") == ["Cole Colleague"]
        assert found(cast.member, "clin", "groups") == ["Clinical Treatment"]

    def test_a_thread_is_found_by_what_its_poll_asks_and_offers(self, cast, ask):
        only = {"space": cast.commons.space_id, "by": "Mara", "about": "question"}
        thread = ask("A common hour")
        put_poll(thread, cast.member, "Which time suits you?")
        for sought in ("suits", "evening", "time mornings"):
            (section,) = look(cast.outsider, sought, kind="polls", only=only).sections
            assert [hit.thing.thread for hit in section.hits] == [thread]
        put_poll(thread, cast.member, "Which day?", ["Monday", "Friday"])
        assert look(cast.outsider, "suits").sections == look(cast.outsider, "evening").sections == []
        actions.take_poll_away(thread=thread, by=cast.member)
        assert look(cast.outsider, "friday").sections == []

    def test_a_slip_is_mended(self, cast, say, ask):
        say("Bring the affidavit")
        ask("Asylum and sleep")
        assert look(cast.member, "afidavit").suggestion == "affidavit"
        assert look(cast.member, "asilum").suggestion == "asylum"
        assert look(cast.member, "xqzwv").suggestion == ""


class TestKept:
    """The database keeps the index: nothing that is gone or changed is found by its old words."""

    def test_an_edit_is_followed(self, cast, say):
        post = say("An old word")
        actions.edit_post(post=post, by=cast.member, body="A new one", version=post.version)
        assert (found(cast.member, "old"), found(cast.member, "new")) == ([], ["A new one"])

    def test_what_was_removed_is_not_found(self, cast, say):
        actions.remove_post(post=say(f"{CANARY} stays"), by=cast.member)
        assert look(cast.member, CANARY).sections == []
        assert not words_kept()

    def test_what_was_purged_leaves_no_word(self, cast, say):
        say(f"{CANARY} stays")
        assert words_kept()
        purge_posts(space=cast.group.space, before=now() + timedelta(days=1))
        assert not words_kept()

    def test_and_none_in_the_file_once_it_was_tidied(self, cast, say):
        say(f"{CANARY} stays")
        purge_posts(space=cast.group.space, before=now() + timedelta(days=1))
        let_go_of_old_words()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM discussions_post_found_data WHERE instr(block, %s)", [b"quetz"])
                assert cursor.fetchone() == (0,)

    def test_what_is_deleted_by_whatever_way_leaves_no_word(self, cast, say):
        say(CANARY)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM discussions_mention")
            cursor.execute("UPDATE discussions_post SET body = 'quiet'")
        assert not words_kept()

    def test_every_index_is_there(self, cast):
        """A migration that makes SQLite build a table anew drops its triggers: it has to make it findable again."""
        for findable in findables():
            table = findable.index.table
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
                    assert len(cursor.fetchall()) == 3, table
                else:
                    cursor.execute(
                        "SELECT generation_expression FROM information_schema.columns "
                        "WHERE table_name = %s AND column_name = 'found'",
                        [table],
                    )
                    (expression,) = cursor.fetchone()
                    assert ("english" in expression) == findable.index.stemmed
                    assert all(column in expression for column in findable.index.columns)


def words_kept():
    """Whether the canary is in the index of posts, whoever asks."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM discussions_post_found WHERE discussions_post_found MATCH %s", [CANARY]
            )
        else:
            cursor.execute("SELECT count(*) FROM discussions_post WHERE found @@ to_tsquery('english', %s)", [CANARY])
        return cursor.fetchone()[0]


class TestNarrowing:
    def test_by_topic_kind_person_day_space_and_answer(self, cast, ask):
        topic = cast.commons.topics.get(slug="clinical")
        one = ask("Rest and sleep", "Which sleep?", topics=[topic])
        ask("Sleep again", "Another sleep", by=cast.colleague, kind="discussion")
        answer = actions.write_post(thread=one, by=cast.colleague, body="Their sleep", client_id=uuid4())
        actions.accept_answer(post=answer, by=cast.member)
        ask("No sleep")
        titles = ["Rest and sleep", "Sleep again", "No sleep"]

        def threads(**only):
            return [title for title in titles if title in found(cast.member, "sleep", "threads", only=only)]

        assert threads() == titles
        assert threads(topic="clinical") == titles[:1]
        assert threads(about="discussion") == ["Sleep again"]
        assert threads(by="cole") == ["Sleep again"]
        assert threads(answered="yes") == ["Rest and sleep"]
        assert threads(answered="no") == ["No sleep"]
        assert threads(since=now() + timedelta(hours=1)) == threads(until=now() - timedelta(hours=1)) == []
        assert threads(space=cast.group.space_id) == []
        assert set(found(cast.member, "sleep", only={"by": "Cole"})) == {"Their sleep", "Another sleep"}
        assert set(found(cast.member, "sleep", only={"topic": "clinical"})) == {"Which sleep?", "Their sleep"}

    def test_a_filter_takes_away_what_does_not_know_it(self, cast):
        assert [one.name for one in look(cast.member, "clinical").sections] == ["groups"]
        assert look(cast.member, "clinical", only={"by": "Mara"}).sections == []


ASK_IN_VAIN = ["outsider", "lapsed", "unsigned", "staff", "admin", "expert", "contact"]


class TestLeaks:
    """Neither a hit nor a count, a facet, a snippet or a suggestion tells of what one may not read."""

    @pytest.fixture
    def secret(self, cast, say):
        say(f"{CANARY} in the group")
        thread = actions.start_thread(
            space=cast.group.space,
            by=cast.facilitator,
            kind="question",
            title=f"{CANARY} as a title",
            body=f"{CANARY}!",
            client_id=uuid4(),
        )
        put_poll(thread, cast.facilitator, f"{CANARY} or not?")
        put_file(cast, f"{CANARY}.txt")
        plan(cast.facilitator, f"{CANARY} as a session", space=cast.group.space, description=f"{CANARY}, too")
        return thread

    def test_those_inside_find_all_of_it(self, cast, secret):
        for member in (cast.member, cast.facilitator):
            results = look(member, CANARY)
            assert {one.name: one.count for one in results.sections} == {
                "threads": 1,
                "polls": 1,
                "posts": 2,
                "files": 1,
                "meetings": 1,
            }
            assert look(member, "Quetzalcoatel").suggestion == "quetzalcoatl"

    @pytest.mark.parametrize("who", ASK_IN_VAIN)
    def test_everybody_else_finds_nothing(self, cast, secret, client, who):
        member = getattr(cast, who)
        for text in (CANARY, "Quetzalcoatel", "quetz", f'"{CANARY} in the group"'):
            results = look(member, text)
            assert (results.sections, results.suggestion) == ([], "")
        client.force_login(member)
        space = cast.group.space_id
        for query in (
            {"q": CANARY},
            {"q": CANARY, "space": space},
            {"q": "Quetzalcoatel"},
            {"q": "a", "kind": "posts"},
        ):
            answer = client.get("/search/", query)
            page = answer.content.decode().replace(query["q"], "")
            assert (answer.status_code, CANARY.lower() in page.lower()) == (200, False)
            assert f'value="{space}"' not in page

    def test_who_left_or_was_let_go_finds_nothing_more(self, cast, secret):
        mine = Membership.objects.get(space=cast.group.space, member=cast.colleague)
        assert look(cast.colleague, CANARY).sections
        groups.leave(membership=mine, by=cast.colleague)
        assert look(Member.objects.get(pk=cast.colleague.pk), CANARY).sections == []

    def test_whoever_reads_by_a_break_glass_searches_that_group_only(self, cast, secret, client):
        glass = groups.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
        groups.open_glass(glass=glass, by=cast.privacy_officer)
        client.force_login(cast.admin)
        assert CANARY in client.get(reverse("groups:search", args=[cast.group.pk]), {"q": CANARY}).content.decode()

    def test_the_unnamed_are_not_found_by_their_name(self, cast, ask):
        ask(f"{CANARY} alone", f"{CANARY} asks", unnamed=True)
        assert found(cast.outsider, CANARY) == [f"{CANARY} asks"]
        for name in ("Mara", "Mara Member", "member"):
            for kind in ("posts", "threads"):
                assert found(cast.outsider, CANARY, kind, only={"by": name}) == []
        assert found(cast.outsider, "Mara") == []

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-31", "yesterday"])
    def test_a_day_that_is_none_counts_as_not_asked(self, cast, ask, client, day):
        ask("grounding")
        client.force_login(cast.outsider)
        page = client.get("/search/", {"q": "grounding", "since": day, "until": day})
        assert (page.status_code, "mark" in page.content.decode()) == (200, True)

    def test_nor_does_the_page_name_them(self, cast, ask, client):
        ask(f"{CANARY} alone", f"{CANARY} asks", unnamed=True)
        client.force_login(cast.outsider)
        page = client.get("/search/", {"q": CANARY}).content.decode()
        assert "A member" in page
        assert "Mara" not in page
        assert str(cast.member.pk) not in page

    def test_the_folded_show_their_note_only(self, cast, ask, client):
        ask("A hard one", f"{CANARY} and the cellar", intensity=2, content_note="About detention")
        client.force_login(cast.outsider)
        page = client.get("/search/", {"q": "cellar"}).content.decode()
        assert "About detention" in page
        assert CANARY not in page
        (hit,) = look(cast.outsider, "cellar").sections[0].hits
        assert (hit.marked, hit.whole, hit.part) == (None, [], [])
        assert look(cast.outsider, "Quetzalcoatel").suggestion == ""

    def test_what_the_poll_of_a_folded_thread_asks_is_not_shown(self, cast, ask, client):
        thread = ask("A hard one", intensity=2, content_note="About detention")
        put_poll(thread, cast.member, f"{CANARY} or the cellar?")
        client.force_login(cast.outsider)
        page = client.get("/search/", {"q": "cellar"}).content.decode()
        assert "About detention" in page
        assert CANARY not in page
        assert look(cast.outsider, "Quetzalcoatel").suggestion == ""

    @pytest.mark.parametrize("anonymous", [True, False])
    def test_a_poll_is_found_without_its_votes(self, cast, ask, client, anonymous):
        thread = ask("A common hour", by=cast.outsider)
        poll = put_poll(thread, cast.outsider, "Which time?", anonymous=anonymous)
        client.force_login(cast.colleague)

        def shown():
            page = client.get("/search/", {"q": "evenings", "kind": "polls"}).content.decode()
            return page.partition("<found-list>")[2].partition("</found-list>")[0]

        before = shown()
        actions.vote(thread=thread, by=cast.member, answers=[1])
        actions.vote(thread=thread, by=cast.colleague, answers=[1])
        assert shown() == before
        assert poll.question in before
        assert found(cast.colleague, "Mara", "polls") == []

    def test_people_are_those_whom_one_sees(self, cast):
        assert found(cast.outsider, "Mara", "people") == []
        assert found(cast.colleague, "Mara", "people") == ["Mara Member"]
        assert look(cast.outsider, "Marra Member").suggestion == ""
        Member.objects.filter(pk=cast.member.pk).update(listed_at=now())
        assert found(cast.outsider, "Mara", "people") == ["Mara Member"]
        Member.objects.filter(pk=cast.member.pk).update(deactivated_at=now())
        assert found(cast.outsider, "Mara", "people") == []

    def test_groups_are_those_that_are_open_to_one(self, cast):
        assert found(cast.outsider, "clinical", "groups") == ["Clinical Treatment"]
        assert found(cast.lapsed, "clinical", "groups") == []

    def test_meetings_are_those_of_which_one_sees_a_date(self, cast):
        plan(cast.specialist, f"{CANARY} for all")
        plan(cast.specialist, f"{CANARY} of one", audience="organisations", organisations=[cast.away])
        both = {f"{CANARY} for all", f"{CANARY} of one"}
        assert set(found(cast.outsider, CANARY, "meetings")) == set(found(cast.staff, CANARY, "meetings")) == both
        assert found(cast.member, CANARY, "meetings") == [f"{CANARY} for all"]
        for nobody in (cast.lapsed, cast.expert):
            assert (look(nobody, CANARY).sections, look(nobody, "Quetzalcoatel").suggestion) == ([], "")

    def test_what_is_planned_after_ones_eligibility_ends_is_not_found(self, cast):
        cast.away.bases.update(ends_on=localdate() + timedelta(days=1))
        plan(cast.specialist, f"{CANARY} for all")
        member = Member.objects.get(pk=cast.outsider.pk)
        assert (look(member, CANARY).sections, look(member, "Quetzalcoatel").suggestion) == ([], "")

    def test_what_others_say_elsewhere_does_not_move_the_order(self, cast, say):
        for text in ("dawn and dusk and dawn", "dusk", "dawn"):
            say(text)
        before = found(cast.member, "dawn")
        other = make_group("Elsewhere", participants=[cast.outsider])
        for number in range(20):
            say(f"dawn {number}", by=cast.outsider, group=other)
        assert found(cast.member, "dawn") == before


class TestMeetings:
    """Series by their titles and descriptions; a hit leads to a date."""

    def lead(self, member, text="sleep"):
        (section,) = look(member, text, kind="meetings").sections
        return [hit.thing.date_id for hit in section.hits]

    def test_a_hit_leads_to_the_next_date_that_is_held_and_then_to_the_last(self, cast, time_machine):
        series = plan(cast.specialist, "On rest", description="What helps with sleeping")
        first, second, _, last = series.meetings.select_related("series")
        assert self.lead(cast.member) == [first.pk]
        cancel_meeting(meeting=first, by=cast.specialist)
        assert self.lead(cast.member) == [second.pk]
        time_machine.move_to(last.ends_at)
        assert self.lead(cast.member) == [last.pk]

    def test_the_page_says_when_and_whose(self, cast, client):
        series = plan(cast.facilitator, "Sleep", space=cast.group.space)
        client.force_login(cast.member)
        page = client.get("/search/", {"q": "sleep"}).content.decode()
        assert f'href="{series.meetings.first().get_absolute_url()}"' in page
        assert "2:00 pm" in page or "1:00 pm" in page
        assert "Clinical Treatment" in page.partition("<found-list>")[2]
        page = client.get(reverse("groups:search", args=[cast.group.pk]), {"q": "sleep"}).content.decode()
        assert ">Sleep</a>" in page

    def test_within_a_group_only_its_own_are_found(self, cast):
        plan(cast.specialist, "Sleep for all")
        plan(cast.facilitator, "Sleep here", space=cast.group.space)
        assert found(cast.member, "sleep", "meetings", only={"space": cast.group.space_id}) == ["Sleep here"]
        assert set(found(cast.member, "sleep", "meetings")) == {"Sleep for all", "Sleep here"}

    def test_other_words_are_found_once_they_are_changed(self, cast):
        series = plan(cast.specialist, "Sleep")
        MeetingSeries.objects.filter(pk=series.pk).update(title="Rest", description="")
        assert (look(cast.member, "sleep").sections, found(cast.member, "rest", "meetings")) == ([], ["Rest"])


class TestAnswers:
    """What was answered at meetings, for those who see the meeting, once it is published: no word of it before."""

    @pytest.fixture
    def asked(self, cast):
        """A question at a town meeting, or at a session of the group, with an answer."""

        def asked(meeting, **more):
            said = {"state": "live", "answered_at": now(), "let_in_at": now(), "answer": f"{CANARY} answers"}
            known = {"meeting_id": meeting, "text": f"{CANARY} asks", "asker": cast.member, "client_id": uuid4()}
            return Question.objects.create(**{**known, **said, **more})

        return asked

    def finders(self, cast, text=CANARY):
        people = [*ASK_IN_VAIN, "member", "colleague", "facilitator", "specialist", "privacy_officer"]
        return {who for who in people if found(getattr(cast, who), text, "answers")}

    def suggested(self, cast):
        people = [*ASK_IN_VAIN, "member", "colleague", "facilitator", "specialist", "privacy_officer"]
        return {who for who in people if look(getattr(cast, who), "Quetzalcoatel").suggestion}

    @pytest.mark.parametrize("of_group", [False, True])
    def test_they_are_found_by_who_sees_the_meeting_once_published(self, cast, asked, of_group):
        meeting = asked(a_session(cast) if of_group else town_meeting(cast)).meeting
        assert self.finders(cast) == self.suggested(cast) == set()
        Meeting.objects.filter(pk=meeting.pk).update(answers_published_at=now())
        inside = {"member", "colleague", "facilitator"}
        everyone = inside | {"outsider", "unsigned", "contact", "staff", "admin", "specialist", "privacy_officer"}
        assert self.finders(cast) == self.suggested(cast) == (inside if of_group else everyone)

    def test_what_is_not_answered_or_was_taken_away_or_merged_is_not(self, cast, asked):
        other = asked(published(cast), text="Another", answer="")
        meeting = other.meeting_id
        asked(meeting, state="new", answered_at=None, answer="")
        asked(meeting, refused_at=now())
        asked(meeting, let_in_at=None)
        asked(meeting, merged_into=other)
        assert self.finders(cast) == self.suggested(cast) == set()

    def test_nobody_is_found_by_their_name_who_asked_without_it(self, cast, asked, client):
        meeting = published(cast)
        asked(meeting)
        unnamed = asked(meeting, text=f"{CANARY} hides", asker=None, unnamed=True)
        UnnamedAsker.objects.create(question=unnamed, member=cast.colleague, client_id=uuid4())
        assert found(cast.outsider, CANARY, "answers", only={"by": "Mara"}) == [f"{CANARY} asks"]
        assert found(cast.outsider, CANARY, "answers", only={"by": "Cole"}) == []
        client.force_login(cast.outsider)
        page = client.get("/search/", {"q": "hides", "kind": "answers"}).content.decode()
        assert "A member" in page
        assert "Cole" not in page
        assert str(cast.colleague.pk) not in page

    def test_a_group_searches_its_own_sessions_alone(self, cast, asked, client):
        for meeting in (a_session(cast), published(cast)):
            Meeting.objects.filter(pk=meeting).update(answers_published_at=now())
            asked(meeting)
        group = cast.group.space_id
        assert len(found(cast.member, CANARY, "answers")) == 2
        assert len(found(cast.member, CANARY, "answers", only={"space": group})) == 1


class TestPage:
    def test_it_has_what_was_found_by_kinds(self, cast, say, client, monkeypatch):
        monkeypatch.setattr(engine, "PAGE", 2)
        for number in range(5):
            say(f"Grounding {number}")
        client.force_login(cast.colleague)
        page = client.get("/search/", {"q": "grounding"}).content.decode()
        assert "<mark>Grounding</mark>" in page
        assert "All 5 messages" in page
        second = client.get("/search/", {"q": "grounding", "kind": "posts", "page": "2"})
        assert len(second.context["results"].open[0].hits) == 2
        assert 'rel="next"' in second.content.decode()

    def test_a_count_ends_somewhere(self, cast, say, client, monkeypatch):
        monkeypatch.setattr(engine, "MOST", 3)
        for number in range(5):
            say(f"Grounding {number}")
        client.force_login(cast.colleague)
        assert "3+" in client.get("/search/", {"q": "grounding"}).content.decode()

    def test_what_is_no_answer_counts_as_not_asked(self, cast, say, client):
        say("Grounding")
        client.force_login(cast.colleague)
        odd = {"q": "grounding", "kind": "x", "page": "-1", "space": "x", "since": "x", "topic": "x", "answered": "?"}
        assert "<mark>Grounding</mark>" in client.get("/search/", odd).content.decode()

    def test_days_are_those_of_the_member(self, cast, say, client):
        say("Grounding")
        client.force_login(cast.colleague)
        today = localdate()

        def count(**days):
            days = {name: day.isoformat() for name, day in days.items()}
            return len(client.get("/search/", {"q": "grounding", **days}).context["results"].sections)

        far = timedelta(days=2)
        assert [count(since=today - far, until=today + far), count(since=today + far), count(until=today - far)] == [
            1,
            0,
            0,
        ]

    def test_a_group_searches_itself(self, cast, say, ask, client):
        say("Grounding here")
        ask("Grounding there", "Grounding there")
        client.force_login(cast.member)
        page = client.get(reverse("groups:search", args=[cast.group.pk]), {"q": "grounding"}).content.decode()
        assert "here" in page
        assert "Grounding</mark> there" not in page

    def test_it_asks_as_often_for_many_as_for_one(self, cast, say, client):
        client.force_login(cast.member)

        def queries():
            with CaptureQueriesContext(connection) as asked:
                client.get("/search/", {"q": "grounding"})
            return len(asked)

        say("Grounding 0")
        actions.start_thread(
            space=cast.group.space, by=cast.member, kind="question", title="Grounding", body="x", client_id=uuid4()
        )
        put_file(cast, "grounding 0.txt")
        plan(cast.specialist, "Grounding 0")
        one = queries()
        for number in range(1, 6):
            say(f"Grounding {number}", by=cast.colleague)
            put_file(cast, f"grounding {number}.txt", by=cast.colleague)
            other = make_group(f"Grounding {number}", participants=[cast.member, cast.colleague])
            say(f"Grounding {number}", group=other)
            plan(cast.specialist, f"Grounding {number}")
            plan(cast.facilitator, f"Grounding {number}", space=cast.group.space)
        assert Group.objects.count() == 6
        assert queries() <= one + 1  # groups were not found before: their texts are one more
        assert one < 45  # some three for each sort of thing that can be found
