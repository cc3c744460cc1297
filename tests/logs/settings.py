"""Production settings on the test's own database, with addresses that leak whatever they are given."""

import json
import os

from portal.settings.production import *  # noqa: F403
from portal.settings.production import DATABASES

DATABASES["default"].update(json.loads(os.environ["TEST_DATABASE"]))
ROOT_URLCONF = "tests.logs.urls"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
