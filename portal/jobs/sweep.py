"""The sweep: every listener catches up with the ledger. Wake-ups and beat's tick run the same."""

import logging
import time

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal import ledger
from portal.jobs import registry
from portal.jobs.locks import only_one
from portal.jobs.models import Heartbeat, ListenerState
from portal.jobs.wakeup import wake

logger = logging.getLogger(__name__)

LONGEST = 10.0
"""Seconds after which a sweep hands over to the next, so that a worker asked to stop can."""


def run_sweep(by_beat: bool = False) -> int:
    """Runs the listeners until none has more to do. Returns how many facts were worked through, 0 if another sweeps.

    A sweep that finds another at work leaves at once. Nothing is lost by that: the other looks at the ledger's head
    again after it has let go of the lock, and what woke this sweep was committed before.
    """
    show_life(Heartbeat.WORKER, *([Heartbeat.BEAT] if by_beat else []))
    end = time.monotonic() + LONGEST
    total = 0
    failed: set[str] = set()
    failed_before = set(ListenerState.objects.filter(failures__gt=0).values_list("name", flat=True))
    while True:
        with only_one("sweep") as mine:
            if mine is None:
                return total
            head = ledger.head()
            processed = _round(failed, failed_before)
        total += processed
        if not processed and ledger.head() == head:
            return total
        show_life(Heartbeat.WORKER)
        if time.monotonic() > end:
            wake()
            return total


def _round(failed: set[str], failed_before: set[str]) -> int:
    """Each listener once, in a transaction of its own. Those in `failed` wait for the next sweep."""
    processed = 0
    for listener in registry.listeners():
        if listener.name in failed:
            continue
        try:
            with transaction.atomic():
                number = listener.call() or 0
        except Exception as error:
            logger.exception("Listener %s failed; the next sweep tries again.", listener.name)
            failed.add(listener.name)
            connection.close_if_unusable_or_obsolete()
            _note_failure(listener.name, error)
        else:
            processed += number
            if number or listener.name in failed_before:
                _note_success(listener.name, number)
                failed_before.discard(listener.name)
    return processed


def _note_failure(name: str, error: Exception) -> None:
    now = timezone.now()
    reason = f"{type(error).__name__}: {error}"[:2000]
    ListenerState.objects.bulk_create([ListenerState(name=name)], ignore_conflicts=True)
    ListenerState.objects.filter(name=name).update(failures=F("failures") + 1, failed_at=now, error=reason)


def _note_success(name: str, number: int) -> None:
    worked = {"worked_at": timezone.now()} if number else {}
    ListenerState.objects.update_or_create(name=name, defaults={**worked, "failures": 0, "error": ""})


def show_life(*names: str) -> None:
    now = timezone.now()
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, seen_at=now) for name in sorted(names)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["seen_at"],
    )
