"""Whom a video room's report means: by their address, by their whole name where only one has it, or to be decided."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from meetings.models import Meeting
from members.models import Member

IN_BRACKETS = re.compile(r"(?P<before>[^(]*)\((?P<inside>[^)]*)\)")
SOME = 3


def could_be(meeting: Meeting) -> QuerySet[Member]:
    """Who may be meant: everyone with an account then; of a group's session its members then."""
    members = Member.objects.exclude(deactivated_at__lte=meeting.starts_at)
    if not meeting.series.space_id:
        return members
    then = Q(memberships__left_at=None) | Q(memberships__left_at__gt=meeting.starts_at)
    return members.filter(then, memberships__space=meeting.series.space_id).distinct()


def key_of(meeting: Meeting, name: str, email: str) -> str:
    """The same for the same name and address at this meeting. Nobody without our key learns who it is from it."""
    said = f"{meeting.pk} {_normal(name)} {email}"
    return salted_hmac("meetings.Participant", said, algorithm="sha256").hexdigest()


class People:
    """Those who could be meant, by address, by name, and by each word of their names. Looked up in one query."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.by_email: dict[str, Member] = {}
        self.by_name: dict[str, list[Member]] = defaultdict(list)
        self.by_word: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            self.by_email[member.email.lower()] = member
            name = _normal(member.name)
            self.by_name[name].append(member)
            for word in set(name.split()):
                self.by_word[word].append(member)

    def meant(self, name: str, email: str) -> Member | None:
        """The one whose address or whole name it is; None where nobody's, or that of two."""
        if email in self.by_email:
            return self.by_email[email]
        found = {member for said in _names(name) for member in self.by_name.get(said, ())}
        return found.pop() if len(found) == 1 else None

    def likely(self, name: str, email: str) -> list[Member]:
        """A few whose names share words with it, those with most of them first."""
        words = set(re.split(r"\W+", f"{_normal(name)} {email.partition('@')[0]}")) - {""}
        shared: dict[Member, int] = defaultdict(int)
        for word in words:
            for member in self.by_word.get(word, ()):
                shared[member] += 1
        return sorted(shared, key=lambda member: (-shared[member], member.name))[:SOME]


def _names(said: str) -> set[str]:
    """Zoom writes "JD (Jane Doe)" where somebody changed their name in the room; people write "Jane Doe (she/her)"."""
    found = IN_BRACKETS.fullmatch(said)
    return {_normal(one) for one in (said, *(found.groups() if found else ()))} - {""}


def _normal(name: str) -> str:
    return " ".join(name.casefold().split())
