from django.db import migrations

from finding.index import Index, MakeFindable


class Migration(migrations.Migration):
    dependencies = [("files", "0002_files_of_a_space")]

    operations = [
        MakeFindable(Index("files_file", ("name",), prefixed=True, alike=True)),
    ]
