import re
import resource
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import boto3
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from moto.server import ThreadedMotoServer
from PIL import Image

from access import Refusal
from audit.models import Entry
from files import actions, tasks, viruses
from files.lists import files_of
from files.models import File
from tests.at_once import at_once
from tests.files.conftest import EICAR, PDF_PAGE, picture
from tests.people import make_group


def kept(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def post(client, cast, content, name="agenda.txt", **more):
    url = reverse("files:upload", args=[cast.group.space.pk])
    data = {"file": SimpleUploadedFile(name, content), "client_id": uuid4(), **more}
    return client.post(url, data, headers={"accept": "application/json"})


def fetch(client, url):
    """A response whose content was read to the end, as a browser does."""
    response = client.get(url)
    if response.streaming:
        response.read = b"".join(response)
    return response


def test_an_upload_is_the_uploaders_alone_until_a_message_brings_it(client, cast, put):
    file = put(shared=False)
    client.force_login(cast.colleague)
    assert fetch(client, file.get_absolute_url()).status_code == 404
    client.force_login(cast.member)
    assert fetch(client, file.get_absolute_url()).status_code == 200
    actions.attach(files=[file.pk], space=cast.group.space, by=cast.member)
    client.force_login(cast.colleague)
    assert b"".join(client.get(file.get_absolute_url())) == b"An agenda."


@pytest.mark.parametrize(
    "person", ["outsider", "unsigned", "lapsed", "contact", "specialist", "expert", "staff", "admin"]
)
def test_outside_the_group_a_file_does_not_exist(client, cast, put, person):
    file = put(picture(), "photo.jpg")
    client.force_login(getattr(cast, person))
    for page in ("file", "preview", "thumbnail", "remove"):
        assert client.get(reverse(f"files:{page}", args=[file.pk])).status_code == 404
    assert post(client, cast, b"Hello.").status_code == 404


def test_a_download_is_an_attachment_that_cannot_run(client, cast, put):
    client.force_login(cast.member)
    response = fetch(client, put(b"<script>alert(1)</script>", "Grüße.txt").get_absolute_url())
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("person", ["member", "outsider"])
def test_where_nginx_hands_files_out_the_same_question_is_asked(client, cast, put, settings, person):
    file = put(picture(), "photo.jpg")
    client.force_login(getattr(cast, person))
    streamed = fetch(client, file.get_absolute_url())
    settings.ACCEL_REDIRECT = True
    handed = client.get(file.get_absolute_url())
    assert handed.status_code == streamed.status_code == (200 if person == "member" else 404)
    if person == "member":
        assert handed.content == b""
        where = {"X-Accel-Redirect": f"/handed-out/{file.stored_as}", "Content-Length": "0"}
        number = {"X-Request-ID": handed["X-Request-ID"]}
        assert dict(handed.headers) == {**streamed.headers, **where, **number}
        default_storage.delete(file.stored_as)
        assert client.get(file.get_absolute_url()).status_code == 404
    else:
        assert "X-Accel-Redirect" not in handed.headers


def test_the_same_client_id_gives_the_first_result(cast, put):
    key = uuid4()
    first, again = (
        actions.receive(
            space=cast.group.space, upload=SimpleUploadedFile("a.txt", b"One."), by=cast.member, client_id=key
        )
        for _ in range(2)
    )
    assert first == again
    theirs = actions.receive(
        space=cast.group.space, upload=SimpleUploadedFile("a.txt", b"Two."), by=cast.colleague, client_id=key
    )
    assert theirs != first


def test_an_image_loses_its_metadata_and_stands_upright(cast, put):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET-CAMERA"
    file = put(picture(exif=exif.tobytes()), "photo.jpg")
    with default_storage.open(file.stored_as) as blob:
        stored = blob.read()
    assert b"SECRET-CAMERA" not in stored
    with Image.open(BytesIO(stored)) as image:
        assert (image.size, dict(image.getexif())) == ((600, 800), {})
    with default_storage.open(file.thumbnail_as) as blob, Image.open(blob) as small:
        assert (small.format, small.size) == ("WEBP", (360, 480))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "is empty"),
        ("program.exe", b"MZ\x90\x00" + bytes(99), "not of a kind"),
        ("broken.jpg", picture()[:3000], "damaged"),
        ("big.pdf", PDF_PAGE + b"%" * 1024 * 1024, "larger than 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_stays(client, cast, settings, own_storage, name, content, says):
    settings.MAX_UPLOAD_MB = 1
    client.force_login(cast.member)
    response = post(client, cast, content, name)
    assert response.status_code == 422
    assert says in response.json()["refusal"]
    assert kept(own_storage) == []
    assert File.objects.count() == 0


def test_a_full_disk_is_said_and_nothing_stays(cast, put, own_storage):
    """The operating system refuses to write past 1,000 bytes, in the middle of the file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Refusal, match="try again"):
            put(b"An agenda. " * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (File.objects.count(), kept(own_storage)) == (0, [])


def test_a_full_space_is_said(client, cast, settings, put):
    settings.GROUP_STORAGE_MB = 1
    put(PDF_PAGE + b"%" * 800_000, "a.pdf")
    client.force_login(cast.member)
    response = post(client, cast, PDF_PAGE + b"%" * 800_000, "b.pdf")
    assert response.status_code == 422
    assert "storage is full" in response.json()["refusal"]


def doubts_in(response):
    return re.findall(r'name="(doubt-[0-9a-f]{32})"', response.json()["html"])


def test_an_identifier_in_a_text_holds_the_file_and_in_a_name_too(client, cast, own_storage):
    client.force_login(cast.member)
    for name, content in (("notes.txt", b"Her number is A012 345 678."), ("A012345678.txt", b"Nothing here.")):
        response = post(client, cast, content, name)
        assert response.status_code == 422
        assert response.json()["held"] is True
        assert "was not shared" in response.json()["html"]
        assert doubts_in(response) == []
    assert kept(own_storage) == []


def test_a_warning_may_be_overruled_and_leaves_a_trace_without_the_text(client, cast):
    client.force_login(cast.member)
    (doubt,) = doubts_in(post(client, cast, b"The hearing was moved to June 3, 2026."))
    assert post(client, cast, b"The hearing was moved to June 4, 2026.", **{doubt: "keep"}).status_code == 422
    assert post(client, cast, b"The hearing was moved to June 3, 2026.", **{doubt: "keep"}).status_code == 201
    entry = Entry.objects.get(verb="identifier.vouched")
    assert entry.actor == cast.member.pk
    assert "June" not in str(entry.facts)


def test_a_text_too_long_to_look_through_is_refused(client, cast):
    client.force_login(cast.member)
    response = post(client, cast, b"word " * 220_000)
    assert "longer than a text file here can be" in response.json()["refusal"]


def test_a_removed_file_is_gone_at_once(client, cast, put, own_storage, django_capture_on_commit_callbacks):
    file = put(picture(), "photo.jpg")
    assert len(kept(own_storage)) == 2
    client.force_login(cast.member)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("files:remove", args=[file.pk])).status_code == 302
    assert kept(own_storage) == []
    assert fetch(client, file.get_absolute_url()).status_code == 404
    assert client.get(reverse("files:thumbnail", args=[file.pk])).status_code == 404


def test_only_the_uploader_and_facilitators_remove(client, cast, put):
    file = put()
    client.force_login(cast.colleague)
    assert client.post(reverse("files:remove", args=[file.pk])).status_code == 403
    client.force_login(cast.facilitator)
    assert client.post(reverse("files:remove", args=[file.pk])).status_code == 302


def test_a_newer_version_stands_for_the_older(cast, put):
    old = put(b"First.")
    new = put(b"Second.", replaces=old)
    assert [file.pk for file in files_of(cast.group.space)] == [new.pk]
    assert [file.older for file in files_of(cast.group.space)] == [[old]]
    assert File.objects.shown().get(pk=old.pk).newer == new
    with pytest.raises(PermissionDenied):
        put(b"Third.", by=cast.colleague, replaces=old)


def test_the_list_takes_the_same_queries_with_one_and_with_fifty(cast, put, django_assert_num_queries):
    put()
    with django_assert_num_queries(3):
        files_of(cast.group.space)
    for _ in range(49):
        put()
    with django_assert_num_queries(3):
        assert len(files_of(cast.group.space)) == 50


def test_more_files_than_fit_have_pages(cast, put):
    for number in range(51):
        put(b"A file, %d." % number)
    first, second = (files_of(cast.group.space, number) for number in ("1", "2"))
    assert (len(first), len(second), first.paginator.count) == (50, 1, 51)


def test_one_attaches_only_ones_own_fresh_uploads_of_that_space(cast, put):
    shared, theirs = put(), put(shared=False, by=cast.colleague)
    for wrong in (shared.pk, theirs.pk, uuid4()):
        with pytest.raises(Refusal, match="not here any more"):
            actions.attach(files=[wrong], space=cast.group.space, by=cast.member)


def test_what_no_message_brought_within_a_day_goes(cast, put, own_storage, django_capture_on_commit_callbacks):
    put(shared=False)
    put()
    File.objects.update(uploaded_at=now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_unsent_uploads() == 1
    assert len(kept(own_storage)) == 1


def test_clamd_lets_the_clean_through_and_holds_a_virus_back(
    client, cast, put, settings, clamd, own_storage, django_capture_on_commit_callbacks
):
    settings.CLAMD_ADDRESS = clamd
    clean, infected = put(), put(EICAR, "eicar.txt")
    client.force_login(cast.member)
    assert fetch(client, clean.get_absolute_url()).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.check_waiting_files() == 2
    assert fetch(client, clean.get_absolute_url()).status_code == 200
    assert client.get(infected.get_absolute_url()).status_code == 404
    infected.refresh_from_db()
    assert infected.state == File.State.INFECTED
    assert kept(own_storage) == [clean.stored_as]
    assert Entry.objects.get(verb="file.held_back").facts["virus"] == "Eicar-Test.UNOFFICIAL"


def test_files_wait_while_clamd_is_gone(cast, put, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    file = put()
    assert tasks.check_waiting_files() == 0
    with pytest.raises(viruses.Unreachable):
        actions.check_file(file)
    file.refresh_from_db()
    assert file.state == File.State.CHECKING


def test_a_pdf_is_shown_as_pictures_of_its_pages(client, cast, put):
    file = put(PDF_PAGE, "plan.pdf")
    client.force_login(cast.colleague)
    assert client.get(reverse("files:preview", args=[file.pk])).status_code == 200
    for _ in range(2):
        picture_of_page = b"".join(client.get(reverse("files:page", args=[file.pk, 1])))
        with Image.open(BytesIO(picture_of_page)) as image:
            assert (image.format, image.width) == ("WEBP", 800)
    assert client.get(reverse("files:page", args=[file.pk, 2])).status_code == 404
    assert client.get(reverse("files:page", args=[file.pk, 0])).status_code == 404
    broken = put(b"%PDF-1.4 nothing", "broken.pdf")
    assert client.get(reverse("files:page", args=[broken.pk, 1])).status_code == 404


def test_a_text_is_shown_in_a_sandbox(client, cast, put):
    file = put(b"<script>alert(1)</script>", "notes.txt")
    client.force_login(cast.colleague)
    assert b'<iframe class="preview" sandbox src=' in client.get(reverse("files:preview", args=[file.pk])).content
    response = client.get(reverse("files:text", args=[file.pk]))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_photo_is_square_and_only_for_those_who_may_see_the_member(client, cast, own_storage):
    client.force_login(cast.member)
    upload = SimpleUploadedFile("me.jpg", picture())
    assert client.post(reverse("files:own_photo"), {"photo": upload}).status_code == 302
    cast.member.refresh_from_db()
    url = reverse("files:photo", args=[cast.member.pk, cast.member.photo_version])
    client.force_login(cast.colleague)
    with Image.open(BytesIO(b"".join(client.get(url)))) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
    client.force_login(cast.outsider)
    assert client.get(url).status_code == 404
    client.force_login(cast.member)
    client.post(reverse("files:own_photo"), {"remove": "1"})
    assert (client.get(url).status_code, kept(own_storage)) == (404, [])


def test_the_same_works_on_an_s3_server(client, cast, put, settings):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server._server.server_port}"
    keys = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="cop")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "cop",
                "endpoint_url": endpoint,
                "access_key": "test",
                "secret_key": "test",
                "region_name": "us-east-1",
            },
        },
    }
    try:
        file = put(picture(), "photo.jpg")
        client.force_login(cast.colleague)
        assert b"".join(client.get(file.get_absolute_url())).startswith(b"\xff\xd8")
        assert b"".join(client.get(reverse("files:thumbnail", args=[file.pk]))).startswith(b"RIFF")
    finally:
        server.stop()


def test_a_file_of_another_room_is_not_replaced_from_here(cast, put):
    elsewhere = make_group("Evaluation", participants=[cast.member])
    old = put(b"First.")
    upload = SimpleUploadedFile("agenda.txt", b"Second.")
    with pytest.raises(Refusal, match="another room"):
        actions.receive(space=elsewhere.space, upload=upload, by=cast.member, client_id=uuid4(), replaces=old)


def test_a_second_newer_version_is_refused_until_the_first_is_taken_away(cast, put, own_storage):
    old = put(b"First.")
    new = put(b"Second.", shared=False, replaces=old)
    before = kept(own_storage)
    with pytest.raises(Refusal, match="newer version there already"):
        put(b"Third.", replaces=old)
    assert kept(own_storage) == before
    actions.remove_file(file=new, by=cast.member)
    third = put(b"Third.", replaces=old)
    assert File.objects.shown().get(pk=old.pk).newer == third


def test_nobody_fills_the_space_with_what_no_message_brings(cast, put):
    for _ in range(actions.MOST_WAITING):
        put(shared=False)
    with pytest.raises(Refusal, match="wait for their message"):
        put(shared=False)
    assert put(by=cast.colleague)


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_eight_times_at_once_is_one_file(cast, own_storage):
    client_id = uuid4()

    def upload():
        given = SimpleUploadedFile("agenda.txt", b"An agenda.")
        return actions.receive(space=cast.group.space, upload=given, by=cast.member, client_id=client_id).pk

    assert set(at_once(*[upload] * 8)) == {File.objects.get().pk}
    assert kept(own_storage) == [File.objects.get().stored_as]
