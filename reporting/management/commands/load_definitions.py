"""manage.py load_definitions: series, indicators and targets from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reporting.contract_files import ContractFileError
from reporting.definition_loading import load, read


class Command(BaseCommand):
    help = "Load series, indicators and targets from a YAML or JSON file (docs/definitions.md). Can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only say what is wrong with the file")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("da"):
            try:
                made = load(read(options["file"]), check=options["check"])
            except ContractFileError as refused:
                lines = [str(problem) for problem in refused.problems]
                raise CommandError("\n".join([*lines, _("Nothing was loaded.")])) from refused
            written = ", ".join(f"{name} {number}" for name, number in made.items() if number)
            if options["check"]:
                self.stdout.write(_("The file can be loaded."))
            elif written:
                self.stdout.write(_("Definitions written: %(made)s.") % {"made": written})
            else:
                self.stdout.write(_("Everything was there already."))
