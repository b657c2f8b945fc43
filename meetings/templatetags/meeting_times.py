"""The time of a meeting, by the reader's clock."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from meetings.clocks import clock
from meetings.clocks import hours as hours_of

register = template.Library()


@register.simple_tag
def hours(meeting: Any) -> SafeString:
    """From when until when: "8:00–9:15 pm EST"."""
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return _time(meeting, f"{hours_of(start, end)} {start:%Z}")


@register.simple_tag
def starts(meeting: Any) -> SafeString:
    """Only when it begins, where there is little room: "8:00 pm"."""
    return _time(meeting, clock(timezone.localtime(meeting.starts_at)))


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
