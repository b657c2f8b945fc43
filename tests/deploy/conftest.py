"""A whole installation on the loopback, made by deploy/install in a folder that stands for /.

PostgreSQL is that of the test run, with roles and databases of their own. nginx and Redis are started from units, as
those of Debian's packages would; tests/deploy/systemctl.py stands for systemd.
"""

import getpass
import json
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import pytest
from django.conf import settings

from tests.clones import make_clone
from tests.journeys.conftest import browser_type_launch_args  # noqa: F401

NGINX = """
{user}
worker_processes 2;
include {root}/etc/nginx/modules-enabled/*.conf;
pid {root}/run/nginx.pid;
error_log {root}/var/log/nginx/error.log;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    gzip on;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    client_body_temp_path {root}/run/body;
    proxy_temp_path {root}/run/proxy;
    fastcgi_temp_path {root}/run/fastcgi;
    uwsgi_temp_path {root}/run/uwsgi;
    scgi_temp_path {root}/run/scgi;
    access_log {root}/var/log/nginx/access.log;
    include {root}/etc/nginx/sites-enabled/*;
}}
"""
UNITS = {
    "nginx.service": "[Service]\nExecStart={nginx} -g 'daemon off;' -c {root}/etc/nginx/nginx.conf\n"
    "ExecReload=/bin/kill -HUP $MAINPID\nTimeoutStopSec=10\n",
    "redis-server.service": "[Service]\nExecStart={redis} --port {port} --bind 127.0.0.1 --save '' --dir {root}/run\n"
    "Restart=always\nTimeoutStopSec=10\n",
}
PEOPLE = """
import json, django
django.setup()
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Replace
from django.test import Client
from members.models import Member
from tests import people
cast = people.make_cast()
for rows in (Member.objects, EmailAddress.objects):  # @example.org is for demonstrations only
    rows.update(email=Replace("email", Value("@example.org"), Value("@example.net")))
def session(member):
    client = Client()
    people.sign_in(client, member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({
    "room": f"/groups/{cast.group.pk}/", "space": str(cast.group.space.pk),
    "thread": str(cast.group.space.threads.get().pk),
    "sessions": {name: session(getattr(cast, name)) for name in ("member", "colleague", "outsider")},
}))
"""


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@dataclass
class Installation:
    """One installation, and what a test does with it."""

    root: Path
    source: Path
    port: int
    plain_port: int
    database: str

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return {**kept, "ROOT": str(self.root), "PATH": f"{self.root}/bin:{os.environ['PATH']}"}

    def run(self, program: str, *words: str | Path, fails: bool = False) -> str:
        """A program of deploy/, from the source; what it says."""
        command = [sys.executable, self.source / "deploy" / program, *words, "--root", self.root]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        assert bool(done.returncode) == fails, done.stdout + done.stderr + self.logs()
        return done.stdout + done.stderr

    def install(self, *words: str) -> str:
        redis = f"redis://127.0.0.1:{redis_port(self.root)}/0"
        given = {"SITE_URL": self.url, "DATABASE_URL": self.database, "REDIS_URL": redis, "PORT": free_ports(3)}
        given |= {"MAIL_URL": "smtp://127.0.0.1:9", "WRITES_A_MINUTE": "100000"}
        told = [word for name, value in given.items() for word in ("--set", f"{name}={value}")]
        trial = ["--plain-port", str(self.plain_port), "--venv", sys.prefix]
        admin = ["--admin-database", os.environ["DATABASE_URL"]]
        return self.run("install", "--domain", "localhost", *told, *trial, *admin, *words)

    def systemctl(self, *words: str) -> None:
        subprocess.run(["systemctl", *words], env=self.environment, check=True)

    def python(self, program: str) -> str:
        """Run a program in the site's own settings, as a person at its console would."""
        environment = {**self.environment, "COP_ENV_FILE": str(self.root / "etc/cop/cop.env")}
        environment["DJANGO_SETTINGS_MODULE"] = "cop.settings"
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, path: str, *, session: str = "", data: dict | None = None, **headers: str):
        """What nginx answers: status, headers, body. Its certificate is checked; redirects are not followed."""
        token = "t" * 32
        cookies = f"__Host-session={session}; __Host-csrf={token}"
        sent = {"Cookie": cookies, "X-CSRFToken": token, "Origin": self.url, "Accept": "application/json", **headers}
        body = None if data is None else urlencode(data).encode()
        try:
            with self.opener().open(Request(self.url + path, body, sent), timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def opener(self):
        trusted = ssl.create_default_context(cafile=self.root / "etc/cop/tls/fullchain.pem")
        return build_opener(HTTPSHandler(context=trusted), NoRedirects)

    def main_pid(self, unit: str) -> int:
        return int((self.root / "run/units" / f"{unit}.main").read_text())

    def ports(self) -> list[int]:
        lines = (self.root / "etc/cop/cop.env").read_text().splitlines()
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        return [int(values["PORT"]) + number for number in range(int(values["WEB_PROCESSES"]))]

    def servers(self) -> list[str]:
        return [f"cop-server@{port}.service" for port in self.ports()]

    def logs(self) -> str:
        logs = [*(self.root / "run/units").glob("*.log"), *(self.root / "var/log/nginx").glob("*error.log")]
        return "".join(f"\n--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)

    def stop(self) -> None:
        units = [path.name.removesuffix(".supervisor") for path in (self.root / "run/units").glob("*.supervisor")]
        self.systemctl("stop", *sorted(units))


@pytest.fixture(scope="session")
def base_url():
    """Pages get theirs from the installation."""


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """The code as it is here, as a commit."""
    clone = make_clone(tmp_path_factory.mktemp("source") / "cop")
    commit(clone, "As it is")
    return clone


@pytest.fixture(scope="session")
def make_installation(source, tmp_path_factory):
    """make_installation(): nginx and Redis as Debian has them, in an empty folder, and nothing else yet."""
    if settings.SQLITE:
        pytest.skip("needs PostgreSQL")
    made = []

    def make_installation() -> Installation:
        root = tmp_path_factory.mktemp("root")
        https, plain = free_ports(1), free_ports(1)
        name = f"installed_{secrets.token_hex(4)}"
        mine = f"{name}:{secrets.token_hex(8)}@{urlsplit(os.environ['DATABASE_URL']).netloc.rpartition('@')[2]}"
        address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(netloc=mine, path=f"/{name}"))
        installation = Installation(root, source, https, plain, address)
        for folder in (
            "bin",
            "run",
            "var/log/nginx",
            "etc/systemd/system",
            "etc/nginx/sites-enabled",
            "etc/nginx/modules-enabled",
        ):
            (root / folder).mkdir(parents=True)
        systemctl = root / "bin/systemctl"
        systemctl.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("systemctl.py")} "$@"\n')
        systemctl.chmod(0o755)
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        (root / "etc/nginx/nginx.conf").write_text(NGINX.format(root=root, user=user))
        programs = {"nginx": program("nginx"), "redis": program("redis-server"), "port": redis_port(root)}
        for unit, text in UNITS.items():
            (root / "etc/systemd/system" / unit).write_text(text.format(root=root, **programs))
        made.append(installation)
        return installation

    yield make_installation
    for installation in made:
        installation.stop()


@pytest.fixture(scope="session")
def site(make_installation):
    """The site, installed, with the cast in it: its `room`, `thread` and `sessions`."""
    site = make_installation()
    site.said = site.install("--servers", "2")
    for name, value in json.loads(site.python(PEOPLE)).items():
        setattr(site, name, value)
    return site


def commit(repository: Path, message: str) -> None:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", "-C", repository, *command], check=True)


def program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert path, f"{name} is missing"
    return path


_redis_ports: dict[Path, int] = {}


def redis_port(root: Path) -> int:
    return _redis_ports.setdefault(root, free_ports(1))


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody uses."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
