"""Numbers are exact: no table has a floating column, whoever made it."""

import pytest
from django.apps import apps
from django.db import connection, models

OURS = ("portal", "programmes", "matching", "reporting")
FLOATING = {"real", "double precision", "money"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith(OURS)]


def test_no_model_has_a_float() -> None:
    assert len(own_models()) > 40
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField) or isinstance(getattr(field, "base_field", None), models.FloatField)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_no_column_of_the_database_is_floating() -> None:
    """Over every table there is, so that one made by hand in a migration is seen too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, coalesce(e.data_type, c.data_type) FROM information_schema.columns c"
            "  LEFT JOIN information_schema.element_types e ON e.object_schema = c.table_schema"
            "   AND e.object_name = c.table_name AND e.object_type = 'TABLE'"
            "   AND e.collection_type_identifier = c.dtd_identifier"
            " WHERE c.table_schema = 'public'"
        )
        columns = cursor.fetchall()
    tables = {table for table, _column, _kind in columns}
    assert {model._meta.db_table for model in own_models() if model._meta.managed} <= tables
    assert [row for row in columns if row[2] in FLOATING] == []
