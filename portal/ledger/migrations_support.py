"""Migration operations that put the ledger's guards on a table. Other apps use them for their definition tables.

    operations = [
        migrations.CreateModel("TargetVersion", ..., bases=(models.Model,)),
        AppendOnly("reporting_targetversion"),
    ]

The migration depends on ("ledger", "0001_initial"). The step after migrate reads the triggers from the catalogue and
gives the runtime role SELECT and INSERT on such tables, and DELETE besides on those that are merely `Unchangeable`.
"""

from typing import Any

from django.db.migrations import RunSQL

REFUSE_CHANGE = "ledger_append_only"
REFUSE_UPDATE = "ledger_no_update"


class AppendOnly(RunSQL):
    """Rows of `table` are never changed or deleted, and (unless `placed=False`) each has a place it really took.

    A placed table has the columns of `Versioned`: place, recorded_at, learnt_on and (for history) batch_id.
    """

    def __init__(self, table: str, placed: bool = True) -> None:
        self.table, self.placed = table, placed
        # ALWAYS: a session in replica mode changes nothing either.
        sql: list[Any] = [
            f"CREATE TRIGGER {REFUSE_CHANGE} BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {REFUSE_CHANGE}",
        ]
        reverse: list[Any] = [f"DROP TRIGGER {REFUSE_CHANGE} ON {table}"]
        if placed:
            sql.append(
                f"CREATE TRIGGER ledger_guard_versions AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_versions()"
            )
            reverse.append(f"DROP TRIGGER ledger_guard_versions ON {table}")
        super().__init__(sql, reverse)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.table], {} if self.placed else {"placed": False}

    def describe(self) -> str:
        return f"Make {self.table} append-only"


class Unchangeable(RunSQL):
    """Rows of `table` may be deleted (that is erasure) but never changed."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            [
                f"CREATE TRIGGER {REFUSE_UPDATE} BEFORE UPDATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {REFUSE_UPDATE}",
            ],
            [f"DROP TRIGGER {REFUSE_UPDATE} ON {table}"],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.table], {}

    def describe(self) -> str:
        return f"Make rows of {self.table} unchangeable"


class Touched(RunSQL):
    """`updated_at` of `table` is the database's clock at the last INSERT or UPDATE of the row, whoever writes it.

    The migration depends on ("ledger", "0005_touched") and has added the column `updated_at` (timestamptz, NOT NULL).
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            [
                f"CREATE TRIGGER portal_touch BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION portal_touch()",
            ],
            [f"DROP TRIGGER portal_touch ON {table}"],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.table], {}

    def describe(self) -> str:
        return f"Note when rows of {self.table} change"
