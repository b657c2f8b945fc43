from typing import Any

from django import template

from spaces.kinds import space_kind

register = template.Library()


@register.simple_tag
def space_title(space: Any) -> str:
    """What the space of a thing is called."""
    return space_kind(space.kind).title(space)
