from django.db import migrations

from finding.index import Index, MakeFindable


class Migration(migrations.Migration):
    dependencies = [("members", "0003_sign_in")]

    operations = [
        MakeFindable(Index("members_member", ("name",), stemmed=False, prefixed=True)),
    ]
