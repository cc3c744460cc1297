"""manage.py load_contract: a result contract from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reporting.contract_files import ContractFileError, read
from reporting.contract_loading import load


class Command(BaseCommand):
    help = "Load a result contract from a YAML or JSON file (docs/contract-files.md). Can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only say what is wrong with the file")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("da"):
            try:
                loaded = load(read(options["file"]), check=options["check"])
            except ContractFileError as refused:
                lines = [str(problem) for problem in refused.problems]
                stands = refused.stands or _("Nothing was loaded.")
                raise CommandError("\n".join([*lines, stands])) from refused
            for note in loaded.notes:
                self.stdout.write(note)
            if options["check"]:
                self.stdout.write(_("The file can be loaded."))
            elif sum(loaded.made.values()):
                made = ", ".join(f"{name} {number}" for name, number in loaded.made.items() if number)
                self.stdout.write(_("%(contract)s: loaded %(made)s.") % {"contract": loaded.contract, "made": made})
            else:
                self.stdout.write(_("%(contract)s: everything was there already.") % {"contract": loaded.contract})
