"""Small marks drawn on many pages: icons, a person's initials and hue, a group's circle of seats."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from zlib import crc32

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a room draws some three hundred
def icon(name: str) -> SafeString:
    """A drawing from static/images/icons.svg. It says nothing by itself: the button has the words."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("images/icons.svg"),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word, leaving out titles: "Dr. Amal van Rijn" is AR."""
    words = [word for word in str(name).split() if word[0].isalnum() and not word.endswith(".")]
    return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper() if words else "?"


@register.filter
def hue(person: Any) -> int:
    """One of eight hues, 1 to 8, always the same for the same person."""
    return crc32(str(getattr(person, "pk", person)).encode()) % 8 + 1


@register.filter
def pages(page: Page) -> Iterator[int | str]:
    """The numbers around a page, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.simple_tag
def seats(participants: int, facilitators: int = 2, of: int = 12) -> SafeString:
    """A circle of a group's seats, two of them its facilitators'; taken seats are filled."""
    kinds = ["lead"] * max(facilitators, 2)
    for seat in range(max(of, participants)):
        kinds.insert(seat + 1 if seat < of // 2 else len(kinds), "taken" if seat < participants else "free")
    drawn = format_html_join(
        "",
        '<rect class="{}" x="-3.4" y="-21.6" width="6.8" height="4.6" rx="2.3" transform="rotate({})"/>',
        ((kind, round(360 * place / len(kinds), 1)) for place, kind in enumerate(kinds)),
    )
    label = f"{participants} of {of} seats taken"
    return format_html('<svg class="seats" viewBox="-24 -24 48 48" role="img" aria-label="{}">{}</svg>', label, drawn)
