import shutil
import socket
import subprocess
import time
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from files import actions

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF_PAGE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>>>endobj
4 0 obj<</Length 25>>stream
1 0 0 rg 10 10 90 40 re f
endstream endobj
trailer<</Root 1 0 R>>
"""


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """Each test has a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "kept"},
        },
    }
    return tmp_path / "kept"


@pytest.fixture
def put(cast):
    """Have somebody upload something into the cast's group; shared with everyone unless told otherwise."""

    def put(content=b"An agenda.", name="agenda.txt", *, by=None, shared=True, **options):
        by = by or cast.member
        upload = SimpleUploadedFile(name, content)
        file = actions.receive(space=cast.group.space, upload=upload, by=by, client_id=uuid4(), **options)
        if shared:
            (file,) = actions.attach(files=[file.pk], space=cast.group.space, by=by)
            file.refresh_from_db()
        return file

    return put


def picture(shape="JPEG", size=(800, 600), **options):
    into = BytesIO()
    Image.new("RGB", size, "teal").save(into, shape, **options)
    return into.getvalue()


@pytest.fixture(scope="session")
def clamd(tmp_path_factory):
    """A real clamd that knows one virus, the harmless EICAR test file."""
    if not shutil.which("clamd"):
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "eicar.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "clamd.conf"
    config.write_text(f"Foreground yes\nDatabaseDirectory {folder}\nTCPSocket {port}\nTCPAddr 127.0.0.1\n")
    process = subprocess.Popen(["clamd", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    else:
        process.kill()
        pytest.fail("clamd did not start")
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(10)
