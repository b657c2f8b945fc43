"""The time of a meeting, by the reader's clock."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from meetings.clocks import clock
from meetings.clocks import hours as hours_of
from meetings.models import Answer

register = template.Library()
NOTHING = SafeString("")
CANCELLED = SafeString('<span class="tag bad">Cancelled</span>')
MOVED = SafeString('<span class="tag warn">Changed</span>')
SAID = {
    Answer.YES: SafeString('<span class="tag good">You come</span>'),
    Answer.MAYBE: SafeString('<span class="tag info">You may come</span>'),
    Answer.NO: SafeString('<span class="tag">You do not come</span>'),
}


@register.simple_tag
def hours(meeting: Any) -> SafeString:
    """From when until when: "8:00–9:15 pm EST"."""
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return _time(meeting, f"{hours_of(start, end)} {start:%Z}")


@register.simple_tag
def starts(meeting: Any) -> SafeString:
    """Only when it begins, where there is little room: "8:00 pm"."""
    return _time(meeting, clock(timezone.localtime(meeting.starts_at)))


@register.simple_tag
def state(meeting: Any) -> SafeString:
    """In a word: cancelled, at another time than planned, and what the reader said."""
    if meeting.cancelled_at:
        return CANCELLED
    return (MOVED if meeting.is_moved else NOTHING) + (SAID[meeting.mine.answer] if meeting.mine else NOTHING)


@register.simple_tag
def entry(meeting: Any, tab: str) -> SafeString:
    """A meeting in a week or a month. A month has hundreds: a template took three times as long (decision 0104)."""
    place = format_html('<p class="entry-place">{}</p>', meeting.place) if tab == "week" else ""
    return format_html(
        '<li class="entry{}{}"><a href="{}"><span class="entry-hours">{}</span> <span class="entry-title">{}</span></a>'
        '{}<p class="cluster">{}</p></li>',
        " off" if meeting.cancelled_at else "",
        " of-space" if meeting.series.space_id else "",
        meeting.get_absolute_url(),
        starts(meeting),
        meeting.series.title,
        place,
        state(meeting),
    )


@register.filter
def moment(at: datetime) -> str:
    """Within a sentence: "Tue, Jan 13, 8:00 pm"."""
    here = timezone.localtime(at)
    return f"{here:%a}, {here:%b} {here.day}, {clock(here)}"


def _time(meeting: Any, text: str) -> SafeString:
    start = timezone.localtime(meeting.starts_at)
    exact = meeting.starts_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    title = f"{start:%A}, {start:%B} {start.day}, {start.year}"
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, title, text)
