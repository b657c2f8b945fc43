import pytest
from django.core.management import call_command
from django.db import models
from django.db.migrations import operations as does

from cop.management.commands.rolling import breaks_what_runs


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        (does.CreateModel("Tea", [("id", models.AutoField(primary_key=True))]), False),
        (does.AddField("Tea", "name", models.TextField(null=True)), False),
        (does.AddField("Tea", "cups", models.IntegerField(db_default=1)), False),
        (does.AddField("Tea", "guests", models.ManyToManyField("members.Member")), False),
        (does.AddIndex("Tea", models.Index(fields=["name"], name="teas")), False),
        (does.AddField("Tea", "cups", models.IntegerField(default=1)), True),
        (does.RemoveField("Tea", "cups"), True),
        (does.RenameField("Tea", "cups", "mugs"), True),
        (does.RenameModel("Tea", "Coffee"), True),
        (does.DeleteModel("Tea"), True),
    ],
    ids=lambda value: value.describe() if isinstance(value, does.base.Operation) else "",
)
def test_what_may_not_happen_while_servers_of_before_serve(operation, breaks):
    assert breaks_what_runs(operation) is breaks


def test_nothing_waits_in_a_new_database(db, capsys):
    call_command("rolling")
    assert "0 migrations wait" in capsys.readouterr().out
