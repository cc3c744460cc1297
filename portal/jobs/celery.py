"""The Celery app: `celery -A portal.jobs worker` and `celery -A portal.jobs beat`.

The schedule is code: three ticks. What is due, and whether it was done, stands in the database.
"""

import logging
import os
from typing import Any

from celery import Celery, Task
from celery.beat import Scheduler, SchedulingError
from celery.signals import celeryd_init, setup_logging
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

logger = logging.getLogger(__name__)

SWEEP_EVERY = 2.0
DISPATCH_EVERY = 60.0
WAITING_EVERY = 2.0


class HintTask(Task):  # type: ignore[type-arg]  # generic in its types only
    """A task whose message says nothing but "look": one that nobody has fetched yet is enough for all.

    So a worker that was away for a week finds one message, not 300,000. Whoever fetches the message looks afterwards,
    so everything committed before the second hint is seen.
    """

    abstract = True

    def apply_async(  # type: ignore[override]  # its many options are handed on
        self, args: Any = None, kwargs: Any = None, producer: Any = None, **options: Any
    ) -> Any:
        queue = self.name.rpartition(".")[2]
        with self.app.producer_or_acquire(producer) as sender:
            if sender.connection.default_channel.client.llen(queue):
                return None
            return super().apply_async(args, kwargs, producer=sender, retry=False, queue=queue, **options)


class Clock(Scheduler):
    """Celery's beat, which would write a page into the log every other second while the broker is away."""

    broker_away = False

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if not self.broker_away:
                reason = type(error.__cause__ or error.__context__ or error).__name__
                logger.warning("The broker does not answer (%s); trying again every other second.", reason)
            self.broker_away = True
        else:
            if self.broker_away:
                logger.warning("The broker answers again.")
            self.broker_away = False


app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A queue for each kind, so that one waiting is seen by its length and neither waits behind the other.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in ("sweep", "dispatch", "waiting")],
    task_default_queue="sweep",
    beat_schedule={
        "sweep": {"task": "portal.jobs.sweep", "schedule": SWEEP_EVERY, "kwargs": {"by_beat": True}},
        "dispatch": {"task": "portal.jobs.dispatch", "schedule": DISPATCH_EVERY},
        "waiting": {"task": "portal.jobs.waiting", "schedule": WAITING_EVERY},
    },
    # Celery's own default keeps its memory in a file; there is nothing to remember.
    beat_scheduler="portal.jobs.celery:Clock",
    # Fetched means begun: a process that sits in a long job must not sit on a sweep as well.
    worker_prefetch_multiplier=1,
    # Never give up on a broker that is away.
    broker_connection_max_retries=None,
    # About tasks acknowledged late, of which there are none; left out, it is warned of at every outage.
    worker_cancel_long_running_tasks_on_connection_loss=True,
)
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_rest(loglevel: Any = None, **signal: Any) -> None:
    """Celery would hang handlers of its own on its loggers, which write what a task was given and what failed in it."""
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if loglevel is not None:
        logging.getLogger().setLevel(loglevel)


@celeryd_init.connect
def without_pool(**signal: Any) -> None:
    """A worker process does one thing at a time: Celery would open and close a pool around every task."""
    from django.conf import settings

    settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
