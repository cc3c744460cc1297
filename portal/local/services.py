"""Database and broker for one command: those named in the environment, else our own."""

from __future__ import annotations

import os
from dataclasses import dataclass

from portal.local.broker import Broker
from portal.local.place import ROOT, Place
from portal.local.postgres import Postgres
from portal.local.process import Crew


@dataclass(frozen=True)
class Addresses:
    """`database` is the runtime role's, `owner` the one that migrates."""

    database: str
    owner: str
    broker: str

    def env(self, settings: str, as_owner: bool = False) -> dict[str, str]:
        """The environment of a Django process on these servers."""
        return {
            **clean_environment(),
            "DJANGO_SETTINGS_MODULE": settings,
            "DATABASE_URL": self.owner if as_owner else self.database,
            "DATABASE_OWNER_URL": self.owner,
            "REDIS_URL": self.broker,
        }


def clean_environment() -> dict[str, str]:
    """Ours, less what make left in it, and with the environment's programs first."""
    of_make = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARGS", "CMD"}
    env = {key: value for key, value in os.environ.items() if key not in of_make}
    env["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["PYTHONUNBUFFERED"] = "1"
    return env


def given() -> Addresses:
    """What the environment names; empty where it names nothing."""
    database = os.environ.get("DATABASE_URL", "").strip()
    owner = os.environ.get("DATABASE_OWNER_URL", "").strip() or database
    return Addresses(database, owner, os.environ.get("REDIS_URL", "").strip())


def start(crew: Crew, place: Place, lasting: bool, with_broker: bool = True) -> Addresses:
    """Starts what the environment does not name. Raises Trouble."""
    named = given()
    database, owner, broker = named.database, named.owner, named.broker
    if not database:
        postgres = Postgres(place, lasting)
        postgres.start(crew)
        database, owner = postgres.runtime_url, postgres.owner_url
    if not broker and with_broker:
        valkey = Broker(place)
        valkey.start(crew)
        broker = valkey.url
    return Addresses(database, owner, broker)
