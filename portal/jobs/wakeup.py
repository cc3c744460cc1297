"""Hints to the workers, sent by a thread of their own: whoever saved does not wait for a broker, up or down."""

import logging
import os
import threading
import time
from typing import Any

logger = logging.getLogger(__name__)

GAP = 0.02
"""Seconds between two sendings."""

# For the thread only. Without max_retries kombu tries for ever to connect.
TIMEOUTS = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 1.0,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


class Messenger:
    """Sends each wanted hint once, however often it was wanted while the last sending was under way."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: Any = None
        self._away = False

    def want(self, task: str) -> None:
        """Returns at once. `task` is the name of a task in portal.jobs.tasks."""
        with self._lock:
            self._wanted.add(task)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="portal.jobs.wakeup", daemon=True)
                self._thread.start()
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            with self._lock:
                wanted, self._wanted = self._wanted, set()
            for task in sorted(wanted):
                self._send(task)
            # The first hint of a burst goes at once, the rest together: sending each would take the savers' processor.
            time.sleep(GAP)

    def _send(self, task: str) -> None:
        # Here, because every manage.py imports this module and few send anything.
        from kombu.exceptions import OperationalError
        from redis import RedisError

        try:
            # An idle connection may have been closed meanwhile, by a restarted broker for instance: once more, anew.
            if self._connection is not None:
                try:
                    self._publish(task)
                except Exception:
                    self._close()
                    self._publish(task)
            else:
                self._publish(task)
        except (OSError, RedisError, OperationalError) as error:
            self._close()
            if not self._away:
                # Not the text of the error, which may hold the address of the broker with its password.
                logger.warning("The broker does not answer (%s); the sweep will find the work.", type(error).__name__)
            self._away = True
        except Exception:
            self._close()
            logger.exception("No wake-up was sent; the sweep will find the work.")
        else:
            if self._away:
                logger.warning("The broker answers again.")
            self._away = False

    def _publish(self, task: str) -> None:
        from portal.jobs import tasks
        from portal.jobs.celery import app

        if self._connection is None:
            self._connection = app.connection_for_write(transport_options=TIMEOUTS)
        with app.amqp.Producer(self._connection, auto_declare=False) as producer:
            getattr(tasks, task).apply_async(producer=producer)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception:
                logger.debug("closing the connection to the broker failed", exc_info=True)


_messenger = Messenger()


def _anew() -> None:
    """A forked process has neither the thread nor a connection of its own."""
    global _messenger
    _messenger = Messenger()


os.register_at_fork(after_in_child=_anew)


def wake() -> None:
    """A hint that facts were committed. Returns at once and never raises; an outage is logged once."""
    _want("sweep")


def wake_dispatcher() -> None:
    """A hint that a scheduled job waits to be run."""
    _want("dispatch")


def wake_waiting() -> None:
    """A hint that work waits in a table."""
    _want("waiting")


def _want(task: str) -> None:
    try:
        _messenger.want(task)
    except RuntimeError:
        # No thread can be started, as while the interpreter is ending; the sweep will find the work.
        logger.debug("no wake-up was sent", exc_info=True)
