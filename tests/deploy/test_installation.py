"""A production installation, as its people and whoever runs it meet it: nginx, TLS, two servers, a worker."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.deploy.conftest import commit
from tests.people import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.postgres]
PROTECTIVE = (
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
BOX = ".room-main form.composer textarea"


@pytest.fixture
def enter(site, browser):
    """enter(name): sign in by the form, and go into the room."""
    contexts = []

    def enter(name):
        contexts.append(browser.new_context(ignore_https_errors=True, base_url=site.url))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.goto("/account/login/")
        page.get_by_label("E-mail address").fill(f"{name}@example.net")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{site.url}/")
        page.goto(site.room)
        expect(page.locator("chat-room [data-live-status]")).to_have_text("Connected", timeout=30_000)
        return page

    yield enter
    for context in contexts:
        context.close()


def write(page, text):
    page.locator(BOX).fill(text)
    page.locator(BOX).press("Enter")


def row(page, text):
    return page.locator("li.message:not(.pending)").filter(has_text=text)


def is_there(page, text):
    expect(row(page, text)).to_have_count(1, timeout=30_000)


def post(site, text, name="member", client_id=None):
    data = {"body": text, "client_id": client_id or uuid4()}
    return site.ask(f"/threads/{site.thread}/posts/", session=site.sessions[name], data=data)[0]


def test_a_server_dies_while_people_talk_and_nothing_is_lost(site, enter):
    here, there = enter("mara.member"), enter("cole.colleague")
    write(here, "Before anything happens.")
    is_there(there, "Before anything happens.")
    for number, unit in enumerate(site.servers()):
        died = site.main_pid(unit)
        os.kill(died, signal.SIGKILL)
        write(here, f"While server {number} is gone.")
        is_there(there, f"While server {number} is gone.")
        is_there(here, f"While server {number} is gone.")
        assert wait_for(lambda unit=unit, died=died: site.main_pid(unit) != died)  # Restart=always
    there.reload()
    for number in range(2):
        is_there(there, f"While server {number} is gone.")


def test_a_file_is_handed_out_by_nginx_to_those_who_may(site, enter):
    here, there = enter("mara.member"), enter("cole.colleague")
    content = b"One thing that you stopped doing. " * 100
    here.locator("input[type=file][data-upload]").first.set_input_files(
        [{"name": "agenda.txt", "mimeType": "text/plain", "buffer": content}]
    )
    expect(here.locator(".composer [data-files] > li[data-state=up]")).to_have_count(1, timeout=30_000)
    here.locator(BOX).press("Enter")
    link = there.locator("li.message li.file a.name", has_text="agenda.txt")
    expect(link).to_have_count(1, timeout=30_000)
    address = link.get_attribute("href")
    with there.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == content
    status, headers, body = site.ask(address, session=site.sessions["colleague"])
    assert (status, body) == (200, content)
    port = site.ports()[0]
    direct = {"Host": f"localhost:{site.port}", "X-Forwarded-Proto": "https"}
    direct["Cookie"] = f"__Host-session={site.sessions['colleague']}"
    told = ask_server(port, address, direct)
    assert told["X-Accel-Redirect"].startswith("/handed-out/files/")
    same = {"Content-Type", "Content-Disposition", "Cache-Control", *PROTECTIVE}
    assert {name: headers[name] for name in same} == {name: told[name] for name in same}
    policies = [sorted(answer["Content-Security-Policy"].split("; ")) for answer in (headers, told)]
    assert policies[0] == policies[1]
    assert "sandbox" in headers["Content-Security-Policy"]
    assert site.ask(address, session=site.sessions["outsider"])[0] == 404
    assert site.ask(told["X-Accel-Redirect"], session=site.sessions["colleague"])[0] == 404


def ask_server(port, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers


def test_a_new_release_comes_while_a_page_is_open(site, enter, source):
    page = enter("mara.member")
    page.evaluate("window.notReloaded = true")
    old = (site.root / "srv/cop/current").resolve()
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    with (source / "static/css/tokens.css").open("a") as file:
        file.write("\n.a-new-release { color: teal; }\n")
    commit(source, "Something new")
    written, done = [], threading.Event()

    def keep_writing():
        """As a page does: the same again, under the same client_id, until there is an answer."""
        while not done.is_set():
            text, key = f"Written during a deployment {len(written)}.", uuid4()
            assert wait_for(lambda text=text, key=key: post(site, text, "colleague", key) == 200)
            written.append(text)

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(keep_writing)
        try:
            site.run("deploy", "--venv", sys.prefix)
        finally:
            done.set()
        writer.result()
    new = (site.root / "srv/cop/current").resolve()
    assert new != old
    kept = site.python(POSTS.format("Written during a deployment")).split()
    assert kept == [str(len(written))] * 2  # posts, and different texts among them
    is_there(page, written[-1])
    assert page.evaluate("window.notReloaded") is True
    assert site.ask(style)[0] == 200  # what the page of before may still fetch
    page.reload()
    fresh = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    assert (fresh != style, site.ask(fresh)[0]) == (True, 200)
    is_there(page, written[-1])
    settings_before = (site.root / "etc/cop/cop.env").read_bytes()
    site.run("deploy", "rollback")
    assert (site.root / "srv/cop/current").resolve() == old
    assert (site.root / "etc/cop/cop.env").read_bytes() == settings_before


def test_installing_again_changes_nothing(site):
    def kept():
        folders = (site.root / "etc", site.root / "srv/cop/releases")
        files = {path: path.read_bytes() for folder in folders[:1] for path in folder.rglob("*") if path.is_file()}
        return files, sorted(folders[1].iterdir()), (site.root / "etc/cop/cop.env").stat().st_mode & 0o777

    revision = (site.root / "srv/cop/current").resolve().name.rpartition("-")[2]
    before = kept()
    site.install("--revision", revision)
    assert kept() == before
    assert before[2] == 0o600
    assert post(site, "Still here.") == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_what_a_stranger_gets_from_nginx(site):
    plain = socket.create_connection(("127.0.0.1", site.plain_port))
    with plain:
        plain.sendall(b"GET /about/?x=1 HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert f"Location: {site.url}/about/?x=1\r\n".encode() in plain.recv(2000)
    assert site.ask("/about/")[0] == 200
    packed = {"Accept-Encoding": "gzip"}
    assert site.ask("/about/", **packed)[1]["Content-Encoding"] == "gzip"
    assert site.ask("/about/?words=of-somebody-else", **packed)[1]["Content-Encoding"] is None
    assert site.ask("/metrics")[0] == 404
    assert site.ask("/handed-out/files/")[0] == 404
    status, headers, _ = site.ask("/account/login/")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    with pytest.raises(ssl.SSLError):
        handshake(site, server_hostname="elsewhere.example.org")
    assert handshake(site) == "TLSv1.3"
    assert handshake(site, most=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        handshake(site, most=ssl.TLSVersion.TLSv1_1)


def handshake(site, *, server_hostname="localhost", most=ssl.TLSVersion.TLSv1_3):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
    with (
        socket.create_connection(("127.0.0.1", site.port)) as plain,
        context.wrap_socket(plain, server_hostname=server_hostname) as secure,
    ):
        return secure.version()


def test_static_files_are_packed_and_kept_for_ever(site):
    page = site.ask("/about/", Accept="text/html")[2].decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    status, headers, body = site.ask(style, **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], body[:2]) == (200, "gzip", b"\x1f\x8b")
    assert "max-age=315360000" in headers["Cache-Control"]
    assert "max-age=300" in site.ask("/static/images/favicon.svg")[1]["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/account/login/", 4),
        ("/spaces/{space}/files/", 51),
        ("/files/{space}/replace/", 51),
        ("/profile/photo/", 51),
    ],
)
def test_nginx_takes_as_much_as_the_pages_do(site, path, most):
    """Only what a request says of its length is sent."""
    for length, refused in ((most * 1024 * 1024, False), (most * 1024 * 1024 + 1, True)):
        context = ssl.create_default_context(cafile=site.root / "etc/cop/tls/fullchain.pem")
        with (
            socket.create_connection(("127.0.0.1", site.port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            asked = f"POST {path.format(space=site.space)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
            secure.sendall(f"{asked}Expect: 100-continue\r\n\r\n".encode())
            assert (b" 413 " in secure.recv(100)) is refused


def test_attempts_to_sign_in_are_slowed_down_and_pages_are_not(site):
    """From an address of its own, so that the other tests can sign in meanwhile."""
    trusted = ssl.create_default_context(cafile=site.root / "etc/cop/tls/fullchain.pem")
    link = http.client.HTTPSConnection("localhost", site.port, context=trusted, source_address=("127.0.0.2", 0))

    def ask(verb):
        link.request(verb, "/join/nothing-here/", headers={"Origin": site.url})
        answer = link.getresponse()
        answer.read()
        return answer.status

    pages = {ask("GET") for _ in range(60)}
    attempts = [ask("POST") for _ in range(200)]
    link.close()
    assert 429 not in pages
    assert 429 not in attempts[:30]
    assert attempts.count(429) > 0


def test_the_log_of_nginx_tells_neither_who_nor_what(site):
    token = uuid4().hex
    site.ask(f"/join/confirm/{token}/?q={token}")
    log = site.root / "var/log/nginx/cop.log"
    assert wait_for(lambda: " GET /join 410 " in log.read_text())
    everything = "".join(path.read_text() for path in log.parent.iterdir())
    assert token not in everything
    assert "127.0.0.1 " not in re.sub(r"127\.0\.0\.1:\d+", "", log.read_text())


def test_units_are_sound(site):
    folder = site.root / "etc/systemd/system"
    units = sorted(str(path) for path in folder.glob("cop-*") if "@" not in path.name)
    instance = site.root / "run" / site.servers()[0]
    shutil.copy(folder / "cop-server@.service", instance)
    verify = subprocess.run(["systemd-analyze", "verify", *units, instance], capture_output=True, text=True)
    assert [line for line in verify.stderr.splitlines() if "cop-" in line] == []
    for name in ("cop-server@.service", "cop-worker.service", "cop-mail.service", "cop-audit.service"):
        command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", folder / name]
        assert subprocess.run(command, capture_output=True).returncode == 0, name


def test_a_backup_under_writes_comes_back_whole_and_only_to_an_empty_place(site, make_installation):
    key = site.root / "backup-key.txt"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    assert "There is nobody to encrypt for" in site.run("backup", fails=True)
    recipient = re.search(r"age1\w+", key.read_text())[0]
    (site.root / "etc/cop/backup-recipients").write_text(f"{recipient}\n")
    assert post(site, "A canary in the backup.") == 200
    site.python(LETTER)
    written, done = [], threading.Event()

    def keep_writing():
        while not done.is_set():
            written.append(post(site, f"Written during a backup {len(written)}.", "colleague"))

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(keep_writing)
        try:
            assert wait_for(lambda: len(written) > 3)
            site.systemctl("start", "cop-backup.service")
        finally:
            done.set()
        writer.result()
    assert set(written) == {200}
    (backup,) = (site.root / "var/backups/cop").iterdir()
    parts = ["SHA256SUMS", "database.age", "files.age", "manifest.age"]
    assert sorted(path.name for path in backup.iterdir()) == parts
    assert not any(b"canary" in path.read_bytes() for path in backup.iterdir())

    other = make_installation()
    other.install("--servers", "1")
    said = other.run("restore", backup, "--identity", key, fails=True)
    assert "Is AUDIT_KEY the one of before?" in said
    assert "run deploy/restore again" in said
    keep_keys(site, other)
    broken = other.root / "broken"
    shutil.copytree(backup, broken)
    with (broken / "database.age").open("r+b") as file:
        file.truncate(1000)
    assert "database.age" in other.run("restore", broken, "--identity", key, fails=True)
    said = other.run("restore", backup, "--identity", key)
    assert "files are as they were" in said
    assert "The audit trail is whole" in said
    counts = json.loads(other.python(COUNTS))
    assert 4 <= counts["during"] <= len(written)
    assert (counts["canary"], counts["waiting"], counts["given_up"]) == (1, 0, 1)
    assert other.ask(site.room, session=site.sessions["member"])[0] == 401  # everybody signs in again
    assert "members or files here already" in other.run("restore", backup, "--identity", key, fails=True)


POSTS = """
import django
django.setup()
from discussions.models import Post
posts = Post.objects.filter(body__startswith="{0}")
print(posts.count(), posts.order_by().values("body").distinct().count())
"""
LETTER = """
import django
django.setup()
from notifications.models import Letter
from members.models import Member
from worker.letters import send
member = Member.objects.get(name="Mara Member")
send(member.email, "something_new", {"member": member})
"""
COUNTS = """
import json, django
django.setup()
from discussions.models import Post
from notifications.models import Letter
print(json.dumps({
    "during": Post.objects.filter(body__startswith="Written during a backup").count(),
    "canary": Post.objects.filter(body="A canary in the backup.").count(),
    "waiting": Letter.objects.waiting().count(),
    "given_up": Letter.objects.filter(trouble="restored").count(),
}))
"""


def keep_keys(site, other):
    """What a person does by hand: the keys of before into the new place's settings."""
    old, new = (place.root / "etc/cop/cop.env" for place in (site, other))
    keys = dict(re.findall(r"^(SECRET_KEY|AUDIT_KEY)=(.*)$", old.read_text(), re.MULTILINE))
    new.write_text(
        re.sub(r"^(SECRET_KEY|AUDIT_KEY)=.*$", lambda m: f"{m[1]}={keys[m[1]]}", new.read_text(), flags=re.M)
    )


def wait_for(question, seconds=60):
    """Ask until the answer is yes."""
    wait = threading.Event()
    for _ in range(seconds * 20):
        if question():
            return True
        wait.wait(0.05)
    return False
