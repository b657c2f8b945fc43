"""Organisations and what they rest on, as a CSV file: reading one, saying what it would change, writing one.

One row names an organisation and may carry one award, one membership or both. Empty cells change nothing.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from members.forms.staff import AwardForm, MembershipForm, OrganisationForm
from members.models import TIME_ZONES, Basis, Organisation

COLUMNS = [
    "organisation", "state", "time_zone", "website", "domains",
    "award_number", "award_type", "award_start", "award_end",
    "membership_level", "membership_start", "membership_end",
    "evidence", "override_reason",
]  # fmt: skip
ONLY_WRITTEN = ["ended_at", "ended_reason"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ZONE_OF_LABEL = {label.lower(): zone for zone, label in TIME_ZONES}


class Unreadable(Exception):
    """The file as a whole cannot be read. One sentence says why."""


@dataclass
class Line:
    """One row of the file, and what it would do."""

    number: int
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return "error" if self.errors else "created" if self.created else "changed" if self.changed else "unchanged"


@dataclass
class Plan:
    """What a file would change: rows to save, in order, and a line for each row of the file."""

    lines: list[Line]
    organisations: list[tuple[Organisation, list[str]]] = field(default_factory=list)
    bases: list[Basis] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome: self.count(outcome) for outcome in ("created", "changed", "unchanged", "error")}

    @property
    def fingerprint(self) -> str:
        """Two plans that do the same have the same one."""
        said = [(line.number, line.outcome, line.errors, line.created, line.changed) for line in self.lines]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def decode(raw: bytes) -> str:
    """The text of an uploaded file: UTF-8 with or without a byte order mark, else Windows-1252 as Excel writes it."""
    if b"\x00" in raw:
        raise Unreadable("This is not a CSV file. In Excel, choose “Save as”, then “CSV UTF-8”.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read(text: str) -> list[Line]:
    """The rows of a file. Commas, semicolons and tabs are told apart by the first line."""
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"The file is broken: {error}. Save it again as CSV, then upload it.") from None
    rows = [(number, row) for number, row in enumerate(lines, start=1) if any(cell.strip() for cell in row)]
    if not rows:
        raise Unreadable("The file is empty. Its first line names the columns; the export shows how.")
    names = [cell.strip().lower().replace(" ", "_") for cell in rows[0][1]]
    unknown = [name for name in names if name not in [*COLUMNS, *ONLY_WRITTEN]]
    if unknown or "organisation" not in names or len(set(names)) != len(names):
        wrong = f"“{unknown[0]}” is not one of them" if unknown else "“organisation” must be there, and each only once"
        raise Unreadable(f"The first line must name columns of {', '.join(COLUMNS)}: {wrong}.")
    return [_line(number, names, row) for number, row in rows[1:]]


def plan(lines: list[Line]) -> Plan:
    """What the rows would change, and what is wrong with each."""
    planned = Plan(lines)
    named: dict[str, list[Line]] = {}
    for line in lines:
        name = line.values["organisation"]
        if not name:
            line.errors.append("The organisation's name is missing.")
        elif not line.errors:
            named.setdefault(name.casefold(), []).append(line)
    existing = {
        organisation.name.casefold(): organisation
        for organisation in Organisation.objects.prefetch_related("domains", "bases")
    }
    owner = {domain.name: organisation for organisation in existing.values() for domain in organisation.domains.all()}
    for name, own in named.items():
        organisation = _plan_organisation(planned, own, existing.get(name), owner)
        if organisation:
            _plan_bases(planned, own, organisation)
    return planned


def write(organisations: Iterable[Organisation]) -> Iterator[list[str]]:
    """The rows of an export, the names of the columns first. No cell can become a formula."""
    yield [*COLUMNS, *ONLY_WRITTEN]
    for organisation in organisations:
        first = [
            organisation.name,
            organisation.state,
            organisation.time_zone,
            organisation.website,
            " ".join(domain.name for domain in organisation.domains.all()),
        ]
        bases: list[Basis | None] = [*sorted(organisation.bases.all(), key=lambda one: (one.starts_on, one.kind))]
        for basis in bases or [None]:
            yield [safe_cell(cell) for cell in [*first, *_cells(basis)]]


def _line(number: int, names: list[str], row: list[str]) -> Line:
    cells = [_plain(cell) for cell in row]
    values = dict.fromkeys(COLUMNS, "") | dict(zip(names, cells, strict=False))
    line = Line(number, values)
    if any(cells[len(names) :]):
        line.errors.append("There are more cells than columns. Put cells with commas into quotation marks.")
    for name in ("award_start", "award_end", "membership_start", "membership_end"):
        try:
            values[name] = _iso(values[name])
        except ValueError:
            line.errors.append(f"{name}: “{values[name]}” is not a day. Write 2026-09-30 or 9/30/2026.")
    return line


def _plan_organisation(
    planned: Plan, lines: list[Line], organisation: Organisation | None, owner: dict[str, Organisation]
) -> Organisation | None:
    first, before = lines[0], organisation
    told: dict[str, str] = {}
    for line in lines:
        for name in ("state", "time_zone", "website"):
            value = line.values[name]
            if value and told.setdefault(name, value) != value:
                line.errors.append(f"{name}: “{value}” here, “{told[name]}” in an earlier row of this organisation.")
    domains = {domain for line in lines for domain in line.values["domains"].lower().replace(",", " ").split()}
    kept = {domain.name for domain in before.domains.all()} if before else set()
    data = {
        "name": before.name if before else first.values["organisation"],
        "state": told.get("state", before.state if before else "").upper(),
        "time_zone": ZONE_OF_LABEL.get(
            told.get("time_zone", "").lower(), told.get("time_zone", before.time_zone if before else "")
        ),
        "website": told.get("website", before.website if before else ""),
        "domains": " ".join(sorted(domains | kept)),
    }
    was = {name: getattr(before, name) for name in ("state", "time_zone", "website")} if before else {}
    form = OrganisationForm(data, instance=before)
    taken = [name for name in sorted(domains) if name in owner and (before is None or owner[name].pk != before.pk)]
    first.errors += [f"domains: {name} belongs to {owner[name]} already." for name in taken]
    first.errors += _errors(form)
    if any(line.errors for line in lines):
        return None
    for name in domains:
        owner[name] = form.instance
    if before is None:
        first.created.append(f"organisation {form.instance}")
    else:
        first.changed += [
            f"{name}: {was[name] or '–'} → {data[name]}" for name in was if was[name] != getattr(form.instance, name)
        ]
        first.changed += [f"domain {name} added" for name in sorted(domains - kept)]
    if first.created or first.changed:
        planned.organisations.append((form.instance, sorted(domains | kept)))
    return form.instance


def _plan_bases(planned: Plan, lines: list[Line], organisation: Organisation) -> None:
    known: dict[tuple, Basis] = {}
    if not organisation._state.adding:
        known = {(b.kind, b.number or b.level, b.starts_on.isoformat()): b for b in organisation.bases.all()}
    seen: dict[tuple, dict[str, str]] = {}
    for line in lines:
        values = line.values
        shared = {"evidence": values["evidence"], "override_reason": values["override_reason"]}
        award = {
            "number": values["award_number"].upper(),
            "award_type": values["award_type"].upper(),
            "starts_on": values["award_start"],
            "ends_on": values["award_end"],
        }
        membership = {
            "level": values["membership_level"],
            "starts_on": values["membership_start"],
            "ends_on": values["membership_end"],
        }
        for form_class, cells in ((AwardForm, award), (MembershipForm, membership)):
            if any(cells.values()):
                _plan_basis(planned, line, organisation, form_class, cells | shared, known, seen)


def _plan_basis(
    planned: Plan,
    line: Line,
    organisation: Organisation,
    form_class: type[forms.ModelForm],
    cells: dict[str, str],
    known: dict[tuple, Basis],
    seen: dict[tuple, dict[str, str]],
) -> None:
    kind = Basis.Kind.ORR_AWARD if form_class is AwardForm else Basis.Kind.NCTTP
    key = (kind, cells.get("number") or cells.get("level"), cells["starts_on"])
    if seen.setdefault(key, cells) != cells:
        line.errors.append(f"{kind.label} {key[1]}: an earlier row says something else about it.")
        return
    before = known.get(key)
    basis = before or Basis(organisation=organisation, kind=kind)
    was = {name: getattr(basis, name) for name in cells} if before else {}
    data = {name: value or (was.get(name) if before else "") for name, value in cells.items()}
    form = form_class(data, instance=basis)
    errors = _errors(form)
    if errors:
        line.errors += errors
        return
    differs = [name for name in was if was[name] != getattr(basis, name)]
    if before and before.ended_at and differs:
        line.errors.append(f"{basis} was ended by staff. Add it as a new one, with another first day.")
    elif before is None and seen[key] is cells:
        line.created.append(f"{basis}, {basis.starts_on} to {basis.ends_on}")
        planned.bases.append(basis)
    elif differs:
        line.changed += [f"{basis}: {name} {was[name] or '–'} → {getattr(basis, name)}" for name in differs]
        planned.bases.append(basis)


def _cells(basis: Basis | None) -> list[str]:
    if basis is None:
        return [""] * (len(COLUMNS) - 5 + len(ONLY_WRITTEN))
    days = [basis.starts_on.isoformat(), basis.ends_on.isoformat()]
    award = [basis.number, basis.award_type, *days] if basis.kind == Basis.Kind.ORR_AWARD else [""] * 4
    membership = [basis.level, *days] if basis.kind == Basis.Kind.NCTTP else [""] * 3
    ended = basis.ended_at.isoformat() if basis.ended_at else ""
    return [*award, *membership, basis.evidence, basis.override_reason, ended, basis.ended_reason]


def _errors(form: forms.BaseForm) -> list[str]:
    return [
        f"{name}: {message}" if name != "__all__" else str(message)
        for name, messages in form.errors.items()
        for message in messages
    ]


def _iso(value: str) -> str:
    if not value:
        return ""
    for shape in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"):
        try:
            return datetime.strptime(value, shape).date().isoformat()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
    raise ValueError(value)


def safe_cell(cell: Any) -> str:
    """What a spreadsheet would compute is made text by an apostrophe (OWASP, CSV injection)."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: str) -> str:
    """The cell without the spaces around it, and without the apostrophe that the export put there."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
