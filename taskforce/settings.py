"""All settings, read from the environment (docs/configuration.md). One file for demo, test and production."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from taskforce.log_secrets import hide_link_secrets
from taskforce.master_keys import master_keys
from taskforce.private_services import private_environment

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
# Commands that need neither database nor secrets, so that they run on a clone without any set-up.
WITHOUT_SERVICES = {"parse_timetable", "check_document", "policy", "processing_record", "check", "makemigrations", "collectstatic"}
WITHOUT_SERVICES |= {"help", "--help", "version", "--version"}

env = environ.FileAwareEnv()
for name, value in private_environment(BASE_DIR / ".data").items():
    env.ENVIRON.setdefault(name, value)


def required(name: str, fallback: str) -> str:
    """The setting `name`; `fallback` for commands that can do without, else a message that says what to do."""
    value: str = env.str(name, default="")
    if value:
        return value
    if len(sys.argv) > 1 and sys.argv[1] in WITHOUT_SERVICES:
        return fallback
    raise ImproperlyConfigured(f"{name} is not set. Start bin/run, or set {name} (see docs/configuration.md).")


DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SITE_URL = required("SITE_URL", "http://localhost:8000").rstrip("/")
SECURE_SITE = SITE_URL.startswith("https://")
SECRET_KEY = required("SECRET_KEY", "only-for-commands-without-services")
ALLOWED_HOSTS = [host for host in required("ALLOWED_HOSTS", "localhost").split(",") if host]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "taskforce.apps.TaskforceConfig",
    "cases",
    "engagements",
    "documents",
    "accounts",
    "taskforce.apps.SetUpConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "django_htmx",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "taskforce.middleware.ClearSiteDataMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "taskforce.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "taskforce.middleware.SessionLimitMiddleware",
    "taskforce.middleware.LogInFirstMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.AdmissionMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "taskforce.middleware.NoStoreMiddleware",
    "taskforce.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "taskforce.urls"
WSGI_APPLICATION = "taskforce.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "taskforce.navigation.frame",
            ],
            "builtins": ["taskforce.templatetags.ui"],
        },
    }
]

# Database and queue
DATABASES = {"default": env.db_url_config(required("DATABASE_URL", "postgres:///taskforce"))}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Our queries are short: compiling one (JIT) takes a second or more where a table is new and its size unknown to the planner
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
REDIS_URL = required("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "Europe/Copenhagen"

# Kept in the database, so that rate limits survive the loss of Redis; large, so that a flood of attempts drops no counter
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# People
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "logged-off"

# Passwords: long rather than complicated, checked without asking anybody outside
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.CommonValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60  # seconds that the link in the mail works

# Log-in (django-allauth): by e-mail; nobody signs up, people are invited; the same answer for known and unknown addresses
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend", "taskforce.set_up.SetUpBackend"]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is accepted through the mail that it came in
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # seconds from the password to the second factor
ACCOUNT_FORMS = {
    "login": "accounts.forms.LogInForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
    "change_password": "accounts.forms.PasswordForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
}
# The address that rate limits count by: with a proxy in front of us the last one of X-Forwarded-For
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("TRUSTED_PROXY", default=False) else 0

# Second factor: forced for everybody (accounts/middleware.py); no browser is trusted instead of it, no code opens every door
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # passkeys need https, or localhost
MFA_TRUST_ENABLED = False
MFA_TOTP_INSECURE_BYPASS_CODE = None
MFA_TOTP_ISSUER = "Task Force"
MFA_TOTP_TOLERANCE = 1  # a code before and after, for clocks that differ; each counts once (accounts/second_factor.py)
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.ConfirmCodeForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
    "login_webauthn": "accounts.forms.LogInPasskeyForm",
    "authenticate_webauthn": "accounts.forms.UsePasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ConfirmPasskeyForm",
}
# Seal the secrets of apps and recovery codes: the first seals, all of them open (accounts/sealing.py)
MFA_KEYS = [key for key in env.str("MFA_KEY", default="").split(",") if key] or [SECRET_KEY]
# How old, in seconds, a second factor may be for what is worth more than a session (accounts/step_up.py)
STEP_UP_AGE = ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("STEP_UP_AGE", default=10 * 60)

# Single sign-on comes later and is configured here: its providers, and what they must say about the strength of a log-in.

# Sessions
SESSION_IDLE_AGE = env.int("SESSION_IDLE_AGE", default=30 * 60)  # seconds without use
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_AGE = 12 * 60 * 60  # seconds after log-in, whatever is done
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Danish
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk")]
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media-is-never-served/"
MEDIA_ROOT = BASE_DIR / ".data" / "no-media"
# Master keys of the vault: the first wraps the keys of files, all of them open; without one nothing starts (documents/vault.py)
VAULT_KEYS = master_keys(required("VAULT_KEY", ""))
PRIVATE_FILES_DIR = Path(env.str("PRIVATE_FILES_DIR", default=str(BASE_DIR / ".data" / "files")))
# Uploads: the longest file, and all files of an engagement together with those on their way
UPLOAD_MAX_BYTES = env.int("UPLOAD_FILE_MB", default=200) * 10**6
UPLOAD_SCOPE_BYTES = env.int("UPLOAD_ENGAGEMENT_GB", default=4) * 10**9
UPLOAD_KEPT = timedelta(days=1)  # how long an upload that stands still can be resumed
UPLOAD_SILENCE = 60  # seconds that a sender may be silent before the connection counts as lost
# Checks of what was uploaded: the virus scanner (/path/of/socket or host:port), how much it looks into, and whether files must be scanned
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
CLAMD_MAX_BYTES = env.int("CLAMD_MAX_MB", default=25) * 10**6
CLAMD_TIMEOUT = 120  # seconds for each answer
AV_REQUIRED = env.bool("AV_REQUIRED", default=False)
CHECK_LEASE = timedelta(minutes=20)  # a check whose process has been silent this long is taken up again; the longest file takes less
CHECK_RETRY = timedelta(seconds=30)  # how long a check that was interrupted waits
STORAGES = {
    "default": {"BACKEND": "documents.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Forms: an imported timetable of 300 rows has eight fields a row
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CRISPY_ALLOWED_TEMPLATE_PACKS = ["dkfds"]
CRISPY_TEMPLATE_PACK = "dkfds"
CRISPY_FAIL_SILENTLY = False

# Mail
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BASE_DIR / ".data" / "mail"
EMAIL_TIMEOUT = 60  # seconds for each answer of the mail server; handing a mail over takes four, which must fit in the lease
# A mail whose sender has been silent this long is taken up again
MAIL_LEASE = timedelta(minutes=5)
# How long a mail that could not be sent waits before each new try; after the last one it is given up and shown as failed
MAIL_BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60)]
# How long mails about a change of the timetable wait, so that an undo silences them (domain rule 12)
NOTICE_WAIT = timedelta(minutes=15)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="taskforce@localhost")

# The footer and the error pages
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@localhost")
SUPPORT_PHONE = env.str("SUPPORT_PHONE", default="")
# Where answers to our mails go: an address that somebody reads
REPLY_TO_EMAIL = env.str("REPLY_TO_EMAIL", default=SUPPORT_EMAIL)

# Headers: everything from ourselves, nothing inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
NOT_USED = (
    "accelerometer autoplay browsing-topics camera clipboard-read compute-pressure cross-origin-isolated display-capture "
    "encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection keyboard-map local-fonts "
    "magnetometer microphone midi otp-credentials payment picture-in-picture screen-wake-lock serial storage-access sync-xhr usb "
    "window-management xr-spatial-tracking"
)
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{name: [] for name in NOT_USED.split()},
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
    "clipboard-write": ["self"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_SITE
SECURE_HSTS_SECONDS = 63_072_000 if SECURE_SITE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SITE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("TRUSTED_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if SECURE_SITE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "taskforce.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Logs: one JSON object a line on stdout, with the request id
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_CHAIN: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    hide_link_secrets,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": LOG_CHAIN,
        }
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *LOG_CHAIN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
