"""The demonstration: invented people whom a visitor can be, and what they find. Made by the verbs that people use."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.timezone import now

from access import may
from cop import demonstration_content as content
from cop.demonstration_meetings import load_meetings
from cop.demonstration_registration import load_registrations
from cop.demonstration_symposium import load_symposium
from discussions import actions as discussions
from discussions.models import Forum, Post, Thread
from files import actions as files
from groups.actions import covenant as covenants
from groups.actions import joining, opening
from groups.models import Covenant, Group
from groups.years import this_year
from members.actions.lapse import send_lapse_notices
from members.models import (
    Affiliation,
    Application,
    Basis,
    Discipline,
    Domain,
    Language,
    Member,
    Organisation,
    RoleGrant,
)
from notifications.models import Letter
from spaces.inbox import open_inbox
from spaces.models import Activity, Membership

# Whom a visitor can be: name, and who that is in a few words.
PERSONAS = [
    ("Thea Therapist", "a therapist in two consultation groups"),
    ("Petra Physician", "a physician in the same group"),
    ("Faye Facilitator", "who facilitates groups and has requests to answer"),
    ("Cory Casework", "a case manager, new here: first steps, a covenant to sign"),
    ("Connie Contact", "the contact of an organisation"),
    ("Greta Grace", "whose organisation's award has just ended: she can read, not write"),
    ("Lars Lapsed", "whose organisation's award ended months ago"),
    ("Olive Outside", "an eligible member who is in no group"),
    ("Orla Specialist", "the ORR program specialist: rosters, never content"),
    ("Stan Staff", "NCB staff: applications, awards, groups"),
    ("Ada Admin", "NCB admin"),
    ("Pia Privacy", "the privacy officer"),
]
NAMESPACE = UUID("5b0c2c0e-6f0a-4c56-9f44-3d2a2a2f8b11")  # So that each post has the same client id at each load.


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


@transaction.atomic
def load() -> None:
    """Make all of it, in a migrated database without members."""
    organisations = {row[0]: _organisation(*row) for row in content.ORGANISATIONS}
    people = {row[0]: _person(organisations, *row) for row in content.PEOPLE}
    staff = people["Stan Staff"]
    if not Covenant.objects.exists():
        covenants.publish_covenant(text=content.COVENANT, by=staff)
    else:
        Covenant.objects.update(text=content.COVENANT)
    groups = {row[0]: _group(people, staff, *row) for row in content.GROUPS}
    for topic, messages in content.CHAT.items():
        _chat(groups[topic], people, messages)
    _share_a_file(groups["Clinical Case Management"], people)
    _who_waits(groups, people)
    for number, thread in enumerate(content.THREADS):
        _thread(people, number, *thread)
    load_meetings(people, groups)
    load_symposium(people)
    load_registrations(people)
    for name, email, organisation, title, message in content.APPLICATIONS:
        Application.objects.create(
            name=name,
            email=email,
            organisation=organisations[organisation],
            title=title,
            message=message,
            token_hash=uuid5(NAMESPACE, email).hex,
            token_expires_at=now(),
            confirmed_at=now(),
        )
    send_lapse_notices()  # what the worker would say first of all
    Letter.objects.update(sent_at=now())  # Nobody waits for these.


def _organisation(name: str, state: str, zone: str, domain: str, award_ends_in: int | None, level: str) -> Organisation:
    organisation = Organisation.objects.create(name=name, state=state, time_zone=zone)
    Domain.objects.create(organisation=organisation, name=domain)
    number = f"90ZT9{Organisation.objects.count():03}"
    evidence = "Notice of award, invented for the demonstration"
    if award_ends_in is not None:
        Basis.objects.create(
            organisation=organisation,
            kind=Basis.Kind.ORR_AWARD,
            number=number,
            award_type=Basis.AwardType.DS,
            starts_on=date(2022, 9, 30),
            ends_on=organisation.today() + timedelta(days=award_ends_in),
            evidence=evidence,
        )
    if level:
        Basis.objects.create(
            organisation=organisation,
            kind=Basis.Kind.NCTTP,
            level=level,
            starts_on=date(2024, 1, 1),
            ends_on=organisation.today() + timedelta(days=400),
            evidence=evidence,
        )
    return organisation


def _person(organisations, name, organisation, title, disciplines, languages, roles, pronouns, about) -> Member:
    home = organisations.get(organisation)
    member = Member(email=address(name), name=name, pronouns=pronouns, about=about)
    member.time_zone = home.time_zone if home else "America/New_York"
    member.set_unusable_password()
    if about:
        member.listed_at, member.shown_fields = now(), ["pronouns", "disciplines", "languages", "about"]
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    open_inbox(member)
    member.disciplines.set(Discipline.objects.get_or_create(name=one)[0] for one in disciplines)
    member.languages.set(Language.objects.get_or_create(name=one)[0] for one in languages)
    if home:
        Affiliation.objects.create(member=member, organisation=home, title=title, starts_on=date(2022, 10, 1))
    for role in roles:
        contact_of = home if role == RoleGrant.Role.CONTACT else None
        RoleGrant.objects.create(member=member, role=role, organisation=contact_of)
    return member


def _group(people, staff: Member, topic: str, description: str, facilitators, participants) -> Group:
    group = opening.open_group(topic=topic, fiscal_year=this_year(), by=staff, description=description)
    for name in facilitators:
        opening.appoint(group=group, member=people[name], by=staff)
    for name in participants:  # Some have been here longer than their organisation's award lasted.
        Membership.objects.create(space=group.space, member=people[name])
    covenant = Covenant.objects.latest("version")
    for name in [*facilitators, *participants]:
        if name != "Cory Casework" or topic != "Tele-mental Health":
            covenants.sign(covenant=covenant, group=group, by=people[name], name=name)
    return group


def _chat(group: Group, people, messages) -> None:
    thread = Thread.objects.get(space=group.space, kind=Thread.Kind.CHAT)
    for number, (days_ago, hour, author, text, signs, replies) in enumerate(messages):
        root = _post(thread, people[author], text, number, days_ago, hour)
        for sign, names in signs.items():
            for name in names:
                discussions.react(post=root, by=people[name], sign=sign)
        for place, (name, reply) in enumerate(replies, start=1):
            _post(thread, people[name], reply, f"{number}.{place}", days_ago, hour + place, root)
        if may(people[author], "post.pin", root) and number == 0:
            discussions.pin(post=root, by=people[author])


def _post(
    thread: Thread, author: Member, text: str, number, days_ago: int, hour: int, root: Post | None = None
) -> Post:
    key = uuid5(NAMESPACE, f"{thread.pk} {number}")
    cache.clear()  # invented people write a month's messages in a minute
    post = discussions.write_post(
        thread=thread, by=author, body=text, client_id=key, reply_to=root.pk if root else None
    )
    assert isinstance(post, Post)
    _long_ago(post, days_ago, hour)
    return post


def _long_ago(post: Post, days_ago: int, hour: int) -> None:
    day = now().astimezone(ZoneInfo("America/New_York")).date() - timedelta(days=days_ago)
    at = min(
        datetime(day.year, day.month, day.day, hour, 12, tzinfo=ZoneInfo("America/New_York")),
        now() - timedelta(minutes=5),
    )
    Post.objects.filter(pk=post.pk).update(created_at=at)
    Activity.objects.filter(space=post.space_id, target=post.pk).update(created_at=at)
    post.refresh_from_db()


def _thread(
    people, number, kind, title, topics, days_ago, hour, author, text, intensity, note, replies, answer
) -> None:
    forum = Forum.objects.get(slug="commons")
    cache.clear()  # invented people write a month's messages in a minute
    thread = discussions.start_thread(
        space=forum.space,
        by=people[author or "Cory Casework"],
        kind=kind,
        title=title,
        body=text,
        client_id=uuid5(NAMESPACE, f"thread {number}"),
        topics=forum.topics.filter(slug__in=topics),
        unnamed=author is None,
        intensity=intensity,
        content_note=note,
    )
    assert isinstance(thread, Thread)
    assert thread.opening is not None
    _long_ago(thread.opening, days_ago, hour)
    posts = [
        _post(thread, people[name], reply, f"{number}.{place}", days_ago, hour + place)
        for place, (name, reply) in enumerate(replies, start=1)
    ]
    if answer is not None:
        discussions.accept_answer(post=posts[answer], by=people[author or "Cory Casework"])
    last = posts[-1] if posts else Post.objects.get(pk=thread.opening.pk)
    Thread.objects.filter(pk=thread.pk).update(last_at=last.created_at)
    if kind == Thread.Kind.ANNOUNCEMENT:
        discussions.pin_thread(thread=thread, by=people["Stan Staff"])


def _share_a_file(group: Group, people) -> None:
    author = people["Sol Social-Work"]
    upload = SimpleUploadedFile("warm-hand-off.txt", content.WARM_HANDOFF.encode())
    file = files.receive(space=group.space, upload=upload, by=author, client_id=uuid5(NAMESPACE, "hand-off"))
    discussions.write_post(
        thread=Thread.objects.get(space=group.space),
        by=author,
        body="Here it is as we print it.",
        client_id=uuid5(NAMESPACE, "hand-off message"),
        files=[file.pk],
    )


def _who_waits(groups, people) -> None:
    joining.ask_to_join(
        group=groups["Clinical Treatment"], by=people["Dara Director"], note="I supervise two therapists and miss this."
    )
    joining.ask_to_join(group=groups["Clinical Case Management"], by=people["Emil Evaluator"])
