"""A community begins with one forum for everybody: the commons, with topics of the field. NCB staff change them."""

from django.db import migrations

TOPICS = [
    ("Clinical treatment", "clinical"),
    ("Forensic and clinical evaluation", "evaluation"),
    ("Case management", "case-management"),
    ("Integrated and medical care", "medical"),
    ("Law and asylum", "law"),
    ("Interpreters and language", "interpreters"),
    ("Community and outreach", "outreach"),
    ("Measuring and reporting", "measuring"),
    ("Care for ourselves", "self-care"),
]


def open_the_commons(apps, schema_editor):
    space = apps.get_model("spaces", "Space").objects.create(kind="forum")
    forum = apps.get_model("discussions", "Forum").objects.create(
        space=space,
        name="Commons",
        slug="commons",
        about="Where every programme asks, answers and shares. What is written here is read by all eligible members.",
        unnamed="moderators",
    )
    topic = apps.get_model("discussions", "Topic")
    topic.objects.bulk_create(
        topic(forum=forum, name=name, slug=slug, position=place) for place, (name, slug) in enumerate(TOPICS)
    )


class Migration(migrations.Migration):
    dependencies = [("discussions", "0003_forums"), ("spaces", "0002_forums")]
    operations = [migrations.RunPython(open_the_commons, migrations.RunPython.noop)]
