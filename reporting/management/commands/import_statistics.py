"""Import published statistics from a file (JSON-stat or CSV): `import_statistics FILE --table T --vintage V ...`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.identity.models import Organisation
from reporting.statistics.choosing import Choice
from reporting.statistics.cube import StatisticsError
from reporting.statistics.importing import Source, import_statistics


class Command(BaseCommand):
    help = "Import published statistics from a file (JSON-stat 1.x or 2.0, or CSV) as a vintage of a table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--table", required=True, help="the table's code, such as ERHV2")
        parser.add_argument("--vintage", required=True, help="which publication of it, such as 2024-11")
        parser.add_argument("--published", required=True, help="the day it was published, YYYY-MM-DD")
        parser.add_argument("--owner", required=True, help="the name of the organisation that answers for the series")
        parser.add_argument("--title", default="")
        parser.add_argument("--publisher", default="Danmarks Statistik")
        parser.add_argument("--unit", default="")
        parser.add_argument("--area", default="", help="the dimension that holds the areas, when it is not recognised")
        parser.add_argument("--time", default="", help="the dimension that holds the periods, likewise")
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="DIMENSION=CODE,CODE",
            help="only these values of a dimension; may be given several times",
        )
        parser.add_argument("--decimal", choices=[",", "."], help="the decimal sign of a CSV that does not tell")
        parser.add_argument("--constructed", action="store_true", help="the numbers are made up (demonstration)")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = Organisation.objects.filter(name=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no organisation called {options['owner']}.")
        try:
            published = date.fromisoformat(options["published"])
            content = options["file"].read_bytes()
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        taken = {}
        for text in options["take"]:
            name, given, codes = text.partition("=")
            if not given:
                raise CommandError("--take is written DIMENSION=CODE,CODE")
            taken[name] = codes.split(",")
        source = Source(
            table=options["table"],
            vintage=options["vintage"],
            published_on=published,
            title=options["title"],
            publisher=options["publisher"],
            unit=options["unit"],
            constructed=options["constructed"],
        )
        try:
            imported = import_statistics(
                content,
                source,
                Choice(options["area"], options["time"], taken),
                name=options["file"].name,
                owner=owner,
                mark=options["decimal"],
            )
        except StatisticsError as error:
            raise CommandError(f"{error.where}: {error.message}" if error.place else str(error.message)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if imported.already:
            self.stdout.write("This file was imported before as this vintage; nothing was changed.")
            return
        self.stdout.write(
            f"{imported.values} values and {imported.missing} missing ones in {len(imported.series)} series: "
            + ", ".join(series.key for series in imported.series)
        )
