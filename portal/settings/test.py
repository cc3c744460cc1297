"""The strict harness: warnings are errors (pyproject.toml), an undefined template variable fails, hashing is quick."""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, DATABASES, TEMPLATES, env

SECRET_KEY = "test-only"
ALLOWED_HOSTS = ["*"]
DEMO_AREA = True
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread.


class UndefinedVariable(str):
    """Django puts the missing name into this string; a page with a missing name must fail, not show a gap."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"undefined template variable: {name}")

    def __contains__(self, text: object) -> bool:
        return text == "%s" or super().__contains__(str(text))


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("%s")
ERASURE_FILE = str(BASE_DIR / "build" / "erasures-of-tests.jsonl")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# pytest makes the database as its owner and works in it as the runtime role (tests/conftest.py).
DATABASES["default"].update(env.dj_db_url("DATABASE_OWNER_URL", env.str("DATABASE_URL", "postgres:///vaekstbro")))
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", "test_vaekstbro")}
# Static files are looked up when asked for: reading all their names again for every test client took most of the time.
WHITENOISE_AUTOREFRESH = True
