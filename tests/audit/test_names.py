"""Every recorded table and column has a name in words."""

from django.apps import apps
from django.utils.functional import Promise

from portal.audit import recording, words


def test_every_recorded_table_and_column_has_words() -> None:
    without = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in recording.exemptions():
            continue
        if table not in words.TABLES and not isinstance(model._meta.verbose_name, Promise):
            without.append(table)
        kept = recording.kept(table)
        for field in model._meta.concrete_fields:
            if getattr(field, "generated", False) or field.attname in kept.left_out | recording.STAMPS:
                continue
            if not isinstance(field.verbose_name, Promise) and str(field.verbose_name) not in words.COLUMNS:
                without.append(f"{table}.{field.attname} ({field.verbose_name})")
    assert without == []
