"""Settings of a worker or beat that a test starts: the test's own database, handed over in the environment."""

import json
import os

from portal.settings.test import *  # noqa: F403
from portal.settings.test import DATABASES

DATABASES["default"].update(json.loads(os.environ["TEST_DATABASE"]))
