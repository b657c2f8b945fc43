"""Three programs that read calendars and share no code: recurring-ical-events, libical, and ical.js in a browser.

Each gives, for a calendar's text, when its meetings start and end between two instants, by the host-free part of their
UID, without those that are cancelled.
"""

import ctypes
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import recurring_ical_events
from icalendar import Calendar

ICAL_JS = Path(__file__).with_name("ical.min.js")  # dist/ical.min.js of ical.js 2.2.1 (npm), MPL 2.0
ICAL_JS_SHA256 = "6643f20634241dc040e02c2f10e3c48cf9bcda4b3180f4321a3d05a3a83dfe52"

Read = list[tuple[str, datetime, datetime]]


def by_recurring_ical_events(text: bytes, start: datetime, end: datetime) -> Read:
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(start, end)
    on = [event for event in found if event["status"] != "CANCELLED"]
    return sorted((_uid(event["uid"]), event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in on)


def by_libical(text: bytes, start: datetime, end: datetime) -> Read:
    """Raises AssertionError where libical finds an error, or something that the standard does not allow."""
    calendar = LIBICAL.icalparser_parse_string(text)
    try:
        assert calendar, "It is no calendar."
        assert LIBICAL.icalcomponent_count_errors(calendar) == 0
        assert LIBICAL.icalrestriction_check(calendar) == 1
        found = _read(calendar, start, end)
        assert LIBICAL.icalerrno_return()[0] == 0
        return found
    finally:
        LIBICAL.icalcomponent_free(calendar)


def by_ical_js(page, text: bytes, start: datetime, end: datetime) -> Read:
    """`page` is any page of the browser's."""
    script = ICAL_JS.read_bytes()
    assert hashlib.sha256(script).hexdigest() == ICAL_JS_SHA256
    asked = [script.decode(), text.decode(), start.timestamp(), end.timestamp()]
    found = page.evaluate(IN_THE_BROWSER, asked)
    return sorted((_uid(uid), _instant(begins), _instant(ends)) for uid, begins, ends in found)


IN_THE_BROWSER = """async ([script, text, start, end]) => {
    const ICAL = (await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})))).default;
    const calendar = new ICAL.Component(ICAL.parse(text)), found = [], masters = new Map(), others = [];
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    for (const one of calendar.getAllSubcomponents("vevent")) {
        const event = new ICAL.Event(one, {exceptions: []});  // else it takes those of every series
        if (event.isRecurrenceException()) others.push(event); else masters.set(event.uid, event);
    }
    for (const one of others) masters.get(one.uid).relateException(one);
    const add = (event, begins, ends) => {
        const at = [begins.toUnixTime(), ends.toUnixTime()];
        if (event.component.getFirstPropertyValue("status") !== "CANCELLED" && at[0] < end && at[1] > start)
            found.push([event.uid, ...at]);
    };
    for (const event of masters.values()) {
        if (!event.isRecurring()) { add(event, event.startDate, event.endDate); continue; }
        const dates = event.iterator();
        for (let next = dates.next(); next && next.toUnixTime() < end; next = dates.next()) {
            const one = event.getOccurrenceDetails(next);
            add(one.item, one.startDate, one.endDate);
        }
    }
    return found;
}"""


class Time(ctypes.Structure):
    _fields_ = [
        *(
            (name, ctypes.c_int)
            for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")
        ),
        ("zone", ctypes.c_void_p),
    ]


class Span(ctypes.Structure):
    _fields_ = [("start", ctypes.c_long), ("end", ctypes.c_long), ("is_busy", ctypes.c_int)]


Each = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Span), ctypes.c_void_p)
VEVENT = 4  # ical.h
FAR = 366 * 24 * 3600


def _library() -> ctypes.CDLL | None:
    """None where Debian's libical3 is missing, as it may in a quick run (scripts/services.py gets it)."""
    try:
        library, pointer = ctypes.CDLL("libical.so.3"), ctypes.c_void_p
    except OSError:
        return None
    for name, gives, takes in (
        ("icalparser_parse_string", pointer, [ctypes.c_char_p]),
        ("icalcomponent_free", None, [pointer]),
        ("icalcomponent_count_errors", ctypes.c_int, [pointer]),
        ("icalrestriction_check", ctypes.c_int, [pointer]),
        ("icalerrno_return", ctypes.POINTER(ctypes.c_int), []),
        ("icalcomponent_get_first_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_next_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_uid", ctypes.c_char_p, [pointer]),
        ("icalproperty_get_value_as_string", ctypes.c_char_p, [pointer]),
        ("icalproperty_string_to_kind", ctypes.c_int, [ctypes.c_char_p]),
        ("icalcomponent_get_first_property", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_next_property", pointer, [pointer, ctypes.c_int]),
        ("icalproperty_get_datetime_with_component", Time, [pointer, pointer]),
        ("icaltime_as_timet_with_zone", ctypes.c_long, [Time, pointer]),
        ("icaltime_from_timet_with_zone", Time, [ctypes.c_long, ctypes.c_int, pointer]),
        ("icaltimezone_get_utc_timezone", pointer, []),
        ("icalcomponent_foreach_recurrence", None, [pointer, Time, Time, Each, pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library


LIBICAL = _library()


def _read(calendar: int, start: datetime, end: datetime) -> Read:
    """libical runs a recurrence; which dates stand for themselves is left to whoever asks."""
    utc = LIBICAL.icaltimezone_get_utc_timezone()
    # Dates that were moved may come from anywhere, and stand anywhere.
    ever = [LIBICAL.icaltime_from_timet_with_zone(at, 0, utc) for at in (0, int(end.timestamp()) + FAR)]
    recurrence_id, status, rdate = map(LIBICAL.icalproperty_string_to_kind, (b"RECURRENCE-ID", b"STATUS", b"RDATE"))
    runs: dict[tuple[str, int], tuple[int, int]] = {}
    stands: dict[tuple[str, int], tuple[int, int] | None] = {}
    event = LIBICAL.icalcomponent_get_first_component(calendar, VEVENT)
    while event:
        uid, spans = _uid(LIBICAL.icalcomponent_get_uid(event).decode()), []
        each = Each(lambda _, span, __, spans=spans: spans.append((span.contents.start, span.contents.end)))
        LIBICAL.icalcomponent_foreach_recurrence(event, *ever, each, None)
        said = LIBICAL.icalcomponent_get_first_property(event, status)
        is_off = LIBICAL.icalproperty_get_value_as_string(said) == b"CANCELLED"
        planned = LIBICAL.icalcomponent_get_first_property(event, recurrence_id)
        if planned:
            at = LIBICAL.icalproperty_get_datetime_with_component(planned, event)
            instant = LIBICAL.icaltime_as_timet_with_zone(at, at.zone)
            stands[uid, instant] = None if is_off else spans[0]
        elif not is_off:
            runs |= {(uid, span[0]): span for span in _with_rdates(event, rdate, spans)}
        event = LIBICAL.icalcomponent_get_next_component(calendar, VEVENT)
    found = {**runs, **stands}
    on = [(uid, _instant(span[0]), _instant(span[1])) for (uid, _), span in found.items() if span]
    return sorted(one for one in on if one[1] < end and one[2] > start)


def _with_rdates(event: int, rdate: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """foreach_recurrence takes an RDATE for one of UTC, so that libical is asked for each."""
    found, one = [], LIBICAL.icalcomponent_get_first_property(event, rdate)
    while one:
        at = LIBICAL.icalproperty_get_datetime_with_component(one, event)
        found.append(LIBICAL.icaltime_as_timet_with_zone(at, at.zone))
        one = LIBICAL.icalcomponent_get_next_property(event, rdate)
    first = spans[0]  # DTSTART
    return [first, *((at, at + first[1] - first[0]) for at in found)] if found else spans


def _uid(text: str) -> str:
    return str(text).partition("@")[0]


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
