"""Fields of education and a first list of competences, written by migrate, idempotent.

The codes of the fields are those by which Statistikbanken divides its tables of highest completed education
(HFUDD11: H5058, H7039 and so on; Danmarks Statistik, DISCED-15, main areas). The names are shortened by us.
"""

import csv
from pathlib import Path
from typing import Any

from django.db import connections

FIELDS = Path(__file__).parent / "data" / "disced_fields.csv"

# The four that the project description of Vækst Via Viden 2.0 names as examples (5.2.7); it has no list.
IN_THE_SOURCE = ("marketing", "business_development", "social_media", "communication")
# The others are constructed, and the list may be changed.
COMPETENCES = [
    ("marketing", "Markedsføring", "Marketing"),
    ("business_development", "Forretningsudvikling", "Business development"),
    ("social_media", "SoMe", "Social media"),
    ("communication", "Kommunikation", "Communication"),
    ("sales", "Salg", "Sales"),
    ("it", "It og programmering", "IT and programming"),
    ("data", "Data og analyse", "Data and analysis"),
    ("project_management", "Projektledelse", "Project management"),
    ("finance", "Økonomi og regnskab", "Finance and accounting"),
    ("hr", "HR", "HR"),
    ("law", "Jura og kontrakter", "Law and contracts"),
    ("logistics", "Logistik og indkøb", "Logistics and purchasing"),
    ("production", "Produktion og lean", "Production and lean"),
    ("engineering", "Konstruktion og teknik", "Design and engineering"),
    ("design", "Design og UX", "Design and UX"),
    ("green_transition", "Bæredygtighed og grøn omstilling", "Sustainability and green transition"),
    ("languages", "Sprog og eksport", "Languages and export"),
    ("laboratory", "Laboratorium og kvalitet", "Laboratory and quality"),
    ("management", "Ledelse", "Management"),
    ("other", "Andet", "Other"),
]


def restore_people_lists(using: str = "default", **signal: Any) -> None:
    """Fields are corrected; what exists of the competences is left as edited. Nothing before the tables exist."""
    from matching.models import Competence, EducationField

    tables = connections[using].introspection.table_names()
    if any(model._meta.db_table not in tables for model in (Competence, EducationField)):
        return
    with FIELDS.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    EducationField.objects.using(using).bulk_create(
        [EducationField(order=order, **row) for order, row in enumerate(rows, start=1)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "levels", "order"],
    )
    Competence.objects.using(using).bulk_create(
        [
            Competence(code=code, name=name, name_en=name_en, order=order, constructed=code not in IN_THE_SOURCE)
            for order, (code, name, name_en) in enumerate(COMPETENCES, start=1)
        ],
        ignore_conflicts=True,
    )
