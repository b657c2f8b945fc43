from django.db import migrations

from finding.index import Index, MakeFindable


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_video")]

    operations = [
        MakeFindable(Index("meetings_meetingseries", ("title", "description"))),
    ]
