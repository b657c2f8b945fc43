"""Questions that a match must answer with yes: is it a day, a card, a name, and does the sentence speak of a person?

Sources: ISO/IEC 7812 (cards), ISO 3779 (vehicles), ISO 13616 (IBAN), RFC 4291 (IPv6).
"""

import ipaddress
import re
from collections.abc import Callable

from identifiers import words
from identifiers.pieces import B, E

PERSON_OR_CALENDAR = re.compile(
    rf"{B}(?:(?P<person>clients?|clientes?|patients?|pacientes?|survivors?|he|she|him|her|his|hers|ella|applicant|"
    r"respondent|wife|husband|son|daughter|brother|sister|mother|father|esposa|esposo|hij[oa]|arrested|detained|"
    r"tortured|raped|arrived|entered|fled|admitted|discharged|intake|released|deported|abducted|kidnapped|injured|"
    r"surgery)|(?P<calendar>meetings?|webinars?|symposium|trainings?|workshops?|conference|deadlines?|due|reports?|"
    r"reporting|regist\w{2,10}|proposals?|agenda|awards?|grants?|cohorts?|cycle|fiscal|quarter|effective|published|"
    r"posted|updated|revised|protocol|convention|policy|"
    r"version|rules?|regulations?|matter of|survey|newsletter|digest|vtm|pcg|town|sessions?|budget|"
    rf"cfr|fed|holiday|international day|refugee day|office hours|course|module|funding|nofo|fy ?\d\d(?:\d\d)?)){E}",
    re.I,
)


def yes(match: re.Match[str]) -> bool:
    return True


def digits(least: int, most: int = 40) -> Callable[[re.Match[str]], bool]:
    return lambda match: least <= sum(c.isdigit() for c in match["v"]) <= most


def speaks_of(match: re.Match[str], reach: int = 120) -> str:
    """What the sentence around the value is about: a "person", else the "calendar", else ""."""
    text, (start, end) = match.string, match.span("v")
    lead = re.split(r"[!?\n]|[a-z]{4}\. ", text[max(0, start - reach) : start])[-1]
    rest = re.split(r"[!?\n]|\. ", text[end : end + reach], maxsplit=1)[0]
    kinds = {word.lastgroup for word in PERSON_OR_CALENDAR.finditer(f"{lead} | {rest}")}
    return "person" if "person" in kinds else "calendar" if kinds else ""


def before(match: re.Match[str], reach: int) -> str:
    return match.string[max(0, match.start("v") - reach) : match.start("v")]


def is_ssn(match: re.Match[str]) -> bool:
    return match["v"][:3] not in ("000",)


def is_card(match: re.Match[str]) -> bool:
    """Prefix and length of a card network, and the Luhn check digit."""
    number = re.sub(r"\D", "", match["v"])
    network = re.fullmatch(
        r"4(?:\d{12}|\d{15}|\d{18})|3[47]\d{13}|5[1-5]\d{14}|2(?:2[2-9]|"
        r"[3-6]\d|7[01])\d{13}|2720\d{12}|"
        r"6(?:011|5\d\d|4[4-9]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|62\d{14,17}",
        number,
    )
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(number)))
    return bool(network) and sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_a_number(match: re.Match[str]) -> bool:
    """Not the article "a" before an amount, nor a group "A" before a day."""
    text = match["v"]
    if text[0] == "a" and text[1] == " " and sum(c.isdigit() for c in text) < 9:
        return False
    return not re.fullmatch(r"[Aa] (?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", text)


def is_receipt(match: re.Match[str]) -> bool:
    return match["v"][:3].upper() not in ("TEL", "FAX", "CEL", "MOB", "FON", "MRN", "SSN", "NPI", "DOI", "PIN", "UEI")


def is_spelled_email(match: re.Match[str]) -> bool:
    """ "at" and "dot" are also plain words: "find us at healtorture dot org" is no address of a person."""
    local = match["local"].lower()
    if local in words.ENDS_LOCAL_PART:
        return False
    if re.search(r"[(\[{<@]", match["at"]) or "arroba" in match["at"].lower():
        return True
    cue = re.search(r"(?:e-?mail|mail|correo|contact|reach|write|address)\W{0,3}[^.!?]{0,30}$", before(match, 45), re.I)
    return bool(
        re.search(r"[\d._+-]", local) or " dot " in f" {match['local'].lower()} " or "." not in match["v"] or cue
    )


def is_date(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if month := groups.get("month"):
        return month != month.lower() or month not in ("may", "mar") or bool(groups.get("y1"))
    a, b, year = int(match["a"]), int(match["b"]), match["y1"]
    if len(year) == 2 and match["sep"] == ".":
        return False  # 8.12.20 is a section as often as a day
    return 1 <= min(a, b) <= 12 and 1 <= max(a, b) <= 31


BIRTH_BEFORE = re.compile(
    rf"{B}(?:d\.? ?o\.? ?b\.?{E}|birth[ -]?date|b(?:irth)?[ -]?days?|date of birth|"
    rf"born|birth(?! cert)|b\.|nacid[oa]|nacio|nacimiento|"
    r"cumpleanos|f\.? ?(?:de )?nac\.?)"
    r"(?![^!?]{0,45}\b(?:arriv|enter|came|fled|admit|since|detain|enrol|"
    r"hearing|llego|entro))[^!?]{0,45}$",
    re.I,
)
BIRTH_AFTER = re.compile(
    r"[ ,)*_-]{0,4}[( ]?(?:(?:is|was) )?(?:(?:his|her|their|the client's|"
    r"the) )?(?:d\.?o\.?b|date of birth|birth|born|\(b\))",
    re.I,
)


def is_birth(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if not is_date(match) or not groups.get("y1"):
        return False
    near = re.split(r"[a-z]{3}\. (?=[A-Z])|\n\n", before(match, 60))[-1]
    return bool(BIRTH_BEFORE.search(near) or BIRTH_AFTER.match(match.string, match.end("v")))


def is_someones_date(match: re.Match[str]) -> bool:
    """Days of meetings, reports and rules belong to the calendar, unless the sentence speaks of a person."""
    return is_date(match) and speaks_of(match) != "calendar"


def is_someones_short_date(match: re.Match[str]) -> bool:
    a, b = map(int, match["v"].split("/"))
    return 1 <= a <= 12 and 1 <= b <= 31 and speaks_of(match) == "person"


def is_street(match: re.Match[str]) -> bool:
    names = match["names"].split()
    if {n.lower().strip(".") for n in names} & words.STREET_STOPS:
        return False
    if all(n[0].isupper() or n[0].isdigit() for n in names):
        return True
    return len(names) <= 2 and bool(re.fullmatch(r"(?i)street|st|avenue|ave|boulevard|blvd|road|rd", match["kind"]))


def in_person_sentence(match: re.Match[str]) -> bool:
    return is_place(match) and speaks_of(match) == "person"


def is_place(match: re.Match[str]) -> bool:
    name = match["place"].lower().strip(" .")
    first = re.split(r"[ .]", name)[0]
    return name not in words.NEVER_A_PLACE and (first not in words.NEVER_A_PLACE) and not name.isdigit()


def is_name(match: re.Match[str]) -> bool:
    parts = match["v"].split()
    lead = re.sub(r"(?i)'s$", "", parts[0]).lower().strip(".")
    if lead in words.CALENDAR:  # April, Julio: a name only with another behind it
        return len(parts) > 1 and parts[1].lower() not in words.NEVER_A_NAME
    return lead not in words.NEVER_A_NAME and not (len(match["v"]) < 5 and match["v"].isupper())


def is_two_part_name(match: re.Match[str]) -> bool:
    parts = [p.lower() for p in match["v"].split()]
    return is_name(match) and len(parts) > 1 and parts[1] not in words.NEVER_A_NAME


def is_said_name(match: re.Match[str]) -> bool:
    """After "her name is", where hurried people leave the capitals out."""
    first = match["v"].split()[0].lower()
    return first not in words.COMMON_AFTER_NAME_IS and first not in words.CALENDAR


def is_titled_name(match: re.Match[str]) -> bool:
    return is_name(match) and speaks_of(match) == "person"


def is_ip(match: re.Match[str]) -> bool:
    try:
        address = ipaddress.ip_address(match["v"])
    except ValueError:
        return False
    version = re.search(r"(?:version|release|section|v|cfr|§)\.? ?$", before(match, 12), re.I)
    return not version and not address.is_loopback and not address.is_unspecified and match["v"].count(":") != 1


def is_vin(match: re.Match[str]) -> bool:
    """ISO 3779 with the North American check digit."""
    vin = match["v"].upper()
    value = dict(
        zip(
            "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
            [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)],
            strict=True,
        )
    )
    total = sum(value[c] * w for c, w in zip(vin, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2), strict=True))
    return vin[8] == "0123456789X"[total % 11] and not vin.isdigit() and not vin.isalpha()


def is_unclaimed_number(match: re.Match[str]) -> bool:
    """Not an amount, nor the room number of a video call, nor part of a citation."""
    return not re.search(
        r"(?:[$€£]|usd|isbn|doi|issn|pmid|meeting id|webinar id|zoom id|"
        r"conference id|access code|uei|duns|ein)[^\n.]{0,12}$",
        before(match, 26),
        re.I,
    )


YEAR_OR_DATE = re.compile(
    r"(?:19|20)\d\d(?:[ /-]{1,3}(?:19|20)?\d\d)?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d|"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|90ZT.*",
    re.I,
)


def is_code(least: int) -> Callable[[re.Match[str]], bool]:
    """A number of at least so many digits that is no year, no date and no award number."""
    return lambda match: digits(least)(match) and not YEAR_OR_DATE.fullmatch(match["v"])


def is_iban(match: re.Match[str]) -> bool:
    """ISO 13616: the remainder by 97 is 1."""
    code = match["v"].replace(" ", "").upper()
    return 15 <= len(code) <= 34 and int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1
