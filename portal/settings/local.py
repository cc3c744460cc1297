"""`make run`: servers of its own, a demo area, one machine."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, DATABASES, env

SECRET_KEY = env.str("SECRET_KEY", "local-only-not-secret-local-only-not-secret-local-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
DEMO_AREA = True
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # letters stand in the log of `make run`
ERASURE_FILE = env.str("ERASURE_FILE", str(BASE_DIR / "build" / "erasures.jsonl"))
DEBUG = env.bool("DEBUG", False)
# Missing pooling costs five times (docs/dependencies.md); gunicorn's threads share this one.
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 10, "timeout": 10}
