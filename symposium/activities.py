"""What happens in an edition's space."""

from django.urls import reverse

from spaces.kinds import SpaceKind, register_space
from spaces.models import Space
from symposium import access

register_space(
    SpaceKind(
        name=Space.Kind.EDITION,
        may_read=access.may_read,
        may_write=access.may_read,
        may_moderate=access.may_moderate,
        why_not=access.why_not,
        title=lambda space: str(space.edition),
        noun="edition",
        url=lambda space: reverse("symposium:edition", args=[space.edition.slug]),
        names_people=False,
        is_open=True,
    )
)
