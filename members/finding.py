"""People by their names: whom the member sees, and nobody by what they wrote without their name."""

from finding.index import Index
from finding.kinds import Findable, register
from members.models import Member

register(
    Findable(
        name="people",
        label="People",
        place=50,
        index=Index("members_member", ("name",), stemmed=False, prefixed=True),
        visible=lambda member, spaces: Member.objects.visible_to(member),
        partial="members/_found_person.html",
        newest="joined_at",
    )
)
