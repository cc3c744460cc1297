"""manage.py rebuild_buckets: count every fact again and put the sums in place of the old ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reporting.engine import buckets


class Command(BaseCommand):
    help = "Counts every fact again and replaces the sums that the pages of today are read from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare; exit with 1 when something differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            found = buckets.differences()
            for line in found:
                self.stdout.write(line)
            if found:
                raise SystemExit(1)
            self.stdout.write("The sums are what the facts say.")
            return
        self.stdout.write(f"{buckets.rebuild()} facts counted.")
