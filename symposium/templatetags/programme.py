"""A session as a row of the programme. There are a hundred on a page: a template took three times as long."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from meetings.clocks import hours
from symposium.models import ReleasedSession, Speaker

register = template.Library()
NOTHING = SafeString("")
CHOSEN = SafeString(' class="chosen"')


@register.simple_tag
def session_rows(slots: list[ReleasedSession], listing: Any, mark: str = "") -> SafeString:
    """All of a section. `mark` sets its ids apart, where a session stands in several."""
    rows = ((session_row(slot, listing, f"{mark}{slot.session_id}"),) for slot in slots)
    return format_html_join("", "{}", rows)


def session_row(slot: ReleasedSession, listing: Any, key: str) -> SafeString:
    """When, what, who and where; and a button that puts it into the reader's agenda, where they have one."""
    start = slot.starts_at.astimezone(listing.zone)
    day = "" if listing.in_days else f"{start:%a} {start.day}, "
    return format_html(
        '<li id="s-{}"{}><p class="slot-hours"><time datetime="{}">{}{} {}</time></p>'
        '<div class="grow"><a class="title" href="{}">{}</a><p class="meta">{}</p>{}</div>{}</li>',
        key,
        CHOSEN if slot.is_chosen else "",
        slot.starts_at.isoformat(),
        day,
        hours(start, slot.ends_at.astimezone(listing.zone)),
        f"{start:%Z}",
        f"{listing.url}{slot.session_id}/",
        slot.title,
        " · ".join(_about(slot)),
        clash_notice(slot),
        _button(slot, listing, key),
    )


@register.simple_tag
def clash_notice(slot: ReleasedSession) -> SafeString:
    """What else of their agenda is at that time."""
    if not slot.clash:
        return NOTHING
    names = " and ".join(f"“{other.title}”" for other in slot.clash)
    return format_html('<p class="clash" role="status">At the same time you chose {}.</p>', names)


def _about(slot: ReleasedSession) -> list[str]:
    found = [str(one) for one in (slot.format, slot.track, slot.room) if one]
    if slot.people:
        found.append(", ".join(named(one) for one in slot.people))
    return found


def named(person: Any) -> str:
    return f"{person.name} (chair)" if person.part == Speaker.Part.CHAIR else person.name


def _button(slot: ReleasedSession, listing: Any, key: str) -> SafeString:
    if not listing.may_choose or slot.meeting is None:
        return NOTHING
    chosen = slot.is_chosen
    if slot.has_seats:
        return format_html(
            '<a class="button small quiet" href="{}">{}<span class="visually-hidden"> “{}”</span></a>',
            listing.seats_url,
            "Your seat" if chosen else "Seats",
            slot.title,
        )
    return format_html(
        '<button class="button small{}" id="choose-{}" name="{}" value="{}"'
        ' hx-post="{}" hx-target="#s-{}" hx-swap="outerHTML">{}<span class="visually-hidden"> “{}”</span></button>',
        " quiet" if chosen else "",
        key,
        "drop" if chosen else "choose",
        slot.session_id,
        listing.choose_url,
        key,
        "Take out" if chosen else "Choose",
        slot.title,
    )
