from django.db import migrations

from finding.index import Index, MakeFindable


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]

    operations = [
        MakeFindable(Index("groups_group", ("topic", "description"), prefixed=True)),
    ]
