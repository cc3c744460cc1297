"""What 0006 left for beside the writers: constraints of the matches that are there, indexes, and their transitions.

A match that was registered before gets the rows that are known of it: that it was agreed, and that it was undone.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

CONSTRAINTS = [
    "match_not_counted_says_why",
    "match_starts_when_agreed",
    "match_ends_after_it_starts",
    "match_broken_off_in_its_course",
    "match_broken_off_says_why",
    "match_stage_has_its_day",
    "match_students_in_number",
    "match_education_level_known",
    "match_attested_whole",
    "match_key_of_a_system",
    "match_follows_another",
    "match_counts_as_one_or_more",
]
TRANSITIONS = """
    INSERT INTO matching_matchtransition
        (match_id, kind, day, break_reason_id, reason, registered_by_id, organisation_id, registered_at)
    SELECT m.id, what.kind, what.day, NULL, what.reason, what.person, m.registered_by_id, what.at
      FROM matching_match m
     CROSS JOIN LATERAL (
        SELECT 1 AS turn, 'agreed' AS kind, m.agreed_on AS day, '' AS reason, m.registered_by_user_id AS person,
               m.registered_at AS at
         UNION ALL
        SELECT 2, 'withdrawn', (m.withdrawn_at AT TIME ZONE 'Europe/Copenhagen')::date, m.withdrawn_reason,
               m.withdrawn_by_id, m.withdrawn_at
         WHERE m.withdrawn_at IS NOT NULL
     ) what
     WHERE NOT EXISTS (SELECT FROM matching_matchtransition t WHERE t.match_id = m.id AND t.kind = what.kind)
     ORDER BY m.id, what.turn
"""


class Migration(migrations.Migration):
    atomic = False  # an index is built beside a table that people go on writing to

    dependencies = [("matching", "0006_course")]

    operations = [
        *(ValidateConstraint("match", name) for name in CONSTRAINTS),
        AddIndexConcurrently(
            model_name="match",
            index=models.Index(condition=Q(("follows__isnull", False)), fields=["follows"], name="match_follows"),
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY match_external_key_once"
                    " ON matching_match (programme_id, source_system, external_key)"
                    " WHERE withdrawn_at IS NULL AND NOT (source_system = '')",
                    "DROP INDEX CONCURRENTLY match_external_key_once",
                )
            ],
            [
                migrations.AddConstraint(
                    "match",
                    models.UniqueConstraint(
                        fields=["programme", "source_system", "external_key"],
                        condition=Q(withdrawn_at=None) & ~Q(source_system=""),
                        name="match_external_key_once",
                        violation_error_message="The key belongs to another match of the programme.",
                    ),
                )
            ],
        ),
        migrations.RunSQL(TRANSITIONS, migrations.RunSQL.noop),
    ]
