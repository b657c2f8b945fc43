from django.db import migrations, models

from finding.index import Index, MakeFindable


class Migration(migrations.Migration):
    dependencies = [("discussions", "0004_commons")]

    operations = [
        migrations.AddIndex("post", models.Index(fields=["-created_at"], name="newest_posts")),
        MakeFindable(Index("discussions_thread", ("title",), alike=True)),
        MakeFindable(Index("discussions_post", ("body",))),
    ]
