"""Tables: staff open and close them, members sit down and stand up."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from members.models import Member
from spaces.log import record
from symposium.access import why_not
from symposium.actions.seats import locked
from symposium.models import Edition, Table, TableSeat

GONE = timedelta(minutes=5)  # unseen for so long, one has left: pages tell of themselves each minute


@transaction.atomic
def open_table(*, edition: Edition, by: Member, topic: str, seats: int, room_url: str, client_id: UUID) -> Table:
    """Put up a table. The same client_id again gives the first."""
    require(by, "edition.manage", edition)
    said = {"topic": topic, "seats": seats, "room_url": room_url}
    table, new = Table.objects.get_or_create(edition=edition, client_id=client_id, defaults=said)
    if new:
        append("table.opened", subject=table, by=by)
        record(edition.space, "table.opened", table, by=by)
    return table


@transaction.atomic
def close_table(*, table: Table, by: Member) -> None:
    """Take it away; whoever sits there stands up. Closed already, nothing happens."""
    table = locked(table)
    require(by, "edition.manage", table.edition)
    if table.closed_at is None:
        table.closed_at = now()
        table.save(update_fields=["closed_at"])
        table.sitting.all().delete()
        append("table.closed", subject=table, by=by)
        record(table.edition.space, "table.closed", table, by=by)


@transaction.atomic
def sit_down(*, table: Table, by: Member) -> TableSeat:
    """Take a free seat, and leave the one at another table. Sitting there already, one keeps it. Raises Refusal."""
    insist_on_pace(by)
    table = locked(table)
    edition = table.edition
    if table.closed_at:
        raise Refusal("This table is closed. Choose another one.")
    if why := why_not(by, edition.space) or _why_not_today(edition):
        raise Refusal(why)
    _free(table.sitting.filter(seen_at__lt=now() - GONE).exclude(member=by))
    taken = {seat.number: seat for seat in table.sitting.all()}
    if mine := next((seat for seat in taken.values() if seat.member_id == by.pk), None):
        mine.seen_at = now()
        mine.save(update_fields=["seen_at"])
        return mine
    number = next((one for one in range(1, table.seats + 1) if one not in taken), None)
    if number is None:
        raise Refusal("This table is full. Choose another one, or come back in a moment.")
    left = _free(TableSeat.objects.filter(member=by))
    try:
        with transaction.atomic():
            seat = TableSeat.objects.create(table=table, member=by, number=number)
    except IntegrityError:
        raise Refusal("You sat down at another table in the same moment. Reload the page.") from None
    _tell({*left, table.pk}, by)
    return seat


@transaction.atomic
def keep_seat(*, edition: Edition, by: Member) -> None:
    """What an open page says each minute. Raises Refusal where the seat is gone."""
    if why := why_not(by, edition.space) or _why_not_today(edition):
        raise Refusal(why)
    mine = TableSeat.objects.filter(member=by, table__edition=edition, table__closed_at=None)
    if not mine.update(seen_at=now()):
        raise Refusal("You have no seat at a table. Sit down again.")


@transaction.atomic
def stand_up(*, edition: Edition, by: Member) -> None:
    """Leave one's table. Where one has none, nothing happens."""
    _tell(_free(TableSeat.objects.filter(member=by, table__edition=edition)), by)


@transaction.atomic
def free_seats() -> int:
    """Have those stand up who left their page, or whose day is over. How many tables that changed."""
    return _tell(_free(TableSeat.objects.filter(seen_at__lt=now() - GONE)), None)


def _free(seats: Iterable[TableSeat]) -> set[UUID]:
    """Of which tables. Two at once free a seat once."""
    unchanged = TableSeat.objects.all()
    return {one.table_id for one in seats if unchanged.filter(pk=one.pk, seen_at=one.seen_at).delete()[0]}


def _tell(tables: set[UUID], by: Member | None) -> int:
    for table in Table.objects.filter(pk__in=tables).select_related("edition__space").order_by("edition__space", "pk"):
        record(table.edition.space, "table.changed", table, by=by)
    return len(tables)


def _why_not_today(edition: Edition) -> str:
    today = now().astimezone(edition.tz).date()
    return "" if today in edition.days else "People sit down here on the days of the symposium."
