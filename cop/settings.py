"""Every setting, read from the environment once and typed. `.env.example` names them all.

What production refuses to start with is in cop/checks.py.
"""

import os
import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if os.environ.get("COP_MODE") != "test":  # tests are alike on every machine
    environ.Env.read_env(env.str("COP_ENV_FILE", default=str(BASE_DIR / ".env")))

MODE = env.str("COP_MODE", default="demo")  # demo, production or test
if MODE not in {"demo", "production", "test"}:
    raise ImproperlyConfigured("COP_MODE is one of: demo, production, test.")
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="not-secret-only-for-tests" if MODE == "test" else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
AUDIT_KEY = env.str("AUDIT_KEY", default="not-secret-only-for-tests" if MODE == "test" else "")
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", default="help@example.org")
SITE_NAME = env.str("SITE_NAME", default="Community of Practice")
SITE_SUBTITLE = env.str("SITE_SUBTITLE", default="Services for Survivors of Torture")
# The funder's acknowledgement (Stevens Amendment: funder, amount, share, disclaimer), as it reads this award year.
ACKNOWLEDGEMENT = env.str(
    "ACKNOWLEDGEMENT",
    default="Demonstration text, 1 October 2026: this site is supported by an invented federal award totaling $0, "
    "with 0 percent funded by a federal agency. The contents are those of the authors and do not represent the "
    "views of, nor an endorsement by, any agency."
    if DEMO
    else "",
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
if MODE == "test":
    ALLOWED_HOSTS += ["testserver"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "cop.apps.StaticConfig",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "schedule",
    "access",
    "audit",
    "worker",
    "spaces",
    "finding",
    "members",
    "files",
    "discussions",
    "meetings",
    "symposium",
    "groups",
    "notifications",
    "mailroom",
    "cop.apps.CopConfig",
]

MIDDLEWARE = [
    "cop.requests.Requests",
    "cop.headers.Headers",
    "cop.headers.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cop.bodies.Bounded",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.SessionLimits",
    "members.middleware.Gate",
    "members.middleware.SecondFactor",
    "notifications.browsers.ThisBrowser",
    "members.middleware.MemberTime",
    "access.middleware.RefusalPage",
]

ROOT_URLCONF = "cop.urls"
ASGI_APPLICATION = "cop.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cop.context.site",
                "members.context.standing",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'cop.sqlite3'}")}
SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=" + ("OFF" if MODE == "test" else "NORMAL"),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 10}
    if MODE != "test":  # every request has its own thread, so connections are shared through a pool
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL", default=20),
            "timeout": 10,
        }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 ends an idle subscriber after 5 s unless told otherwise.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 1000}]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
# Attempts are counted and codes marked used where all processes see it, and where it outlives a restart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "members_remembered",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=not PRODUCTION)

AUTH_USER_MODEL = "members.Member"
# Signing in: members/signin.py.
AUTHENTICATION_BACKENDS = ["members.signin.Backend"]
PASSWORD_HASHERS = ["members.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": f"members.passwords.{name}"} for name in ("LongEnough", "NotKnown", "NotAboutYou")]
BREACH_LIST = env.str("BREACH_LIST", default="")
SECOND_FACTOR_ROLES = ["staff", "admin", "privacy_officer", "facilitator", "orr_specialist"]
CODE_MINUTES = 10
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "members.signin.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.signin.SignInForm",
    "request_login_code": "members.signin.AskForCodeForm",
    "reset_password": "members.signin.ForgotPasswordForm",
    "add_email": "members.signin.NewAddressForm",
    "confirm_login_code": "members.signin.LoginCodeForm",
    "confirm_password_reset_code": "members.signin.ResetCodeForm",
    "confirm_email_verification_code": "members.signin.AddressCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one replaces it
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key,50/d/key",
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "reset_password": "20/m/ip,3/m/key,20/d/key",
    "confirm_code": "3/15m/key,60/m/ip",
    "apply": "20/h/ip,3/d/key",
    "open_link": "60/h/key",
}
MFA_ADAPTER = "members.signin.FactorAdapter"
MFA_FORMS = {
    "authenticate": "members.signin.FactorForm",
    "reauthenticate": "members.signin.FreshFactorForm",
    "login_webauthn": "members.signin.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # passkeys on http://localhost

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files")))
S3_BUCKET = env.str("S3_BUCKET", default="")
# nginx hands members' files out, once a view said yes; it may read them by their group.
ACCEL_REDIRECT = env.bool("ACCEL_REDIRECT", default=False) and not S3_BUCKET
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
            "default_acl": None,
            "file_overwrite": False,
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT,
            "file_permissions_mode": 0o640 if ACCEL_REDIRECT else 0o600,
            "directory_permissions_mode": 0o750 if ACCEL_REDIRECT else 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "cop.storage.StaticFiles"
    },
}

# Every mail waits in the outbox, in the transaction that wrote it; the worker hands it over to MAIL_URL.
EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
_mail = env.email_url("MAIL_URL", default="consolemail://")
MAIL_BACKEND = _mail["EMAIL_BACKEND"]
if MODE == "test":
    MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif MAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
    MAIL_BACKEND = "notifications.outbox.ConsoleBackend"
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "localhost", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Community of Practice <no-reply@example.org>")

# Where mail to forums comes in (commons@…), and what letters about posts are named with; empty: nothing comes in.
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="lists.example.org" if DEMO else "").lower()
# The port where it comes in: in the demonstration, beside the site's own; else receive_mail's. 0: none.
MAIL_PORT = env.int("MAIL_PORT", default=8025 if PRODUCTION else PORT + (25 if PORT < 65000 else -25) if DEMO else 0)
MAIL_TRUSTS = env.str("MAIL_TRUSTS", default="").lower()  # the mail server whose Authentication-Results count
MAIL_MOST_MB = env.int("MAIL_MOST_MB", default=30)
# A hosted sender that brings mail to /mail/in/ (mailroom/hook.py), its user:password, and the key that it signs with.
MAIL_HOOK = env.str("MAIL_HOOK", default="").lower()
MAIL_HOOK_PASSWORD = env.str("MAIL_HOOK_PASSWORD", default="")
ANYMAIL = {"WEBHOOK_SECRET": MAIL_HOOK_PASSWORD, "MAILGUN_WEBHOOK_SIGNING_KEY": env.str("MAIL_HOOK_KEY", default="")}
MAIL_A_MINUTE = env.int("MAIL_A_MINUTE", default=300)  # letters that tell of news

# Pushes to members' browsers: the key that we sign them with (32 bytes in base64url; empty: there are none), and the
# push services that we talk to: hosts, or whole origins (http://127.0.0.1:9000) that are taken as they are.
VAPID_KEY = env.str("VAPID_KEY", default="bm90LXNlY3JldC1vbmx5LWZvci10ZXN0cy4uLi4uLi4" if MODE == "test" else "")
if VAPID_KEY and not re.fullmatch(r"[\w-]{43}", VAPID_KEY, re.ASCII):
    raise ImproperlyConfigured("VAPID_KEY is 32 random bytes in base64url, 43 characters.")
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.notify.windows.com",
        "*.push.apple.com",
    ],
)

# A Jitsi of our own, where the video of a meeting may be held: its address (empty: there is none), and the application
# id and the secret by which it knows that somebody comes from us.
JITSI_URL = env.str("JITSI_URL", default="").rstrip("/")
JITSI_APP_ID = env.str("JITSI_APP_ID", default="cop")
JITSI_SECRET = env.str("JITSI_SECRET", default="")
if JITSI_URL and not JITSI_SECRET:
    raise ImproperlyConfigured("JITSI_URL needs JITSI_SECRET, by which Jitsi knows who comes from this site.")

DATA_UPLOAD_MAX_MEMORY_SIZE = None  # cop/bodies.py bounds each body, by its path

# How a browser treats what it gets from us.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_PROXY = PRODUCTION and env.bool("BEHIND_PROXY", default=True)
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked of a process itself
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOG_FORMAT = env.str("LOG_FORMAT", default="lines")
if LOG_FORMAT not in {"lines", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT is one of: lines, json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"routes": {"()": "cop.logs.Routes"}},
    "formatters": {
        "lines": {
            "()": "cop.logs.Lines",
            "format": "{asctime} {levelname} {name} [{request_id}]: {message}",
            "style": "{",
        },
        "json": {"()": "cop.logs.Json"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["routes"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was refused is in the line of each request
        "daphne": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},  # aiosmtpd's, which names senders and recipients
    },
}

SESSION_HOURS = env.int("SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
GRACE_DAYS = env.int("GRACE_DAYS", default=30)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
ELIGIBLE_ROLES = env.list("ELIGIBLE_ROLES", default=["staff", "admin", "privacy_officer", "orr_specialist"])
NCTTP_LEVELS = env.list("NCTTP_LEVELS", default=["Full member", "Associate member", "Affiliate member"])
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
BREAK_GLASS_HOURS = env.int("BREAK_GLASS_HOURS", default=4)
WRITES_A_MINUTE = env.int("WRITES_A_MINUTE", default=30)  # of one member
AUDIT_KEEP_DAYS = env.int("AUDIT_KEEP_DAYS", default=1096)  # three years
if AUDIT_KEEP_DAYS < 366:
    raise ImproperlyConfigured("AUDIT_KEEP_DAYS is 366 or more: the database lets no entry of the last year go.")
CE_KEEP_DAYS = env.int("CE_KEEP_DAYS", default=2557)  # seven years after the last day of a symposium
CHAT_KEEP_DAYS = env.int("CHAT_KEEP_DAYS", default=180)
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", default=50)
GROUP_STORAGE_MB = env.int("GROUP_STORAGE_MB", default=2000)
PREVIEW_PAGES = env.int("PREVIEW_PAGES", default=20)
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
