"""The logging of production, for Django, Celery and gunicorn alike."""

from typing import Any


def json_logging(level: str = "INFO") -> dict[str, Any]:
    """For logging.config.dictConfig: everything through one handler and one formatter; no error mails."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "portal.logs.records.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Named, so that what their makers hang on them (mails to administrators, handlers of their own) goes.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Statements with their values are never logged, whatever LOG_LEVEL says.
            "django.db.backends": {"handlers": [], "level": "WARNING", "propagate": True},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "celery.task": {"handlers": [], "propagate": True},
        },
    }
