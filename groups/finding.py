"""Groups by their topics and descriptions: for everyone to whom groups are open, as in the list of them."""

from finding.index import Index
from finding.kinds import Findable, register
from groups.models import Group

register(
    Findable(
        name="groups",
        label="Groups",
        place=40,
        index=Index("groups_group", ("topic", "description"), prefixed=True),
        visible=lambda member, spaces: Group.objects.visible_to(member),
        partial="groups/_found_group.html",
    )
)
