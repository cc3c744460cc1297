"""What every environment shares. Secrets and addresses come from the environment, never from here."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Env()

SECRET_KEY: str = env.str("SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
DEMO_AREA: bool = False
"""True where everything is fictional: the demo loader and the demo password work only then."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal.ui",
    "portal.geography",
    "portal.identity",
    "portal.ledger",
    "portal.jobs",
    "portal.audit",
    "portal.drafts",
    "programmes",
    "matching",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # Answers /healthz: nothing below it may be needed for that.
    "portal.jobs.middleware.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Uncompressed, a page is a third of the first load. Against BREACH Django masks the CSRF token, varies the length.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.ui.middleware.RefusedMiddleware",
    # Everything below runs inside the read-only transaction of a GET.
    "portal.ui.middleware.ReadOnlyMiddleware",
    "portal.identity.middleware.ActorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "portal.ui.forms.PortalRenderer"
CSRF_FAILURE_VIEW = "portal.ui.views.csrf_failure"

# The runtime role owns nothing; `migrate` is run with DATABASE_URL set to the owner's address.
RUNTIME_ROLE: str = env.str("RUNTIME_ROLE", "vaekstbro")
DATABASES: dict[str, Any] = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgres:///vaekstbro"),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
# A wake-up is only a hint: it must never hold up or fail the person who saved (the sweep finds the work anyhow).
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Europe/Copenhagen"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True

AUTH_USER_MODEL = "identity.User"
# Unique whatever the case, by a constraint on lower(email), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["portal.identity.backend.EmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_off"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "build" / "static"]
STATIC_ROOT = BASE_DIR / "build" / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.identity.api.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],  # portal.ui.api has the rest
    "DEFAULT_SCHEMA_CLASS": "portal.ui.api_schema.PortalSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe the API a second time, and differently.
    "EXCEPTION_HANDLER": "portal.ui.problems.exception_handler",
    "DATETIME_FORMAT": "iso-8601",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vækstbro API",
    "DESCRIPTION": (
        "Companies, matches, figures and facts of regional business promotion. Everything but this document needs a "
        "bearer token; what a token sees and may do is what its person sees and may do on the pages. Errors are "
        "problem+json (RFC 9457), in Danish or with `Accept-Language: en` in English. Exact numbers are strings, never "
        "floating point."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Without the enum step: enums stay where they are used; their names would collide.
    "POSTPROCESSING_HOOKS": ["portal.ui.api_schema.share_errors", "portal.ui.api_schema.untitled"],
    "SORT_OPERATIONS": False,
    "TAGS": [
        {"name": "programmes", "description": "Programmes with their partners, activities and municipalities."},
        {"name": "companies", "description": "Companies as the register knows them."},
        {"name": "matches", "description": "Matches: list, register, undo."},
        {"name": "match-types", "description": "The kinds of match."},
        {"name": "work-areas", "description": "The areas of work that matches are sorted by."},
        {"name": "figures", "description": "Computed figures, now or as known on a date, repeatable by their place."},
        {"name": "facts", "description": "The facts behind the figures, within the caller's rights."},
        {"name": "problems", "description": "The kinds of error."},
    ],
}

# Shown in the page frame; an installation sets its own.
PORTAL = {
    "support_email": env.str("SUPPORT_EMAIL", "support@demo.example"),
    "support_phone": env.str("SUPPORT_PHONE", "99 00 00 00"),
    "authority": env.str("AUTHORITY", "KKR Nordjylland"),
    "area": env.str("AREA", "Nordjylland"),
    "was_url": env.str("WAS_URL", ""),
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
