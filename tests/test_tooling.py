"""`make run`, `make check` and `make test`, as somebody with a new clone meets them."""

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from cop.embedded import step
from tests.clones import make_clone

ROOT = Path(settings.BASE_DIR)
ENVIRONMENT = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path / "clone")


@pytest.fixture
def make(clone):
    """make(target, PORT=…): start it in the clone; what still runs is ended after the test."""
    started = []

    def make(target, **environment):
        process = subprocess.Popen(
            ["make", target],
            cwd=clone,
            env={**ENVIRONMENT, "PYTHON": sys.executable, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=heed_ctrl_c,
        )
        started.append(process)
        return process

    yield make
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def heed_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would everything below it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for_page(url: str, process: subprocess.Popen, seconds: float = 240) -> str:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"No page came. {process.communicate()[0] if process.poll() is not None else ''}")


def press_ctrl_c(process: subprocess.Popen) -> str:
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    return said


def count_members(clone: Path) -> str:
    program = "from members.models import Member; print(Member.objects.count())"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", program]
    return subprocess.run(command, cwd=clone, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout


def test_make_run_from_nothing_again_and_from_the_start(clone, make):
    port = free_port()
    first = make("run", PORT=port)
    assert "<h1" in wait_for_page(f"http://127.0.0.1:{port}/", first)
    assert (clone / ".env").stat().st_mode & 0o777 == 0o600

    same_port, other_port = make("run", PORT=port), make("run", PORT=free_port())
    assert f"Port {port} is taken" in same_port.communicate(timeout=60)[0]
    assert "running already" in other_port.communicate(timeout=60)[0]
    assert "running already" in make("reset").communicate(timeout=60)[0]

    said = press_ctrl_c(first)
    assert f"http://127.0.0.1:{port}/demo/" in said
    assert "Stopped." in said
    assert "Traceback" not in said
    secrets, members = (clone / ".env").read_text(), count_members(clone)

    begun = time.monotonic()
    second = make("run", PORT=port)
    wait_for_page(f"http://127.0.0.1:{port}/", second)
    assert time.monotonic() - begun < 30  # 3 s alone; the tests share the machine
    assert "Loading" not in press_ctrl_c(second)
    assert ((clone / ".env").read_text(), count_members(clone)) == (secrets, members)

    assert "starts it anew" in make("reset").communicate(timeout=60)[0]
    assert list((clone / "var").glob("cop.sqlite3*")) == []


def test_reset_touches_no_other_database(clone, make):
    for line in ("COP_MODE=production", "DATABASE_URL=postgres://cop@127.0.0.1:9/cop"):
        (clone / ".env").write_text(f"{line}\nSECRET_KEY=s\nAUDIT_KEY=a\n")
        assert "Only a demonstration on SQLite can be reset" in make("reset").communicate(timeout=60)[0]


def ground(clone: Path, program: str, **environment: str) -> str:
    """What the stage before Django says, in a clone without an environment."""
    (clone / ".venv").unlink()
    program = f"import sys; sys.path.insert(0, 'scripts'); import ground; {program}; ground.ensure_environment('base')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=clone, env={**ENVIRONMENT, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_old_python_is_told(clone):
    assert "Python 3.11 or newer is needed" in ground(clone, "sys.version_info = (3, 9, 2)")


def test_a_python_without_venv_is_told(clone):
    assert "apt-get install python3-venv" in ground(clone, "sys.modules['ensurepip'] = None")


def test_a_first_start_without_the_network_is_told(clone):
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(clone)}
    assert "needs the network" in ground(clone, "pass", **offline)


def test_a_full_disk_is_told():
    with pytest.raises(CommandError, match="Failed while writing: the disk is full. Make room"), step("writing"):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.skipif(not settings.SQLITE, reason="the same on every database")
def test_a_database_that_cannot_grow_is_told(transactional_db):
    with pytest.raises(CommandError, match="the disk is full"), step("writing"):
        fill_the_database()


def fill_the_database():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")
        try:
            cursor.execute("CREATE TABLE far_too_much AS SELECT randomblob(10000000) AS x")
        finally:
            cursor.execute("PRAGMA max_page_count = 4294967294")


def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"^  make ([a-z-]+)", listed, re.MULTILINE) == targets


def test_the_readme_is_short_and_names_targets_that_exist():
    text = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert len(text.splitlines()) <= 100
    assert set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z-]+)", text)) <= targets
    assert [
        command for command in ("make check", "make test") if command not in (ROOT / ".ci" / "run").read_text()
    ] == []


def tree(clone: Path) -> str:
    return subprocess.run([sys.executable, "scripts/tree.py"], cwd=clone, capture_output=True, text=True).stdout


def test_what_must_not_be_in_the_tree_is_found(clone):
    assert tree(clone) == ""
    (clone / "somewhere.md").write_text(
        "fine\nsee /ho" + "me/somebody/notes\n--index" + "-url https://mirror.example.org\n"
    )
    assert re.findall(r"^(\S+:\d+):", tree(clone), re.MULTILINE) == ["somewhere.md:2", "somewhere.md:3"]


def test_a_lock_that_does_not_hold_what_was_asked_for_is_found(clone):
    base = clone / "requirements" / "base.txt"
    base.write_text(re.sub(r"^django==\S+", "django==5.2.1", base.read_text(), flags=re.MULTILINE))
    said = tree(clone)
    assert "requirements/base.txt has no django==5.2.19" in said
    assert "django is not the same in requirements/dev.txt" in said


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("spaces/log.py", "import groups.models", "Upper rooms"),
        ("symposium/__init__.py", "import groups.models", "Upper rooms"),
        ("identifiers/__init__.py", "import django.db", "plain Python"),
    ],
)
def test_import_contracts_hold_and_fail_when_broken(clone, file, line, contract):
    lint = [Path(sys.prefix) / "bin" / "lint-imports", "--no-cache"]
    assert subprocess.run(lint, cwd=clone, capture_output=True).returncode == 0
    with (clone / file).open("a") as module:
        module.write(f"\n{line}\n")
    done = subprocess.run(lint, cwd=clone, capture_output=True, text=True)
    assert done.returncode == 1
    broken = re.findall(r"^(.*) BROKEN", done.stdout, re.MULTILINE)
    assert [contract in name for name in broken] == [True]


@pytest.mark.skipif(not shutil.which("redis-server"), reason="needs Redis")
def test_services_of_a_test_run_stop_with_it(tmp_path):
    program = (
        "import sys; sys.path.insert(0, 'scripts'); from pathlib import Path; import test\n"
        f"with test.redis(Path({shutil.which('redis-server')!r}), Path({str(tmp_path)!r})) as url:\n"
        "    print(url, flush=True)\n"
        "    raise KeyboardInterrupt\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    port = int(re.fullmatch(r"redis://127\.0\.0\.1:(\d+)/0\n", done.stdout)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)
