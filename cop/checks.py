"""What production refuses to start with: `manage.py check` says it, and so does every server at its start."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import Resolver404, resolve

from notifications import sealing


def refuse_to_start() -> None:
    """Raise ImproperlyConfigured, with every reason, where this installation must not serve anybody."""
    errors = serious(tags=["production"]) or serious(tags=[Tags.database], databases=["default"])
    if errors:
        raise ImproperlyConfigured("\n" + "\n".join(f"- {error.msg} {error.hint or ''}".rstrip() for error in errors))


def serious(**asked: Any) -> list[CheckMessage]:
    return [message for message in run_checks(**asked) if message.is_serious()]


@register("production")
def check_configuration(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Settings that would leave a real community open or lose its data."""
    if not settings.PRODUCTION:
        return []
    one_process = settings.WEB_PROCESSES == 1
    return [
        Error(reason, hint=hint, id=f"cop.E{number:03}")
        for number, wrong, reason, hint in [
            (1, settings.DEBUG, "DEBUG is on.", "Debug pages show settings and data. Take DEBUG out."),
            (
                2,
                weak(settings.SECRET_KEY) or weak(settings.AUDIT_KEY) or settings.SECRET_KEY == settings.AUDIT_KEY,
                "SECRET_KEY and AUDIT_KEY are not two long random values.",
                "Make each with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            ),
            (
                3,
                settings.SQLITE and not one_process,
                "SQLite serves one process only, and WEB_PROCESSES is more.",
                "Use PostgreSQL: DATABASE_URL=postgres://…",
            ),
            (
                4,
                not settings.REDIS_URL and not one_process,
                "Several processes need Redis to ring each other.",
                "Set REDIS_URL=redis://…",
            ),
            (
                5,
                not settings.EMBEDDED_WORKER and (settings.SQLITE or not settings.REDIS_URL),
                "A worker of its own needs PostgreSQL and Redis.",
                "Set both, or EMBEDDED_WORKER=true with one process.",
            ),
            (
                6,
                settings.EMBEDDED_WORKER and not one_process,
                "Several processes would each run a worker.",
                "Set EMBEDDED_WORKER=false and run: manage.py worker",
            ),
            (
                7,
                not settings.SITE_URL.startswith("https://"),
                "SITE_URL is not an https address.",
                "Links in mail and the check of where a request comes from are made with it.",
            ),
            (
                9,
                settings.DEMO or is_route("/demo/"),
                "Anybody could be anybody: the one-click sign-in of the demonstration is there.",
                "COP_MODE=production leaves it out; nothing else may bring it back.",
            ),
            (
                8,
                not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
                "ALLOWED_HOSTS does not name this site's hosts.",
                "Name them, with commas between.",
            ),
            (
                10,
                bool(settings.METRICS_TOKEN) and len(settings.METRICS_TOKEN) < 32,
                "METRICS_TOKEN can be guessed.",
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            ),
            (
                11,
                bool(settings.MAIL_HOOK) and len(settings.MAIL_HOOK_PASSWORD) < 32,
                "MAIL_HOOK is set, and MAIL_HOOK_PASSWORD can be guessed.",
                "Make it user:password with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            ),
            (
                12,
                bool(settings.VAPID_KEY) and not is_vapid_key(),
                "VAPID_KEY is not a random key of 32 bytes.",
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            ),
            (
                13,
                any(host.startswith("http://") for host in settings.PUSH_HOSTS),
                "PUSH_HOSTS names a push service without https.",
                "What is pushed is sealed, but not who gets it, and when.",
            ),
            (
                14,
                bool(settings.JITSI_URL) and not settings.JITSI_URL.startswith("https://"),
                "JITSI_URL is not an https address.",
                "Browsers give a page without https no camera, and who comes could be read on the way.",
            ),
            (
                15,
                bool(settings.JITSI_URL) and len(settings.JITSI_SECRET) < 32,
                "JITSI_SECRET can be guessed.",
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            ),
        ]
        if wrong
    ]


@register(Tags.database)
def check_no_demonstration_accounts(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Anyone can read in our repository how to sign in as an invented person."""
    member = get_user_model()
    if not settings.PRODUCTION or "default" not in (databases or []):
        return []
    if member._meta.db_table not in connections["default"].introspection.table_names():
        return []
    if not member.objects.filter(email__iendswith="@example.org").exists():
        return []
    return [
        Error(
            "There are demonstration accounts (@example.org) in this database.",
            hint="Start production with an empty database; demonstration data is not made to be taken out.",
            id="cop.E101",
        )
    ]


def is_route(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def is_vapid_key() -> bool:
    try:
        sealing.own_key()
    except ValueError:
        return False
    return len(set(settings.VAPID_KEY)) >= 10 and "bm90LXNlY3JldC" not in settings.VAPID_KEY  # "not-secret"


def weak(secret: str) -> bool:
    return len(secret) < 50 or len(set(secret)) < 10 or "not-secret" in secret
