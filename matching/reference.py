"""The seven match types and a first list of work areas, written by migrate, idempotent."""

from typing import Any

from django.db import connections

# Code, Danish and English name, kind: the match palette of the project description of Vækst Via Viden 2.0 (2019).
MATCH_TYPES = [
    ("student_project", "Studieprojektsamarbejde", "Student project", "student"),
    ("internship", "Studiepraktik", "Student internship", "student"),
    ("student_job", "Studiejob", "Student job", "student"),
    ("company_placement", "Virksomhedspraktik", "Company placement", "job"),
    ("wage_subsidy", "Løntilskud (privat)", "Wage subsidy (private)", "job"),
    ("ordinary_job", "Ordinært job", "Ordinary job", "job"),
    ("growth_pilot_job", "Ordinært job med Vækstpilot", "Ordinary job with growth pilot", "job"),
]

# The sources count by work area but list none: these are constructed, and a data steward may change them.
WORK_AREAS = [
    ("sales_marketing", "Salg og markedsføring", "Sales and marketing"),
    ("it_digital", "It og digitalisering", "IT and digitalisation"),
    ("engineering_production", "Teknik og produktion", "Engineering and production"),
    ("finance_administration", "Økonomi og administration", "Finance and administration"),
    ("management_hr", "Ledelse og HR", "Management and HR"),
    ("communication_design", "Kommunikation og design", "Communication and design"),
    ("green_transition", "Bæredygtighed og grøn omstilling", "Sustainability and green transition"),
    ("other", "Andet", "Other"),
]


def restore_reference_data(using: str = "default", **signal: Any) -> None:
    """Write what is missing. Match types are corrected; a work area that exists is left as somebody edited it.

    Does nothing before the tables exist (a migration to zero).
    """
    from matching.models import MatchType, WorkArea

    tables = connections[using].introspection.table_names()
    if MatchType._meta.db_table not in tables or WorkArea._meta.db_table not in tables:
        return
    MatchType.objects.using(using).bulk_create(
        [
            MatchType(code=code, name=name, name_en=name_en, kind=kind, order=order)
            for order, (code, name, name_en, kind) in enumerate(MATCH_TYPES, start=1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "kind", "order"],
    )
    WorkArea.objects.using(using).bulk_create(
        [
            WorkArea(code=code, name=name, name_en=name_en, order=order, constructed=True)
            for order, (code, name, name_en) in enumerate(WORK_AREAS, start=1)
        ],
        ignore_conflicts=True,
    )
