"""A worker of a test with the logging of production."""

from portal.logs.config import json_logging
from tests.jobs.worker_settings import *  # noqa: F403

LOGGING = json_logging("DEBUG")
