"""Whom one can name in a space."""

from uuid import UUID

from django.db.models import Q

from discussions.models import Post
from members.models import Member
from spaces.kinds import space_kind
from spaces.models import Space

People = list[tuple[UUID, str]]


def mentionable(space: Space) -> People:
    """(id, name) of everybody whom one sees there: who belongs to it, or, where one does not see that, who has signed
    a post in it or chose to be listed in the directory.
    """
    if space_kind(space.kind).names_people:
        seen = Q(memberships__space=space, memberships__left_at=None)
    else:
        authors = Post.objects.kept().filter(space=space).exclude(author=None).order_by()
        seen = Q(pk__in=authors.values("author")) | Q(listed_at__isnull=False)
    return list(Member.objects.filter(seen, deactivated_at=None).order_by("name").values_list("pk", "name"))
