"""The lists that contacts and needs choose from, written by migrate, idempotent; what exists is left as edited."""

from typing import Any

from django.db import connections

# The eight themes of guidance in the result contract of 2020 (goal 5).
GUIDANCE_THEMES = [
    ("workforce", "Kvalificeret arbejdskraft og social inklusion", "Qualified workforce and social inclusion"),
    ("green", "Grøn omstilling og cirkulær økonomi", "Green transition and circular economy"),
    ("innovation", "Innovation", "Innovation"),
    ("digitalisation", "Digitalisering og automatisering", "Digitalisation and automation"),
    ("internationalisation", "Internationalisering", "Internationalisation"),
    ("management", "Ledelse/organisation", "Management/organisation"),
    ("sales", "Salg/markedsføring", "Sales/marketing"),
    ("finance", "Finansiering", "Financing"),
]
# Ours: what contacts are about that guidance has no theme for.
OWN_THEMES = [
    ("highly_educated", "Højtuddannede og studerende", "Highly educated people and students"),
    ("other", "Andet", "Other"),
]


def restore(using: str = "default", **signal: Any) -> None:
    """Write what is missing. Does nothing before the tables exist (a migration to zero)."""
    from matching.models import ContactTheme

    tables = connections[using].introspection.table_names()
    if ContactTheme._meta.db_table not in tables:
        return
    themes = [(*row, False) for row in GUIDANCE_THEMES] + [(*row, True) for row in OWN_THEMES]
    ContactTheme.objects.using(using).bulk_create(
        [
            ContactTheme(code=code, name=name, name_en=name_en, order=order, constructed=constructed)
            for order, (code, name, name_en, constructed) in enumerate(themes, start=1)
        ],
        ignore_conflicts=True,
    )
