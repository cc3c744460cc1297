"""How often a token may be used: counted in Redis, so that all web processes count together.

Without Redis everything is let through: who works must not be stopped because a counter is.
"""

import logging
import time

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 0.2
"""Seconds that a request waits for the counter."""
PAUSE = 10.0
"""Seconds in which Redis is not asked again after it has failed."""

logger = logging.getLogger(__name__)


class Counter:
    """Requests by name in the current minute of the clock."""

    def __init__(self) -> None:
        self.client: redis.Redis | None = None
        self.address = ""
        self.silent_until = 0.0

    def count(self, name: str, minute: int) -> int:
        """This request is the how manieth? 0 when that is not known."""
        if time.monotonic() < self.silent_until:
            return 0
        try:
            with self._client().pipeline(transaction=False) as line:
                key = f"vaekstbro:api:{name}:{minute}"
                line.incr(key)
                line.expire(key, 120)
                return int(line.execute()[0])
        except (redis.RedisError, OSError) as problem:
            self.silent_until = time.monotonic() + PAUSE
            logger.warning("requests are not counted for %s seconds: %s", PAUSE, problem)
            return 0

    def _client(self) -> redis.Redis:
        if self.client is None or self.address != settings.REDIS_URL:
            self.address = settings.REDIS_URL
            self.client = redis.Redis.from_url(
                self.address,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        return self.client


counter = Counter()


def seconds_to_wait(digest: str) -> int:
    """0 when the token may be used now; else how long until it may be again."""
    now = time.time()
    minute = int(now // 60)
    if counter.count(digest[:32], minute) <= settings.API_REQUESTS_A_MINUTE:
        return 0
    return max(1, round((minute + 1) * 60 - now))
