"""The reference data of the country: written by migrate, idempotent, from the CSV files beside this module.

Source: the municipality codes and names of the public registers, the area memberships of KL, Erhvervsstyrelsen and
the Act on the merger of Region Hovedstaden and Region Sjælland on 2027-01-01.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connections

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def restore_reference_data(using: str = "default", **signal: Any) -> None:
    """Write what is missing; correct what differs. Does nothing before the tables exist (a migration to zero)."""
    from portal.geography.models import Area, AreaMembership, Municipality

    if AreaMembership._meta.db_table not in connections[using].introspection.table_names():
        return
    Municipality.objects.using(using).bulk_create(
        [
            Municipality(
                code=row["code"],
                name=row["name"],
                official_name=row["official_name"],
                kind=row["kind"] if row["kind"] == Municipality.Kind.MUNICIPALITY else Municipality.Kind.OTHER,
            )
            for row in _rows("municipalities.csv")
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "official_name", "kind"],
    )
    rows = _rows("memberships.csv")
    Area.objects.using(using).bulk_create(
        [Area(kind=kind, name=name) for kind, name in sorted({(row["kind"], row["area"]) for row in rows})],
        ignore_conflicts=True,
    )
    areas = {(area.kind, area.name): area for area in Area.objects.using(using)}
    known = {
        (entry.municipality_id, entry.kind, entry.valid_from): entry for entry in AreaMembership.objects.using(using)
    }
    missing = []
    for row in rows:
        wanted = AreaMembership(
            municipality_id=row["code"],
            kind=row["kind"],
            area=areas[row["kind"], row["area"]],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            note=row["note"],
        )
        stored = known.get((wanted.municipality_id, wanted.kind, wanted.valid_from))
        if stored is None:
            missing.append(wanted)
        elif (stored.area_id, stored.valid_to, stored.note) != (wanted.area_id, wanted.valid_to, wanted.note):
            wanted.pk = stored.pk
            wanted.save(using=using, force_update=True)
    AreaMembership.objects.using(using).bulk_create(missing)
