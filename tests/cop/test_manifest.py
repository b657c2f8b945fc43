"""What a backup is compared by: that it notices any change, and nothing else."""

import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from files.models import File
from members.models import Member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manifest(capsys):
    def manifest(**options):
        call_command("manifest", **options)
        return json.loads(capsys.readouterr().out)

    return manifest


def test_two_of_the_same_are_alike_and_one_changed_letter_is_noticed(cast, manifest):
    before = manifest()
    assert before == manifest()
    name = cast.member.name
    Member.objects.filter(pk=cast.member.pk).update(name=name + ".")
    after = manifest()
    differing = [table for table in before["tables"] if before["tables"][table] != after["tables"][table]]
    assert differing == ["members_member"]
    assert before["tables"]["members_member"][0] == after["tables"]["members_member"][0]
    Member.objects.filter(pk=cast.member.pk).update(name=name)
    assert manifest() == before


def test_a_stored_file_that_changed_is_named(cast, manifest):
    key = default_storage.save("files/kept", ContentFile(b"An agenda."))
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    File.objects.create(
        space=cast.group.space, client_id=cast.group.space.pk, name="a", content_type="text/plain", size=10,
        sha256=digest, stored_as=key, state="clean",
    )  # fmt: skip
    with pytest.raises(CommandError, match="1 stored files are missing or not as they were: files/kept"):
        manifest(files=True)
