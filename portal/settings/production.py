"""Production: refuses to start half configured, and says what is missing."""

import logging

from django.core.exceptions import ImproperlyConfigured

from portal.logs.config import json_logging
from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, env

REQUIRED = {
    "SECRET_KEY": "a long random text of at least 50 characters",
    "ALLOWED_HOSTS": "the host names of the portal, separated by commas",
    "DATABASE_URL": "the address of the database for the runtime role, postgres://…",
    "ERASURE_FILE": "a file outside the database, kept as long as its backups: what was erased, to be erased again",
}
missing = [f"  {name}: {what}" for name, what in REQUIRED.items() if not env.str(name, "").strip()]
if missing:
    raise ImproperlyConfigured("Vækstbro cannot start. Set these environment variables:\n" + "\n".join(missing))
if "*" in env.list("ALLOWED_HOSTS"):
    raise ImproperlyConfigured("Vækstbro cannot start. ALLOWED_HOSTS must name the hosts; '*' lets in any.")
if env.str("DEMO_AREA", "").strip().lower() not in ("", "0", "false", "no", "off"):
    raise ImproperlyConfigured(
        "Vækstbro cannot start. DEMO_AREA is not for production: passwords and codes of the demo area are public, and "
        "there the password alone is enough. Remove the variable, or use portal.settings.local."
    )

DEMO_AREA = False
DEBUG = False
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# __Host-: a browser takes such a cookie over TLS only, from this host only, and no other host can put one in its place.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
# A proxy ends TLS. With a wrong number everybody would seem to come from one address, or could choose the own one.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1)
# smtp://user:password@host:587?tls=True
_email = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _email["EMAIL_BACKEND"], _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL", 10),
    "timeout": 10,
}
LOGGING = json_logging(env.str("LOG_LEVEL", "INFO"))
# A record that cannot be written is not printed with all its values either.
logging.raiseExceptions = False
