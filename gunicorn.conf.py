"""What gunicorn reads by itself where it is started. Away from a developer's machine its log is the portal's own."""

import os

if os.environ.get("DJANGO_SETTINGS_MODULE") not in {"portal.settings.local", "portal.settings.bench"}:
    from portal.logs.config import json_logging

    logconfig_dict = json_logging(os.environ.get("LOG_LEVEL", "INFO"))
    # The access log would write addresses; one line for each request comes from portal.logs.access.
    accesslog = None
