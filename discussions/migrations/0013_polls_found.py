from django.db import migrations, models

from finding.index import Index, MakeFindable


def offer(apps, schema_editor):
    for poll in apps.get_model("discussions", "Poll").objects.prefetch_related("answers"):
        poll.offered = " · ".join(answer.text for answer in poll.answers.all())
        poll.save(update_fields=["offered"])


class Migration(migrations.Migration):
    dependencies = [("discussions", "0012_undone_whole")]

    operations = [
        migrations.AddField(
            model_name="poll",
            name="offered",
            field=models.TextField(
                blank=True, db_default="", help_text="Its answers in one line: it is found by them."
            ),
        ),
        migrations.RunPython(offer, migrations.RunPython.noop),
        MakeFindable(Index("discussions_poll", ("question", "offered"))),
    ]
