"""The first external parties, written by migrate where they are missing: those that the programmes' papers name."""

from typing import Any

from django.db import connections

EXTERNAL = [
    ("Eksportrådet", "state_agency", "https://thetradecouncil.dk"),
    ("Innovationsfonden", "state_agency", "https://innovationsfonden.dk"),
    ("EIFO (tidligere Vækstfonden)", "state_agency", "https://www.eifo.dk"),
    ("Klyngeorganisation", "cluster", ""),
    ("Privat rådgiver", "private_adviser", ""),
    ("Anden aktør", "other", ""),
]


def restore(using: str = "default", **signal: Any) -> None:
    """What exists is left as edited. Does nothing before the table exists (a migration to zero)."""
    from matching.models import ExternalParty

    if ExternalParty._meta.db_table not in connections[using].introspection.table_names():
        return
    ExternalParty.objects.using(using).bulk_create(
        [ExternalParty(name=name, kind=kind, website=website) for name, kind, website in EXTERNAL],
        ignore_conflicts=True,
    )
