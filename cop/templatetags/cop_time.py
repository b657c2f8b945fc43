"""Times as people say them, with the exact one at hand. The page's zone is the reader's (middleware activates it)."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from meetings.clocks import clock as clock_of

register = template.Library()


@register.simple_tag
def when(moment: datetime | None, now: datetime | None = None) -> SafeString:
    """A moment, relative while it is near: "3 min ago", "Tue 2:05 pm", "Mar 14". Empty for None."""
    if moment is None:
        return SafeString("")
    return _time(moment, _near(timezone.localtime(moment), timezone.localtime(now or timezone.now())), "when")


@register.simple_tag
def clock(moment: datetime) -> SafeString:
    """Only the time of day, for messages under a heading that names the day."""
    return _time(moment, clock_of(timezone.localtime(moment)), "clock")


@register.simple_tag
def day(value: date | datetime | None, now: datetime | None = None) -> SafeString:
    """A day: "Today", "Tomorrow", "Tuesday, March 3", with the year where it is another one. Empty for None."""
    if value is None:
        return SafeString("")
    here = timezone.localtime(now or timezone.now()).date()
    that = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}" title="{}">{}</time>', that.isoformat(), _date(that), _day(that, here))


@register.simple_tag
def date_of(value: date | datetime | None) -> SafeString:
    """A day by its short date, for tables and within sentences: "Sep 29, 2027". Empty for None."""
    if value is None:
        return SafeString("")
    that = timezone.localtime(value).date() if isinstance(value, datetime) else value
    text = f"{that:%b} {that.day}, {that.year}"
    return format_html('<time datetime="{}" title="{}">{}</time>', that.isoformat(), f"{that:%A}", text)


def _time(moment: datetime, text: str, kind: str) -> SafeString:
    here = timezone.localtime(moment)
    full = f"{here:%A}, {_date(here.date())}, {clock_of(here)} {here:%Z}"
    exact = moment.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}" data-{}>{}</time>', exact, full, kind, text)


def _near(moment: datetime, now: datetime) -> str:
    past = now - moment
    if abs(past) < timedelta(minutes=1):
        return "just now" if past >= timedelta(0) else "in a moment"
    if timedelta(0) < past < timedelta(hours=1):
        return f"{int(past.total_seconds() // 60)} min ago"
    if timedelta(0) < -past < timedelta(hours=1):
        return f"in {int(-past.total_seconds() // 60)} min"
    days = (moment.date() - now.date()).days
    if days == 0:
        return clock_of(moment)
    if days in (-1, 1):
        return f"{'Tomorrow' if days == 1 else 'Yesterday'} {clock_of(moment)}"
    if abs(days) < 7:
        return f"{moment:%a} {clock_of(moment)}"
    return f"{moment:%b} {moment.day}" + (f", {moment.year}" if moment.year != now.year else "")


def _day(that: date, here: date) -> str:
    named = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get((that - here).days)
    return named or (f"{that:%A}, {that:%B} {that.day}" + (f", {that.year}" if that.year != here.year else ""))


def _date(that: date) -> str:
    return f"{that:%B} {that.day}, {that.year}"
