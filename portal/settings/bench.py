"""`make bench`: as `make run`, but each client has a connection of its own instead of waiting for the pool."""

from portal.settings.local import *  # noqa: F403
from portal.settings.local import DATABASES

DATABASES["default"]["OPTIONS"].pop("pool", None)
# What takes too long is measured, not ended.
WEB_LIMITS = {}
API_REQUESTS_A_MINUTE = 10**9
