"""The seven match types and first lists of work areas, schemes and reasons, written by migrate, idempotent."""

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

# Why a match comes to nothing: the barriers that the project description names (its sections on recruiting and on the
# need for highly educated people), and what is left.
BREAK_REASONS = [
    ("study_calendar", "Uddannelsernes årshjul", "The study year"),
    ("mobility", "Geografisk mobilitet", "Geographical mobility"),
    ("competences", "Adgang til ønskede kompetencer", "Access to the competences wanted"),
    ("unknown", "Ukendskab", "Not knowing each other"),
    ("profile", "Profilen passer ikke", "The profile does not fit"),
    ("system", "Systemet er svært at gennemskue", "The system is hard to see through"),
    ("other", "Andet", "Other"),
]

# The tools that the project description names for a match; an editable list.
SCHEMES = [
    ("none", "Ingen", "None"),
    ("rural_pilot", "Landdistriktsvækstpilot", "Rural growth pilot"),
    ("innobooster", "Innobooster", "Innobooster"),
    ("growth_pilot", "Nordjysk Vækstpilot", "Nordjysk Vækstpilot"),
]


def restore_reference_data(using: str = "default", **signal: Any) -> None:
    """Write what is missing. Match types are corrected; what exists of the other lists is left as edited.

    Does nothing before the tables exist (a migration to zero).
    """
    from matching.models import BreakReason, MatchType, Scheme, WorkArea

    tables = connections[using].introspection.table_names()
    if any(model._meta.db_table not in tables for model in (MatchType, WorkArea, BreakReason, Scheme)):
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
    lists: list[tuple[Any, list[tuple[str, str, str]]]] = [(BreakReason, BREAK_REASONS), (Scheme, SCHEMES)]
    for model, rows in lists:
        model.objects.using(using).bulk_create(
            [
                model(code=code, name=name, name_en=name_en, order=order)
                for order, (code, name, name_en) in enumerate(rows, start=1)
            ],
            ignore_conflicts=True,
        )
