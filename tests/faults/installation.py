"""An installation as docs/operate.md says: nginx, two servers, a worker, PostgreSQL, Redis. Any of them may die."""

import asyncio
import os
import secrets
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import services
from aiosmtpd.controller import Controller
from django.conf import settings
from services import Service

from tests.spaces.servers import address_of_test_database

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
MANAGE = settings.BASE_DIR / "manage.py"
METRICS_TOKEN = secrets.token_urlsafe(40)
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; {user} error_log {folder}/nginx-error.log warn;
events {{ worker_connections 4096; }}
http {{
    log_format routes '$remote_addr "$request_method $uri" $status $request_time';
    access_log {folder}/nginx-access.log routes;
    client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-f; uwsgi_temp_path {folder}/nginx-u; scgi_temp_path {folder}/nginx-s;
    client_max_body_size 60m;
    upstream cop {{ {servers} }}
    server {{
        listen 127.0.0.1:{port}; listen 127.0.0.1:{tls} ssl;
        ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
        location / {{
            proxy_pass http://cop;
            proxy_http_version 1.1;
            proxy_connect_timeout 2s;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
            proxy_read_timeout 120s;
        }}
    }}
}}
"""


class Installation:
    """`kind` is the program that serves: daphne (`manage.py serve`) or uvicorn."""

    def __init__(self, kind: str, folder: Path, postgresql: Service, redis: Service, mail_port: int) -> None:
        self.kind, self.folder, self.postgresql, self.redis = kind, folder, postgresql, redis
        self.port, self.tls = services.free_port(), services.free_port()
        self.url = f"https://127.0.0.1:{self.tls}"
        self.media, self.static, self.temporary = (folder / name for name in ("media", "static", "tmp"))
        self.now = folder / "now"
        for place in (self.media, self.static, self.temporary):
            place.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": str(settings.BASE_DIR),
            "TMPDIR": str(self.temporary),
            "COP_MODE": "production",
            "COP_ENV_FILE": os.devnull,
            "SECRET_KEY": settings.SECRET_KEY,
            "AUDIT_KEY": settings.AUDIT_KEY,
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": address_of_test_database(),
            "REDIS_URL": settings.REDIS_URL,
            "WEB_PROCESSES": "2",
            "MEDIA_ROOT": str(self.media),
            "STATIC_ROOT": str(self.static),
            "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "METRICS_TOKEN": METRICS_TOKEN,
            "WRITES_A_MINUTE": "200",
            "IDLE_MINUTES": "600",  # longer than the clock is put on
            "SESSION_HOURS": "24",
        }
        self.servers = [self.server(f"server-{number}", kind) for number in (1, 2)]
        self.worker = Service("worker", [sys.executable, MANAGE, "worker"], folder, 0, environment=self.environment)
        self.nginx = Service(
            "nginx",
            [services.found("nginx"), "-e", folder / "nginx-error.log", "-c", folder / "nginx.conf"],
            folder,
            self.port,
        )

    def server(self, name: str, kind: str, application: str = "cop.asgi:application") -> Service:
        port = services.free_port()
        command = [sys.executable, MANAGE, "serve", "--port", str(port)]
        if kind == "uvicorn":
            graceful = ["--timeout-graceful-shutdown", "5", "--no-access-log", "--ws-max-size", "65536"]
            command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *graceful]
        return Service(name, command, self.folder, port, environment=self.environment)

    @contextmanager
    def up(self):
        self.configure()
        collect = [sys.executable, MANAGE, "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=self.environment, cwd=self.folder, check=True)
        with ExitStack() as stack:
            for one in (*self.servers, self.worker, self.nginx):
                stack.enter_context(services.running(one))
            yield self

    def configure(self) -> None:
        self.folder.joinpath("nginx.conf").write_text(
            NGINX.format(
                folder=self.folder,
                port=self.port,
                tls=self.tls,
                user="user root;" if os.geteuid() == 0 else "",
                servers=" ".join(f"server 127.0.0.1:{one.port} max_fails=0;" for one in self.servers),
            )
        )
        keys = ["-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2", *keys],
            check=True,
            capture_output=True,
        )

    def start_all(self) -> None:
        """Whatever a fault has left dead."""
        for one in (self.postgresql, self.redis, *self.servers, self.worker):
            if one.process is None:
                one.start()

    def memory(self) -> float:
        """MiB of the larger server."""
        return max(resident(one.process.pid) for one in self.servers if one.process)

    def with_clock(self, ahead: str) -> dict[str, str]:
        """The environment of a server whose wall clock is what `self.now` says; time that passes is left alone."""
        self.now.write_text(ahead)
        return {
            **self.environment,
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.now),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Sink:
    """A mail server that takes everything. `at_data` is called while the worker waits for the answer."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.at_data = None
        self.controller = Controller(self, hostname="127.0.0.1", port=services.free_port())

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        if self.at_data:
            await asyncio.to_thread(self.at_data)
        return "250 OK"
