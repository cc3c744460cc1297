"""What every environment shares. Secrets and addresses come from the environment, never from here."""

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Env()

SECRET_KEY: str = env.str("SECRET_KEY", "")
# Keys from before: what they signed and encrypted can still be read, and is renewed with the new one when it is used.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
# With which links in mails begin that no request asked for.
PORTAL_ADDRESS: str = env.str("PORTAL_ADDRESS", f"https://{(ALLOWED_HOSTS or ['localhost'])[0].strip().lstrip('.')}")
PROXY_ADDRESSES: list[str] = env.list("PROXY_ADDRESSES", [])
"""Addresses or networks of the proxy in front, whose X-Request-ID is taken."""
DEMO_AREA: bool = False
"""True where everything is fictional: the demo loader, the demo password and log-in without a code work only then."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
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
    "portal.privacy",
    "portal.drafts",
    "portal.tabular",
    "programmes",
    "matching",
    "reporting",
]

MIDDLEWARE = [
    "portal.ui.request_id.RequestIdMiddleware",
    "portal.logs.access.AccessLogMiddleware",
    "portal.ui.headers.HeadersMiddleware",
    "portal.ui.caching.CacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
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
    # Ends a session, which is to write: outside the read-only transaction.
    "portal.identity.signin.middleware.SessionLifeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.ui.middleware.RefusedMiddleware",
    "portal.audit.middleware.TrailMiddleware",
    # Everything below runs inside the read-only transaction of a GET.
    "portal.ui.middleware.ReadOnlyMiddleware",
    "portal.identity.middleware.ActorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.identity.signin.middleware.GateMiddleware",
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
            # Takes the place of Django's {% csrf_token %}: a form also says for whom it was opened.
            "builtins": ["portal.identity.templatetags.acting"],
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
# What a web request may wait for; not a migration, a worker or a command (portal/ui/busy.py). Empty: no limit.
WEB_LIMITS = {
    "statement_timeout": env.str("STATEMENT_TIMEOUT", "15s"),
    "lock_timeout": env.str("LOCK_TIMEOUT", "3s"),
    "idle_in_transaction_session_timeout": env.str("IDLE_TIMEOUT", "30s"),
}
# A file is sent as slowly as the one who fetches it takes it.
EXPORT_LIMITS = {
    "statement_timeout": env.str("EXPORT_STATEMENT_TIMEOUT", "5min"),
    "idle_in_transaction_session_timeout": env.str("EXPORT_IDLE_TIMEOUT", "5min"),
}
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
    {"NAME": "portal.identity.signin.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.identity.signin.passwords.GuessableValidator"},
]
# Passwords from leaks, as Have I Been Pwned publishes them: lines "SHA-1 in upper case:count", sorted. Empty: no file.
LEAKED_PASSWORDS_FILE: str = env.str("LEAKED_PASSWORDS_FILE", "")
# How often something may go wrong, within how many minutes, for how many minutes it is closed then, and at most.
SIGN_IN_LIMITS: dict[str, tuple[int, int, int, int]] = {
    "account": (5, 15, 15, 60),
    "code": (5, 15, 15, 60),
    "origin": (30, 15, 15, 60),
    "link": (3, 60, 30, 60),
    "link_origin": (20, 60, 30, 60),
}
# Proxies of our own between the clients and the portal: each writes the address it was asked from into X-Forwarded-For.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0)
SIGN_IN_EVENTS_KEPT_DAYS: int = env.int("SIGN_IN_EVENTS_KEPT_DAYS", 180)
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_off"
# Seconds: a session in all; without a page being opened; and how long before its end the person is warned.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_IDLE: int = env.int("SESSION_IDLE", 60 * 60)
SESSION_WARNING: int = env.int("SESSION_WARNING", 2 * 60)

DEFAULT_FROM_EMAIL: str = env.str("FROM_EMAIL", "vaekstbro@localhost")
EMAIL_TIMEOUT = 10

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

# The other headers of every answer: portal/ui/headers.py.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

RETENTION_DAYS: dict[str, int] = {
    # An account whose last membership has ended.
    "closed_account": env.int("RETENTION_CLOSED_ACCOUNT", 5 * 365),
    # A sole trader that has ceased, since its end and its last match.
    "ceased_sole_trader": env.int("RETENTION_CEASED_SOLE_TRADER", 5 * 365),
    # A highly educated person with whom nothing has happened since.
    "person": env.int("RETENTION_PERSON", 365),
    # Somebody at a company, since they left or were last talked with.
    "contact_person": env.int("RETENTION_CONTACT_PERSON", 3 * 365),
    # What is written of a course of guidance, since it was over.
    "guidance": env.int("RETENTION_GUIDANCE", 5 * 365),
}
"""How many days what tells of people is kept after the last activity; each holding names its key (docs/privacy.md)."""
RETENTION_GRACE_DAYS: int = env.int("RETENTION_GRACE_DAYS", 30)
"""So long before it goes it is said."""
ERASURE_FILE: str = env.str("ERASURE_FILE", "")
"""Where each erasure is written besides the database, a line for each: on another disk, kept as long as the backups."""

MATCH_CORRECTION_DAYS: int = env.int("MATCH_CORRECTION_DAYS", 14)
"""How many days the organisation that registered a match may correct it; after that the programme's data steward."""
EARLY_WARNING_EVALUATION: bool = env.bool("EARLY_WARNING_EVALUATION", False)
"""Whether companies in difficulties may be invited to evaluate the help they got: not unless it has been decided."""

HIGHLY_EDUCATED_FROM: str = env.str("HIGHLY_EDUCATED_FROM", "H40")
"""The level of DISCED-15 from which somebody is highly educated: KVU, MVU and LVU unless an installation says else."""

API_REQUESTS_A_MINUTE: int = env.int("API_REQUESTS_A_MINUTE", 600)
"""How often one token may be used in a minute."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.identity.api.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["portal.ui.api_rendering.PortalJSONRenderer"],
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
        "bearer token; what a token sees and may do is what its person sees and may do on the pages, within its "
        "scopes. Errors are problem+json (RFC 9457), in Danish or with `Accept-Language: en` in English. Exact numbers "
        "are strings, never floating point."
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
        {"name": "focus-areas", "description": "Areas of plans at any depth: effects, links, scores, clusters."},
        {"name": "initiatives", "description": "Initiatives with their status, milestones, partners and lines."},
        {"name": "calendar", "description": "What is dated: milestones, deadlines, meetings, follow-up."},
        {"name": "changes-since", "description": "What has changed since a day."},
        {"name": "experiment-schemes", "description": "Schemes of joint experiments, and how many a source states."},
        {"name": "experiments", "description": "Joint experiments and what is stated of their effects."},
        {"name": "measure-catalogues", "description": "Catalogues of measures and their themes."},
        {"name": "catalogue-measures", "description": "The measures of the catalogues."},
        {"name": "companies", "description": "Companies as the register knows them."},
        {"name": "highly-educated", "description": "Highly educated people, within what they agreed to."},
        {"name": "education-fields", "description": "Fields of education of DISCED-15."},
        {"name": "competences", "description": "What people can do and companies look for."},
        {"name": "duplicates", "description": "Pairs of matches that may be one, and what was said of them."},
        {"name": "samples", "description": "Samples of matches that are checked."},
        {"name": "sample-items", "description": "The matches in samples, and what the check showed."},
        {"name": "matches", "description": "Matches: list, register, undo, correct, and say how they go."},
        {"name": "match-types", "description": "The kinds of match."},
        {"name": "match-schemes", "description": "Schemes that help to pay for a match."},
        {"name": "break-reasons", "description": "Why a match was broken off."},
        {"name": "contact-people", "description": "The people one talks with at companies."},
        {"name": "company-contacts", "description": "Visits, calls and other contacts with companies."},
        {"name": "needs", "description": "What companies need: job profiles and student cases."},
        {"name": "contact-themes", "description": "What a contact may be about."},
        {"name": "services", "description": "What partners offer companies, and whom to write to."},
        {"name": "external-parties", "description": "Those outside to whom companies are referred."},
        {"name": "referrals", "description": "Companies that are referred, and the answers they got."},
        {"name": "guidance-courses", "description": "Courses of guidance by the erhvervshus."},
        {"name": "my-day", "description": "What waits on the caller."},
        {"name": "work-areas", "description": "The areas of work that matches are sorted by."},
        {"name": "figures", "description": "Computed figures, now or as known on a date, repeatable by their place."},
        {"name": "facts", "description": "The facts behind the figures, within the caller's rights."},
        {"name": "indicators", "description": "Indicators and their values."},
        {"name": "contracts", "description": "Result contracts: what they stand at, and what has changed."},
        {"name": "series", "description": "Series of observations: register, correct, withdraw."},
        {"name": "funding-sources", "description": "Where money comes from, and what is left of it."},
        {"name": "eligibility", "description": "Whether a source can pay for an initiative, who said so and when."},
        {"name": "co-financing", "description": "What partners contribute, registered and approved."},
        {"name": "scenario-sets", "description": "Scenarios side by side, computed from unit prices."},
        {"name": "amounts", "description": "What was recommended, set aside and released."},
        {"name": "decisions", "description": "What was recommended and decided."},
        {"name": "bodies", "description": "Who decides, advises and steers, who sits there, and what each may."},
        {"name": "people", "description": "People in public offices, and their seats."},
        {"name": "meetings", "description": "Meetings of bodies and their agendas."},
        {"name": "recommendations", "description": "What bodies recommended, and what came of it."},
        {"name": "follow-ups", "description": "What is to be done because of it, by whom and by when."},
        {"name": "budget", "description": "The budget by source, initiative and year, and what is left of it."},
        {"name": "budget-changes", "description": "Budgets adopted, supplemented, moved, carried over, taken back."},
        {"name": "commitments", "description": "Money that is bound: commit, change, close."},
        {"name": "vouchers", "description": "What was spent: book, withdraw."},
        {"name": "expected-outturns", "description": "What places are expected to have cost at their year's end."},
        {"name": "reconciliations", "description": "The finance system's totals beside ours."},
        {"name": "year-closings", "description": "Years that are closed."},
        {"name": "problems", "description": "The kinds of error."},
    ],
}

# Files that people send, in bytes: a request, a spreadsheet unpacked; how many parts, how many times as large unpacked.
UPLOAD_MOST_REQUEST: int = env.int("UPLOAD_MOST_REQUEST", 26 * 1024 * 1024)
UPLOAD_MOST_UNPACKED: int = env.int("UPLOAD_MOST_UNPACKED", 300 * 1024 * 1024)
UPLOAD_MOST_ENTRIES, UPLOAD_MOST_RATIO = 2000, 200
# A file with more rows is looked through and imported by the worker, so many rows (at most 1,000) to a transaction.
LONG_FILE_ROWS: int = env.int("LONG_FILE_ROWS", 2000)
LONG_FILE_PORTION: int = env.int("LONG_FILE_PORTION", 1000)
FILE_UPLOAD_HANDLERS = [
    "portal.ui.upload.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Shown in the page frame; an installation sets its own.
PORTAL = {
    "support_email": env.str("SUPPORT_EMAIL", "support@demo.example"),
    "support_phone": env.str("SUPPORT_PHONE", "99 00 00 00"),
    "authority": env.str("AUTHORITY", "KKR Nordjylland"),
    "area": env.str("AREA", "Nordjylland"),
    # The organisation that runs the installation: its administrators see the operation and help the others.
    "operator": env.str("OPERATOR", "Erhvervshus Nordjylland"),
    "was_url": env.str("WAS_URL", ""),
}

# Whom to tell about a hole in the portal: mailto: or https:.
SECURITY_CONTACT: str = env.str("SECURITY_CONTACT", f"mailto:{PORTAL['support_email']}")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}, "portal.access": {"level": "WARNING"}},
}

# The register of companies (CVR): off unless named. "system" is Erhvervsstyrelsen's system-to-system access (user name
# and password), "datafordeler" the GraphQL service (key). Everything works without.
CVR_REGISTER: str = env.str("CVR_REGISTER", "")
CVR_ADDRESS: str = env.str("CVR_ADDRESS", "")
CVR_USER: str = env.str("CVR_USER", "")
CVR_PASSWORD: str = env.str("CVR_PASSWORD", "")
CVR_API_KEY: str = env.str("CVR_API_KEY", "")
CVR_USER_AGENT: str = env.str("CVR_USER_AGENT", "Vaekstbro")
CVR_TIMEOUT: float = env.float("CVR_TIMEOUT", 30)
CVR_PAUSE: float = env.float("CVR_PAUSE", 0.5)
CVR_DB25_FROM: date = env.date("CVR_DB25_FROM", date(2025, 1, 1))
CVR_PAGE: str = env.str("CVR_PAGE", "https://datacvr.virk.dk/enhed/virksomhed/{cvr}")
"""Where people look a company up; {cvr} stands for its number."""

# Referrals: so many days after asking an answer is due, and after so many the receiver is reminded.
REFERRAL_DUE_DAYS: int = env.int("REFERRAL_DUE_DAYS", 21)
REFERRAL_REMINDER_DAYS: list[int] = [int(days) for days in env.list("REFERRAL_REMINDER_DAYS", ["9", "21"])]
