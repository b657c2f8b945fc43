from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor

TAKES_AWAY = (
    operations.DeleteModel,
    operations.RemoveField,
    operations.RenameModel,
    operations.RenameField,
    operations.AlterModelTable,
)


class Command(BaseCommand):
    help = "Says whether the migrations that wait may run while servers of the release before still serve."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        reasons = [
            f"- {migration}: {operation.describe()}"
            for migration, _ in plan
            for operation in migration.operations
            if breaks_what_runs(operation)
        ]
        if reasons:
            raise CommandError("\n".join(["Servers that still run would fail after:", *reasons]))
        self.stdout.write(f"{len(plan)} migrations wait; servers that run can go on.")


def breaks_what_runs(operation: Any) -> bool:
    """Whether code that does not know of the change would fail: what it uses is gone, or what it inserts is refused."""
    if isinstance(operation, operations.AddField):
        field = operation.field
        return not (field.null or field.many_to_many or field.has_db_default())
    return isinstance(operation, TAKES_AWAY)
