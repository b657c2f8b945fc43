"""The archive of a mailing list, brought into a forum."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from access import may
from audit.models import Entry
from discussions import actions
from discussions.access import waits_first
from discussions.lists import thread_page, threads_of, unread_threads
from discussions.models import Forum, Post, Thread
from finding.search import search
from mailroom import importing, reviewing
from mailroom.boxes import NotAnArchive
from mailroom.models import Archive, ArchivedMail, DoubtfulMail, PostedMail
from notifications import feeds, mailing, notices
from notifications.models import Letter, Notice
from spaces.models import Activity, Membership
from tests.people import make_forum

pytestmark = pytest.mark.django_db
ARCHIVES = Path(__file__).parent / "archives"


@pytest.fixture(autouse=True)
def domain(settings):
    settings.MAIL_DOMAIN = "lists.example.org"
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


@pytest.fixture
def bring(cast):
    def bring(name, **more):
        path = name if isinstance(name, Path) else ARCHIVES / name
        return importing.bring(path, **{"forum": cast.commons, "by": cast.staff} | more)

    return bring


@pytest.fixture
def box(tmp_path):
    """box(mail, …): a file with these mails."""

    def box(*mails, name="list.mbox"):
        path = tmp_path / name
        said = [f"From x@example.net Mon Jan  5 10:00:00 2015\n{mail}\n" for mail in mails]
        path.write_text("\n".join(said))
        return path

    return box


def mail(text="I would wait.", sender="Dana Doe <dana@elsewhere.example>", subject="Who waits?", day=5, **headers):
    named = {"From": sender, "Subject": subject, "Date": f"Mon, {day} Jan 2015 10:00:00 +0000"} | headers
    named.setdefault("Message_ID", f"<{uuid4()}@mail.example.net>")
    return "\n".join([*(f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value), "", text])


def said():
    """What stands in each thread, and by whom."""
    threads = Thread.objects.titled().order_by("created_at")
    return {thread.title: [(post.by, post.body) for post in thread.posts.order_by("seq")] for thread in threads}


def titled(title):
    return Thread.objects.get(title=title)


FORMER = "A former list member"


def test_a_pipermail_archive_comes_threaded_clean_and_dated(cast, bring):
    report = bring("pipermail.txt")
    assert said() == {
        "How long do sleep groups last?": [
            (
                "Mara Member",
                "Ours has eight sessions. How long do yours last?\n\nFrom the first evening on, people ask for more.",
            ),
            (FORMER, "Twelve sessions, with a break in the middle."),
            ("Cole Colleague", "We stopped counting. A group of its own goes on."),
        ],
        "The thread before the archive begins": [(FORMER, "I agree with both of you.")],
        "A subject that staff look at first": [
            (FORMER, "Ask a lawyer first.\n\n*1 attached file did not come with the archive.*")
        ],
        "¿Cómo cuidan ustedes al intérprete?": [(FORMER, "Nosotros hacemos una pausa después de cada sesión.")],
    }
    thread = titled("How long do sleep groups last?")
    assert thread.created_at == thread.opening.created_at == datetime(2015, 1, 5, 16, tzinfo=UTC)
    assert thread.last_at == datetime(2015, 1, 6, 9, tzinfo=UTC)
    assert (thread.post_count, thread.kind) == (3, "discussion")
    assert report == {
        "mails": 8,
        "threads": 4,
        "posts": 6,
        "held": 2,
        "doubles": 0,
        "matched": 3,
        "former": 5,
        "left_out": 1,
        "refused": {},
        "since": "2015-01-05",
        "until": "2015-01-09",
    }


def test_a_notebook_of_listserv_comes(bring):
    bring("listserv.log")
    threads = Thread.objects.titled().order_by("created_at")
    assert [[(post.by, post.body) for post in thread.posts.all()] for thread in threads] == [
        [
            (FORMER, "Who walks with people from the front desk?"),
            (
                "Mara Member",
                f"The case manager does, each time.\n\n{'=' * 73}\nthat line of signs above begins no mail",
            ),
        ],
        [("Mara Member", "Half a year on, another conversation.")],  # the same subject, half a year later
    ]


def test_modern_mails_come_and_what_nobody_said_is_refused_with_the_reason(bring):
    report = bring("modern.mbox")
    assert said() == {
        "¿Quién espera con ellos?": [
            (
                "Mara Member",
                "Nosotros esperamos con ellos, y ustedes?\n\n*1 attached file did not come with the archive.*",
            ),
            (FORMER, "Yo también.\nFrom time to time a colleague does."),  # deactivated: nobody's address any more
        ],
        "A sentence that begins with From": [
            (FORMER, "It was so.\n\nFrom a line that begins so\nno date anywhere."),
        ],
    }
    refused = {why: those["mails"] for why, those in report["refused"].items()}
    assert refused == {"automatic": [4], "command": [5], "empty": [6], "no date": [8]}
    assert (report["mails"], report["posts"], report["doubles"]) == (8, 3, 1)


@pytest.mark.parametrize("name", ["pipermail.txt", "listserv.log", "modern.mbox"])
def test_a_dry_run_says_what_comes_and_changes_nothing(bring, name):
    before = Activity.objects.count(), Entry.objects.count()
    dry = bring(name, dry_run=True)
    assert (Activity.objects.count(), Entry.objects.count()) == before
    assert not Post.objects.exists()
    assert not Archive.objects.exists()
    assert bring(name) == dry
    come = dry["posts"] + dry["held"] + dry["doubles"] + sum(one["count"] for one in dry["refused"].values())
    assert come == dry["mails"]


def test_a_report_holds_no_words_names_or_addresses(bring):
    for name in ("pipermail.txt", "modern.mbox"):
        told = "\n".join(importing.sentences(bring(name, dry_run=True)))
        for secret in ("Dana", "Juan", "Mara", "@", "elsewhere", "sleep", "A123", "unsubscribe"):
            assert secret not in told


def test_the_same_mails_come_once_for_ever(cast, bring, box):
    first = [
        mail(subject="Who waits?", Message_ID="<w1@x.example>"),
        mail(subject="No name for me", day=9, Message_ID=None),
    ]
    both = [
        *first,
        mail("And I.", day=6, subject="Re: Who waits?", Message_ID="<w2@x.example>", References="<w1@x.example>"),
    ]
    PostedMail.objects.create(member=cast.member, digest=importing._digest("<came@x.example>"))
    bring(box(*first))
    again = bring(box(*first))
    assert (again["posts"], again["doubles"]) == (0, 2)
    overlapping = bring(box(*both, mail(Message_ID="<came@x.example>"), name="larger.mbox"))
    assert (overlapping["posts"], overlapping["doubles"]) == (1, 3)
    assert [len(posts) for posts in said().values()] == [2, 1]
    Post.objects.all().delete()
    assert bring(box(*both))["posts"] == 0  # also where what came was purged since
    assert Archive.objects.count() == 4


def test_a_mail_that_came_with_an_archive_does_not_come_by_mail_too(cast, bring, box, post_office):
    written = mail(sender=f"Cole <{cast.colleague.email}>", Message_ID="<w1@x.example>")
    bring(box(written))
    assert post_office.settle(written).reason == "again"
    assert Post.objects.filter(author=cast.colleague).count() == 1


def test_old_posts_are_news_to_nobody(cast, bring):
    """No letter, no notice, nothing unread, no entry in a feed; not for those who want to hear of everything."""
    space = cast.commons.space
    for member in (cast.member, cast.colleague, cast.outsider):
        actions.belong(member=member, space=space)
    Membership.objects.filter(space=space).update(notify="each")
    mailing.keep_up()
    notices.tell()
    bring("pipermail.txt")
    notices.tell()
    mailing.write_at_once()
    assert not Letter.objects.exists()
    assert not Notice.objects.exists()
    assert unread_threads([space], cast.colleague) == {space.pk: 0}
    assert not Membership.objects.with_unread().exclude(unread=0).exists()
    assert "sleep groups" not in feeds.atom(cast.member)
    live = actions.write_post(
        thread=titled("How long do sleep groups last?"), by=cast.outsider, body="Ten now.", client_id=uuid4()
    )
    mailing.write_at_once()
    assert {tuple(letter.posts) for letter in Letter.objects.all()} == {(str(live.pk),)}
    assert unread_threads([space], cast.colleague) == {space.pk: 1}
    page = thread_page(live.thread, cast.colleague, {})
    assert [row.is_first_new for row in page.rows] == [False, False, False, True]


def test_open_pages_hear_of_few_threads(cast, bring, box):
    """A page of a list hears of those that belong at its head; a post is a number and no more."""
    mails = [mail(f"Words {number}.", day=1 + number % 28, subject=f"Thread {number}") for number in range(40)]
    bring(box(*mails))
    kinds = Activity.objects.filter(space=cast.commons.space).values_list("kind", flat=True)
    assert sum(kind == "post.imported" for kind in kinds) == 40
    assert sum(kind == "thread.started" for kind in kinds) <= 32
    assert set(kinds) == {"post.imported", "thread.started"}
    seqs = Activity.objects.filter(space=cast.commons.space).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, len(seqs) + 1))


def test_lists_and_the_search_have_it_with_its_own_date(cast, bring):
    actions.start_thread(
        space=cast.commons.space, by=cast.member, kind="question", title="Today", body="Now.", client_id=uuid4()
    )
    bring("pipermail.txt")
    bring("listserv.log")
    listed = [thread.title for thread in threads_of(cast.commons.space, cast.member, {}).page]
    assert listed == [
        "Today",
        "¿Cómo cuidan ustedes al intérprete?",
        "A subject that staff look at first",
        "The thread before the archive begins",
        "How long do sleep groups last?",
        "Warm hand-offs",
        "Warm hand-offs",
    ]
    found = search(cast.member, "break in the middle", spaces=[cast.commons.space_id])
    (hit,) = [hit for section in found.open for hit in section.hits]
    assert (hit.thing.by, hit.thing.created_at.year) == (FORMER, 2015)


def test_who_is_no_member_is_nowhere(cast, bring, client):
    """Neither name nor address: not on pages, in the search, in exports."""
    bring("pipermail.txt")
    client.force_login(cast.member)
    pages = [client.get(thread.get_absolute_url()).content.decode() for thread in Thread.objects.titled()]
    pages += [client.get("/discussions/commons/").content.decode()]
    pages += [
        client.get("/search/", {"q": word}).content.decode().split("</form>")[-1] for word in ("dana", "doe", "muñoz")
    ]
    client.force_login(cast.staff)
    pages += [client.post(f"/staff/archives/commons/{form}/").content.decode() for form in ("mbox", "json")]
    for page in pages:
        for secret in ("Dana", "Doe", "Lou Lost", "Muñoz", "elsewhere.example", "Juan", "A123"):
            assert secret not in page


def test_an_export_can_be_imported_again(cast, bring, tmp_path, client, settings):
    """Into another site: the same threads, dates and authors. Into this one nothing comes twice."""
    space = cast.commons.space
    asked = {"kind": "question", "title": "Who waits?", "body": "I ask.\n\n> a quotation\nFrom me"}
    first = actions.start_thread(space=space, by=cast.member, client_id=uuid4(), **asked)
    actions.write_post(thread=first, by=cast.colleague, body="-- \nI do.", client_id=uuid4())
    strong = {"intensity": 2, "content_note": "A loss"}
    actions.start_thread(
        space=space, by=cast.outsider, kind="discussion", title="Re: A day", body="Hard.", client_id=uuid4(), **strong
    )

    def standing():
        return {
            thread.title: [
                (post.by, post.body, post.created_at.replace(microsecond=0), post.intensity, post.content_note)
                for post in thread.posts.order_by("seq")
            ]
            for thread in Thread.objects.titled()
        }

    before = standing()
    client.force_login(cast.staff)
    path = tmp_path / "commons.mbox"
    path.write_bytes(client.post("/staff/archives/commons/mbox/").content)
    assert (bring(path)["posts"], bring(path)["doubles"]) == (0, 3)
    Thread.objects.titled().delete()  # as if this were another site
    assert bring(path)["posts"] == 3
    after = standing()
    assert after == {title.removeprefix("Re: "): posts for title, posts in before.items()}


def test_what_comes_later_goes_on_where_its_thread_is(cast, bring, box):
    """Also one that was merged; who has it open sees what came."""
    bring(box(mail(Message_ID="<w1@x.example>"), name="one.mbox"))
    other = actions.start_thread(
        space=cast.commons.space, by=cast.member, kind="question", title="Other", body="Now.", client_id=uuid4()
    )
    actions.merge_thread(thread=titled("Who waits?"), into=other, by=cast.staff)
    bring(box(mail("I do.", day=7, subject="Re: Who waits?", In_Reply_To="<w1@x.example>"), name="two.mbox"))
    assert [body for _, body in said()["Other"]] == ["I would wait.", "Now.", "I do."]
    assert Activity.objects.filter(kind="post.came", space=cast.commons.space).exists()


def test_an_old_post_does_not_stand_for_a_first_one(cast, bring):
    """Where first posts wait: an archive proves no sender."""
    Forum.objects.update(hold_first=True)
    bring("pipermail.txt")
    assert Post.objects.filter(author=cast.member).exists()
    assert waits_first(cast.member, cast.commons.space)


def test_a_broken_date_is_taken_from_elsewhere_or_the_mail_stays_out(bring, box):
    later = (now() + timedelta(days=400)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    received = "from a by b; Tue, 6 Jan 2015 10:00:00 +0000"
    bring(box(mail(subject="From the line above", Date="sometime"), mail(subject="Not of next year", Date=later)))
    assert set(Post.objects.values_list("created_at", flat=True)) == {datetime(2015, 1, 5, 10, tzinfo=UTC)}
    path = box(mail(subject="By a server", Date="1 Jan 1904", Received=received), name="other.mbox")
    path.write_text(path.read_text().replace("Mon Jan  5 10:00:00 2015", "Mon Jan the day 2015"))
    bring(path)
    assert titled("By a server").created_at == datetime(2015, 1, 6, 10, tzinfo=UTC)


def test_only_staff_import_and_by_name(cast, bring, capsys):
    for person in (cast.member, cast.facilitator, cast.contact, cast.privacy_officer):
        with pytest.raises(PermissionDenied):
            bring("listserv.log", by=person)
    for wrong in (
        ["--as", "nobody@example.org"],
        ["--as", cast.member.email],
        ["--as", cast.staff.email, "--forum", "no"],
    ):
        with pytest.raises(CommandError):
            call_command("import_archive", str(ARCHIVES / "listserv.log"), *["--forum", "commons", *wrong])
    with pytest.raises(CommandError):
        call_command("import_archive", __file__, "--forum", "commons", "--as", cast.staff.email)
    with pytest.raises(NotAnArchive):
        bring(Path(__file__))
    path = str(ARCHIVES / "listserv.log")
    call_command("import_archive", path, "--forum", "commons", "--as", cast.staff.email, "--dry-run")
    assert not Post.objects.exists()
    call_command("import_archive", path, "--forum", "commons", "--as", cast.staff.email)
    assert Post.objects.count() == 3
    assert "Done." in capsys.readouterr().out
    entries = Entry.objects.filter(verb__startswith="archive.").order_by("number")
    assert [(entry.verb, entry.actor) for entry in entries] == [
        ("archive.begun", cast.staff.pk),
        ("archive.imported", cast.staff.pk),
    ]
    assert entries[1].facts["posts"] == 3


@pytest.mark.parametrize("size", [1, 2])
def test_posts_come_in_order_however_many_go_together(bring, monkeypatch, size):
    monkeypatch.setattr(importing, "TOGETHER", size)
    dry = bring("pipermail.txt", dry_run=True)
    assert bring("pipermail.txt") == dry
    assert [by for by, _ in said()["How long do sleep groups last?"]] == ["Mara Member", FORMER, "Cole Colleague"]


def test_a_former_address_that_a_member_proved_is_theirs(cast, bring, box):
    EmailAddress.objects.create(user=cast.member, email="Mara@former.example", verified=True)
    EmailAddress.objects.create(user=cast.member, email="claimed@former.example", verified=False)
    bring(box(mail(sender="M <mara@FORMER.example>"), mail("Not proven.", sender="M <claimed@former.example>")))
    assert {post.body: post.by for post in Post.objects.all()} == {
        "I would wait.": "Mara Member",
        "Not proven.": FORMER,
    }
    assert ArchivedMail.objects.filter(matched=True).count() == 1


# What could identify somebody


@pytest.fixture
def held(cast, bring):
    """The one that opens its thread and has a telephone number and an A-number in it."""
    bring("pipermail.txt")
    return DoubtfulMail.objects.get(author=cast.outsider)


def test_what_could_identify_somebody_waits_for_staff(cast, held, client):
    """In no row that any page reads: also for who moderates the forum, and its own author."""
    assert not Post.objects.filter(body__contains="612").exists()
    other = DoubtfulMail.objects.exclude(pk=held.pk).get()  # it names a former list member
    assert [cls for cls, _, _ in other.findings] == ["name"]
    Membership.objects.update_or_create(
        space=cast.commons.space, member=cast.colleague, left_at=None, defaults={"role": "facilitator"}
    )
    for person in (cast.colleague, cast.outsider):
        client.force_login(person)
        assert client.get(f"/staff/imports/doubtful/{held.pk}/").status_code == 403
    client.force_login(cast.staff)
    page = client.get(f"/staff/imports/doubtful/{held.pk}/").content.decode()
    assert "<mark>A123 456 789</mark>" in page
    assert "Call me at [phone]" in page


def test_staff_show_it_changed_in_its_place(cast, held, client):
    thread = titled("A subject that staff look at first")
    client.force_login(cast.staff)
    form = {"outcome": "change", "title": "A plan for somebody", "body": "They wait for an answer."}
    assert client.post(f"/staff/imports/doubtful/{held.pk}/", form).status_code == 302
    thread.refresh_from_db()
    assert (thread.title, thread.opening.body) == ("A plan for somebody", "They wait for an answer.")
    assert [by for by, _ in said()["A plan for somebody"]] == ["Olive Outsider", FORMER]
    assert thread.created_at == thread.opening.created_at == held.at
    assert unread_threads([cast.commons.space], cast.colleague) == {cast.commons.space_id: 0}
    entry = Entry.objects.get(verb="archive.approved")
    assert (entry.actor, entry.facts["changed"], entry.facts["classes"]) == (cast.staff.pk, True, ["a_number", "phone"])
    assert not DoubtfulMail.objects.filter(pk=held.pk).exists()
    assert client.post(f"/staff/imports/doubtful/{held.pk}/", form).status_code == 404


def test_staff_show_it_as_it_came(cast, held, client):
    client.force_login(cast.staff)
    client.post(f"/staff/imports/doubtful/{held.pk}/", {"outcome": "approve", "title": "", "body": ""})
    assert titled("A plan for Juan Perez, A-number A123 456 789").opening.body == held.body
    assert Entry.objects.get(verb="archive.approved").facts["changed"] is False


def test_staff_drop_it_for_ever(cast, held, bring, client):
    client.force_login(cast.staff)
    assert client.post(f"/staff/imports/doubtful/{held.pk}/", {"outcome": "change", "body": " "}).status_code == 422
    client.post(f"/staff/imports/doubtful/{held.pk}/", {"outcome": "drop"})
    assert Entry.objects.get(verb="archive.dropped").actor == cast.staff.pk
    assert DoubtfulMail.objects.count() == 1
    assert bring("pipermail.txt")["held"] == 0
    assert not Post.objects.filter(author=cast.outsider).exists()


QUEUE = "/staff/imports/doubtful/"


def test_several_are_decided_about_at_once_each_with_its_row_in_the_trail(cast, held, client):
    client.force_login(cast.staff)
    page = client.get(QUEUE).content.decode()
    assert "A-number" in page
    both = list(DoubtfulMail.objects.all())
    assert client.post(QUEUE, {"outcome": "change"}).status_code == 422
    assert client.post(QUEUE, {"outcome": "change", "ids": [one.pk for one in both]}).status_code == 302
    assert not DoubtfulMail.objects.exists()
    entries = Entry.objects.filter(verb="archive.approved")
    assert {(entry.actor, entry.facts["post"], entry.facts["changed"]) for entry in entries} == {
        (cast.staff.pk, str(one.pk), True) for one in both
    }
    whole = "".join(f"{post.thread.title} {post.body}" for post in Post.objects.filter(pk__in=[one.pk for one in both]))
    assert "[phone]" in whole
    assert not any(secret in whole for secret in ("612", "A123"))


@pytest.mark.parametrize(("outcome", "shown"), [("approve", 2), ("drop", 0)])
def test_several_are_shown_as_they_came_or_dropped(cast, held, client, outcome, shown):
    client.force_login(cast.staff)
    ids = [one.pk for one in DoubtfulMail.objects.all()]
    client.post(QUEUE, {"outcome": outcome, "ids": ids})
    assert Post.objects.filter(pk__in=ids).count() == shown
    assert (Post.objects.filter(pk=held.pk, body=held.body).exists(), DoubtfulMail.objects.count()) == (bool(shown), 0)
    assert Entry.objects.filter(verb__in=["archive.approved", "archive.dropped"]).count() == 2


def test_where_one_was_decided_about_meanwhile_nothing_is_done(cast, held, client):
    client.force_login(cast.staff)
    ids = [one.pk for one in DoubtfulMail.objects.all()]
    reviewing.drop(doubtful=held, by=cast.admin)
    answer = client.post(QUEUE, {"outcome": "drop", "ids": ids})
    assert (answer.status_code, DoubtfulMail.objects.count()) == (409, 1)
    assert "nothing was done" in answer.content.decode()
    assert Entry.objects.filter(verb="archive.dropped").count() == 1


def test_a_thread_of_which_everything_waits_begins_when_staff_show_it(cast, bring, box, client):
    bring(
        box(
            mail("Call 612-555-0142.", Message_ID="<w1@x.example>"),
            mail("Or 612-555-0143.", day=6, References="<w1@x.example>"),
        )
    )
    assert not Thread.objects.titled().exists()
    client.force_login(cast.staff)
    later, first = DoubtfulMail.objects.order_by("-at")
    for one in (later, first):
        client.post(
            f"/staff/imports/doubtful/{one.pk}/", {"outcome": "change", "body": f"Call. {one.at.day}", "title": "Who"}
        )
    assert said() == {"Who": [(FORMER, "Call. 5"), (FORMER, "Call. 6")]}
    assert titled("Who").opening.body == "Call. 5"


def test_what_waits_goes_where_its_thread_went(cast, held, client):
    actions.move_thread(thread=titled("A subject that staff look at first"), to=make_forum(), by=cast.staff)
    client.force_login(cast.staff)
    form = {"outcome": "change", "title": "A plan", "body": "They wait."}
    client.post(f"/staff/imports/doubtful/{held.pk}/", form)
    post = Post.objects.get(pk=held.pk)
    assert (post.space, post.space) == (make_forum().space, post.thread.space)


def test_staff_see_what_was_imported(cast, held, client):
    client.force_login(cast.staff)
    page = client.get("/staff/imports/").content.decode()
    assert "Of these come: 8, in threads: 4; written from 2015-01-05 to 2015-01-09." in page
    assert "2 wait for a decision" in page
    assert "612-555-0142" not in page
    Archive.objects.update(ended_at=None, report={})
    assert "was broken off" in client.get("/staff/imports/").content.decode()


def test_what_only_looks_like_our_own_export_is_believed_in_nothing(cast, bring, box):
    """Neither the name of a member nor what should be known before: everybody can write such headers."""
    forged = {"X_Content_Note": "Client A 123 456 789", "X_Intensity": "2", "X_Seal": "0" * 64}
    sender = f"{cast.member.name} <commons@lists.example.org>"
    bring(box(mail(sender=sender, Message_ID=f"<{uuid4()}@any.host.example>", **forged)))
    assert not Post.objects.filter(author=cast.member).exists()
    assert not Post.objects.exclude(content_note="", intensity=0).exists()


def test_what_an_archive_says_is_a_members_they_cannot_rewrite(cast, bring):
    bring("pipermail.txt")
    post = Post.objects.filter(author=cast.member).first()
    assert not may(cast.member, "post.edit", post)
    assert may(cast.member, "post.remove", post)
    opening = Thread.objects.filter(opening__author=cast.member).first() or post.thread
    Thread.objects.filter(pk=opening.pk).update(opening=post)
    opening.refresh_from_db()
    assert not may(cast.member, "thread.edit", opening)
    assert not may(cast.member, "thread.poll", opening)
