"""Work that waits in a table: long, for one person, done in portions by whichever worker is free.

The table is the work list, and how far each thing has come stands in it. A message is only a wake-up, and beat's tick
finds what no message told of; a worker that is killed leaves what its last transaction left.
"""

import logging
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from portal.jobs import registry
from portal.jobs.health import WORKER_LATE
from portal.jobs.locks import only_one
from portal.jobs.models import Heartbeat
from portal.jobs.sweep import show_life
from portal.jobs.wakeup import wake_waiting

logger = logging.getLogger(__name__)

LONGEST = 10.0
"""Seconds after which another thing has its turn, and a worker asked to stop can."""


def worker_lives() -> bool:
    """Has a worker shown itself lately?"""
    since = timezone.now() - timedelta(seconds=WORKER_LATE)
    return Heartbeat.objects.filter(name=Heartbeat.WORKER, seen_at__gt=since).exists()


def run_waiting() -> int:
    """Works on what waits, whatever waited longest first, for about ten seconds; returns on how many things.

    One worker at a time: another one is left for what must be quick. Whoever finds one at work leaves; nothing is lost
    by that, since beat asks again.
    """
    show_life(Heartbeat.WORKER)
    end = time.monotonic() + LONGEST
    worked = 0
    with only_one("waiting") as mine:
        if mine is None:
            return 0
        for kind in registry.waiting():
            for key in kind.ready():
                if time.monotonic() > end:
                    break
                try:
                    kind.work(key, lambda: time.monotonic() < end)
                except Exception:
                    # What failed is noted by whoever owns the table; this is a fault in that.
                    logger.exception("Work on %s %s failed.", kind.name, key)
                    if not connection.in_atomic_block:
                        connection.close_if_unusable_or_obsolete()
                worked += 1
        more = any(kind.ready() for kind in registry.waiting())
    if more and worked:
        wake_waiting()
    return worked
