"""The archive of a mailing list, brought into a forum: read twice, threaded, each mail once for ever.

First every head is read: who answers whom, what was here before. Then the threads are written, the newest first, some
posts a transaction, each with the note of its Message-ID. So whoever is killed runs it again, and it goes on.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from discussions.actions import OldPost, import_posts
from discussions.markup import clean, is_blank
from discussions.models import Forum, Post, Thread
from identifiers import find
from mailroom.automatic import is_by_program, is_probe
from mailroom.boxes import Piece, content, pieces
from mailroom.listmail import About, ListMail, about, doubts, is_ours, words_of
from mailroom.models import Archive, ArchivedMail, DoubtfulMail, PostedMail
from mailroom.reading import MOST_HEADERS, Unreadable
from members.models import Member
from notifications.letters import host

Thing = TypeVar("Thing")
TOGETHER = 100  # mails a transaction
LONGEST = 40_000  # characters of a post
APART = timedelta(days=90)  # the same subject after that is another thread
OF_A_POST = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@(.+)>")
UNTITLED = "A subject that staff look at first"
COMMON = 5  # a tag is the list's where at least every fifth mail bears it
REASONS = {
    "too large": "larger than a mail may be here",
    "unreadable": "not in the form of a mail",
    "no date": "without a date that can be",
    "automatic": "written by a program",
    "command": "commands to the list's program",
    "empty": "with nothing of their own in them",
    "too long": f"longer than {LONGEST:,} characters",
}


class Refused(Exception):
    """This mail does not come. Its argument is a word of REASONS."""


@dataclass(slots=True)
class Entry:
    """What is kept in memory of each mail: no words but its subject's."""

    piece: Piece
    digest: str
    answers: tuple[str, ...]  # digests of the Message-IDs that it refers to
    at: datetime
    key: str
    is_reply: bool


@dataclass
class Strand:
    """Mails that are one thread."""

    place: UUID
    entries: list[Entry]


@dataclass
class Known:
    """What is here: mails by their digests, those that this import brought before, and threads to go on with."""

    doubles: set[str] = field(default_factory=set)
    before: dict[str, ArchivedMail] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)


@dataclass
class Report:
    """What comes, in counts: nothing of what was said, and nobody's name or address."""

    threads: set[UUID] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    since: datetime | None = None
    until: datetime | None = None

    def add(self, place: UUID, at: datetime, *, matched: bool, held: bool, left_out: int) -> None:
        self.threads.add(place)
        self.counts.update(
            {"held" if held else "posts": 1, "matched" if matched else "former": 1, "left_out": left_out}
        )
        self.since, self.until = min(self.since or at, at), max(self.until or at, at)

    def as_data(self) -> dict[str, Any]:
        names = ("mails", "posts", "held", "doubles", "matched", "former", "left_out")
        return {
            **{name: self.counts[name] for name in names},
            "threads": len(self.threads),
            "refused": {why: {"count": len(those), "mails": those[:20]} for why, those in sorted(self.refused.items())},
            "since": self.since and self.since.date().isoformat(),
            "until": self.until and self.until.date().isoformat(),
        }


def bring(
    path: Path, *, forum: Forum, by: Member, dry_run: bool = False, tell: Callable[[int, int], None] = lambda *_: None
) -> dict[str, Any]:
    """Import the file, or say what would come; gives the report. Raises NotAnArchive, Refusal, PermissionDenied.

    `tell(done, of)` hears how far it is. Memory grows with the number of mails, by some 1 KB each, not with their size.
    """
    require(by, "data.import")
    require(by, "space.read", forum.space)
    with path.open("rb") as file, path.open("rb") as scan:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return _Import(file, scan, forum, by, tell).run(digest, dry_run)


def sentences(report: dict[str, Any]) -> Iterator[str]:
    """A report in words."""
    yield f"Mails in the file: {report['mails']:,}."
    span = f"; written from {report['since']} to {report['until']}" if report["since"] else ""
    yield f"Of these come: {report['posts'] + report['held']:,}, in threads: {report['threads']:,}{span}."
    yield f"Could identify somebody, so staff look at them before anybody reads them: {report['held']:,}."
    yield f"By members: {report['matched']:,}. By former list members, who stay without a name: {report['former']:,}."
    yield f"Here before, or twice in the file: {report['doubles']:,}."
    yield f"Attached files that are left out: {report['left_out']:,}."
    for why, those in report["refused"].items():
        numbers = ", ".join(str(number) for number in those["mails"])
        more = ", …" if those["count"] > len(those["mails"]) else ""
        yield f"Not taken, {REASONS[why]}: {those['count']:,} (in the file number {numbers}{more})."


class _Import:
    def __init__(
        self, file: BinaryIO, scan: BinaryIO, forum: Forum, by: Member, tell: Callable[[int, int], None]
    ) -> None:
        self.file, self.scan, self.forum, self.by, self.tell = file, scan, forum, by, tell
        self.archive: Archive | None = None
        self.report = Report()
        self.members = _members()
        self.by_name = _by_name(self.members.values())
        self.names: set[tuple[str, ...]] = set()  # of those who wrote on the list and are no members
        self.common: set[str] = set()  # tags that the list puts before subjects
        self.begun: set[UUID] = set()
        self.ours: dict[str, str] = {}  # digests of Message-IDs of posts here, with the post's id

    def run(self, digest: str, dry_run: bool) -> dict[str, Any]:
        entries = self._heads()
        if not dry_run:
            self.archive = _begin(self.forum, digest, self.by)
        known = self._known(entries)
        fresh = [entry for entry in entries if entry.digest not in known.doubles]
        self.report.counts["doubles"] += len(entries) - len(fresh)
        done = 0
        for strand in self._strands(fresh, known):
            for some in _by(strand.entries, TOGETHER):
                self._bring(strand.place, [entry for entry in some if not self._came_before(entry, known)])
                done += len(some)
                self.tell(done, len(fresh))
        report = self.report.as_data()
        if self.archive:
            _end(self.archive, self.by, report)
        return report

    # First reading: heads

    def _heads(self) -> list[Entry]:
        entries: dict[str, Entry] = {}
        tags: Counter[str] = Counter()
        for piece in pieces(self.scan):
            self.report.counts["mails"] += 1
            try:
                entry, found = self._head(piece)
            except Refused as refused:
                self.report.refused[str(refused)].append(piece.number)
                continue
            tags.update(found.tags)
            self.report.counts["doubles"] += entry.digest in entries
            entries.setdefault(entry.digest, entry)
        self.common = {tag for tag, count in tags.items() if count * COMMON >= self.report.counts["mails"]}
        self.names -= {words_of(member.name) for member in self.members.values()} | {()}
        return list(entries.values())

    def _head(self, piece: Piece) -> tuple[Entry, About]:
        if piece.size > settings.MAIL_MOST_MB * 1024 * 1024:
            raise Refused("too large")
        head = re.split(rb"\r?\n\r?\n", content(self.file, piece, MOST_HEADERS), maxsplit=1)[0]
        try:
            mail = ListMail(head)
        except Unreadable:
            raise Refused("unreadable") from None
        at = mail.written_at(piece.said)
        if at is None:
            raise Refused("no date")
        if mail.sender not in self.members:
            self.names.add(words_of(mail.writer))
        found = mail.about
        answers = mail.answers[:20]
        self.ours |= {_digest(one): own[1] for one in [*answers, mail.message_id] if (own := _own(one))}
        digest = _digest(mail.message_id) if mail.message_id else self._digest_of_all(piece)
        return Entry(piece, digest, tuple(map(_digest, answers)), min(at, now()), found.key, found.is_reply), found

    def _digest_of_all(self, piece: Piece) -> str:
        """Of a mail without a Message-ID: of all but its blanks, which differ from one file to the next."""
        return hashlib.sha256(b"".join(content(self.file, piece, piece.size).split())).hexdigest()

    def _known(self, entries: list[Entry]) -> Known:
        known = Known()
        wanted = {entry.digest for entry in entries} | {one for entry in entries for one in entry.answers}
        for some in _by(sorted(wanted), 500):
            for mail in ArchivedMail.objects.filter(digest__in=some).select_related("archive", "post"):
                if mail.archive == self.archive:
                    known.before[mail.digest] = mail
                else:
                    known.doubles.add(mail.digest)
                if mail.archive.forum_id == self.forum.pk:
                    known.places[mail.digest] = mail.post.thread_id if mail.post else mail.thread
            known.doubles |= set(PostedMail.objects.filter(digest__in=some).values_list("digest", flat=True))
        for own in _by(sorted(self.ours.items()), 500):
            posts = Post.objects.select_related("thread").in_bulk([UUID(pk) for _, pk in own])
            for digest, pk in own:
                if post := posts.get(UUID(pk)):
                    known.doubles.add(digest)
                    if post.space_id == self.forum.space_id and not post.thread.is_chat:
                        known.places[digest] = post.thread_id
        return known

    def _strands(self, entries: list[Entry], known: Known) -> list[Strand]:
        """By whom each answers; then, for what answers something that is not there, by subject. The newest first."""
        groups = _joined(entries, known.places)
        threads = Thread.objects.filter(space=self.forum.space_id, posts__imported_at__isnull=False).distinct()
        rows = threads.order_by("last_at").values_list("title", "created_at", "last_at", "pk")
        newest = {about(title).key: (since, until, place) for title, since, until, place in rows}  # of each subject
        there = set(known.places.values())
        strands: dict[UUID, Strand] = {}
        for group in sorted(groups, key=lambda one: one.entries[0].at):
            first, until = group.entries[0], group.entries[-1].at
            since, last, place = newest.get(first.key, (first.at, first.at, group.place))
            is_loose = group.place not in there and (first.is_reply or first.answers)
            if is_loose and first.key and since <= first.at <= last + APART:
                group.place, until = place, max(until, last)
            strands.setdefault(group.place, Strand(group.place, [])).entries.extend(group.entries)
            newest[first.key] = (first.at, until, group.place)
        for strand in strands.values():
            strand.entries.sort(key=lambda entry: (entry.at, entry.piece.number))
        return sorted(strands.values(), key=lambda strand: strand.entries[-1].at, reverse=True)

    # Second reading: what was said

    def _came_before(self, entry: Entry, known: Known) -> bool:
        mail = known.before.get(entry.digest)
        if mail is None:
            return False
        self.report.add(mail.thread, entry.at, matched=mail.matched, held=mail.held, left_out=mail.left_out)
        return True

    def _bring(self, place: UUID, entries: Iterable[Entry]) -> None:
        mails: list[tuple[ArchivedMail, DoubtfulMail]] = []
        title = ""
        opens = place not in self.begun and not ArchivedMail.objects.filter(thread=place).exists()
        opens = opens and not Thread.objects.filter(pk=place).exists()
        for entry in entries:
            try:
                mail, doubtful, subject = self._read(entry, place, opens=opens and not mails)
            except Refused as refused:
                self.report.refused[str(refused)].append(entry.piece.number)
                continue
            title = title or (UNTITLED if doubts(subject, self.names) else subject)
            mails.append((mail, doubtful))
            self.report.add(place, entry.at, matched=mail.matched, held=mail.held, left_out=mail.left_out)
        if mails:
            self.begun.add(place)
        if mails and self.archive:
            self._write(self.archive, place, title, mails)

    def _read(self, entry: Entry, place: UUID, *, opens: bool) -> tuple[ArchivedMail, DoubtfulMail, str]:
        """The mail as rows that are not saved yet, and its subject."""
        try:
            mail = ListMail(content(self.file, entry.piece, entry.piece.size))
        except Unreadable:
            raise Refused("unreadable") from None
        own = is_ours(mail)
        if is_by_program(mail, [] if own else [mail.sender], mail.about.words):
            raise Refused("automatic")
        body = clean(mail.text("plain")) if own else mail.own_words()
        if is_probe(mail, body):
            raise Refused("command")
        if is_blank(body):
            raise Refused("empty")
        if len(body) > LONGEST:
            raise Refused("too long")
        left_out = mail.left_out()
        if left_out:
            body += f"\n\n*{left_out} attached file{'s'[: left_out > 1]} did not come with the archive.*"
        title = clean(mail.about.title(self.common))[:1000]
        # By an address that they proved to be theirs; by name only where this site wrote the mail, which bears none.
        author = self.by_name.get(mail.writer) if own else self.members.get(mail.sender)
        note = clean(mail.decoded("X-Content-Note"))[:160]
        doubtful = DoubtfulMail(
            title=title if opens else "",
            body=body,
            content_note=note if own and not find(note) else "",
            intensity=int(found[0]) if own and (found := re.fullmatch("[123]", mail.header("X-Intensity"))) else 0,
            author=author,
            at=entry.at,
        )
        doubtful.findings = [[one.cls, one.start, one.end] for one in doubts(doubtful.text, self.names)]
        mark = {"matched": author is not None, "held": bool(doubtful.findings), "left_out": left_out}
        return ArchivedMail(digest=entry.digest, thread=place, **mark), doubtful, title

    @transaction.atomic
    def _write(self, archive: Archive, place: UUID, title: str, mails: list[tuple[ArchivedMail, DoubtfulMail]]) -> None:
        Archive.objects.select_for_update(no_key=True).get(pk=archive.pk)
        digests = [mail.digest for mail, _ in mails]
        if _is_here(digests):
            raise Refusal("Somebody imports the same mails at this moment. Run it again when that is through.")
        posts = [old_post(doubtful, is_held=mail.held) for mail, doubtful in mails]
        seqs = import_posts(forum=self.forum, thread=place, title=title, posts=posts, by=self.by)
        for (mail, doubtful), seq in zip(mails, seqs, strict=True):
            mail.archive, doubtful.seq = archive, seq
            mail.post_id = None if mail.held else doubtful.pk
        ArchivedMail.objects.bulk_create([mail for mail, _ in mails])
        for mail, doubtful in mails:
            doubtful.mail = mail
        DoubtfulMail.objects.bulk_create([doubtful for mail, doubtful in mails if mail.held])


def old_post(doubtful: DoubtfulMail, *, is_held: bool = False) -> OldPost:
    """What is to be its post."""
    return OldPost(
        id=doubtful.pk,
        author=doubtful.author,
        body=doubtful.body,
        at=doubtful.at,
        content_note=doubtful.content_note,
        intensity=doubtful.intensity,
        is_held=is_held,
    )


def _begin(forum: Forum, digest: str, by: Member) -> Archive:
    """Go on with what was broken off, or begin. It is in the trail before the first mail comes."""
    with transaction.atomic():
        archive, is_new = Archive.objects.get_or_create(forum=forum, digest=digest, ended_at=None, defaults={"by": by})
        facts = {"forum": forum.slug, "sha256": digest, "archive": str(archive.pk)}
        append("archive.begun" if is_new else "archive.resumed", subject=forum, by=by, facts=facts)
    return archive


@transaction.atomic
def _end(archive: Archive, by: Member, report: dict[str, Any]) -> None:
    archive = Archive.objects.select_for_update(no_key=True).select_related(None).get(pk=archive.pk)
    archive.report, archive.ended_at = report, now()
    archive.save(update_fields=["report", "ended_at"])
    counts = {name: report[name] for name in ("threads", "posts", "held", "doubles")}
    append("archive.imported", subject=archive.forum, by=by, facts={"archive": str(archive.pk), **counts})


def _is_here(digests: list[str]) -> bool:
    return (
        ArchivedMail.objects.filter(digest__in=digests).exists()
        or PostedMail.objects.filter(digest__in=digests).exists()
    )


def _joined(entries: list[Entry], places: dict[str, UUID]) -> list[Strand]:
    """Mails that answer each other, or the same one, also where that is missing; in each the oldest first."""
    above: dict[str, str] = {}

    def top(digest: str) -> str:
        while (up := above.setdefault(digest, digest)) != digest:
            above[digest] = above.setdefault(up, up)
            digest = up
        return digest

    for entry in entries:
        for answered in entry.answers:
            above[top(answered)] = top(entry.digest)
    known: dict[str, UUID] = {}
    for digest in list(above):
        if digest in places:
            known.setdefault(top(digest), places[digest])
    groups: dict[str, Strand] = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.piece.number)):
        root = top(entry.digest)
        place = known.get(root) or places.get(entry.digest)
        if root not in groups:
            groups[root] = Strand(place or uuid4(), [])
        groups[root].entries.append(entry)
    return list(groups.values())


def _members() -> dict[str, Member]:
    """Those who are here now, by every address that they proved to be theirs."""
    members = {member.pk: member for member in Member.objects.filter(deactivated_at=None).only("pk", "name", "email")}
    proven = EmailAddress.objects.filter(verified=True, user__in=members).values_list("email", "user")
    found = {email.lower(): members[pk] for email, pk in proven}
    return found | {member.email.lower(): member for member in members.values()}


def _by_name(members: Iterable[Member]) -> dict[str, Member]:
    """Those whose name only one of them has."""
    named: dict[str, set[Member]] = defaultdict(set)
    for member in members:
        named[member.name].add(member)
    return {name: those.pop() for name, those in named.items() if len(those) == 1}


def _by(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    return (things[at : at + size] for at in range(0, len(things), size))


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()


def _own(message_id: str) -> re.Match[str] | None:
    """Whether it is the Message-ID of a post of this site, and of which."""
    found = OF_A_POST.fullmatch(message_id)
    return found if found and found[2] == host() else None
