"""`manage.py messages`: bring locale/da in line with the code; `--compile`, `--check`, `--prune`, `--set FILE`."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.ui import messages


class Command(BaseCommand):
    help = "Update the Danish texts (locale/da) from the code, compile them, or check that none is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--compile", action="store_true", help="only write the .mo file")
        parser.add_argument("--check", action="store_true", help="change nothing; fail, naming every gap")
        parser.add_argument("--prune", action="store_true", help="also drop texts that are no longer in the code")
        parser.add_argument(
            "--set", metavar="FILE", help='fill in from JSON {"English id": "dansk"}; "-" is standard input'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        po = messages.po_path()
        if options["compile"]:
            self.stdout.write(f"{messages.compile_mo(po)}")
            return
        found = messages.extract(Path(settings.BASE_DIR))
        if options["check"]:
            if lines := messages.problems(messages.load(po), found) + messages.unseen(Path(settings.BASE_DIR)):
                raise CommandError("The Danish texts are not complete:\n  " + "\n  ".join(lines))
            self.stdout.write(f"All {len(found)} texts have Danish.")
            return
        catalog = messages.updated(messages.load(po), found)
        unknown: list[str] = []
        if options["set"]:
            text = sys.stdin.read() if options["set"] == "-" else Path(options["set"]).read_text(encoding="utf-8")
            unknown = messages.translate(catalog, json.loads(text))
        if options["prune"]:
            catalog.obsolete.clear()
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_text(messages.text_of(catalog), encoding="utf-8")
        messages.compile_mo(po)
        for identifier in unknown:
            self.stdout.write(f"not in the code: {identifier!r}")
        lacking = messages.problems(catalog, messages.extract(Path(settings.BASE_DIR)))
        self.stdout.write("\n".join(lacking) if lacking else f"All {len(found)} texts have Danish.")
