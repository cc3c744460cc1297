"""manage.py audit_ledger: compares what the apps have recorded with what the ledger holds."""

import re
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.ledger import registry
from portal.ledger.audit import differences
from portal.ledger.errors import Undeclared


class Command(BaseCommand):
    help = "Compares records and erasure log with the ledger. Exit status 1 and a list when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--measure", action="append", metavar="KEY", help="only this measure (may be repeated)")
        parser.add_argument("--month", metavar="YYYY-MM", help="only facts of this month")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = differences(options["measure"], _month(options["month"]))
        except Undeclared as error:
            raise CommandError(str(error)) from error
        counted = len(options["measure"] or registry.all_measures())
        if not found:
            self.stdout.write(f"Records and ledger agree ({counted} measures).")
            return
        for difference in found:
            self.stdout.write(str(difference))
        raise CommandError(f"Records and ledger differ in {len(found)} places ({counted} measures).", returncode=1)


def _month(text: str | None) -> registry.Period | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if match is None:
        raise CommandError("A month is written as 2026-03.")
    year, month = int(match[1]), int(match[2])
    return registry.Period(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
