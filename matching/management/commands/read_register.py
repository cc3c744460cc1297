"""Reads a file of the register of companies into the portal."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching.register.files import read
from matching.register.keeping import Kept, keep
from matching.register.said import RegisterProblem, moment_of

AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Read a file of the register (JSON of either service, answers like cvrapi.dk's, or CSV). Without --add only "
        "companies that are in the portal are brought up to date. The same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--add", action="store_true", help="also add companies that the portal does not have")
        parser.add_argument(
            "--as-of", help="when the file was made, for example 2026-11-01T06:00; left out, the file's own time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
            as_of = _as_of(path, options["as_of"])
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}") from None
        kept = Kept()
        try:
            for page in read(content):
                for start in range(0, len(page), AT_ONCE):
                    kept.add(keep(page[start : start + AT_ONCE], as_of=as_of, add=options["add"]))
        except RegisterProblem as problem:
            raise CommandError(f"{problem} Kept before that: {_words(kept)}.") from None
        self.stdout.write(_words(kept))


def _as_of(path: Path, given: str | None) -> datetime:
    moment = moment_of(given) if given else None
    if given and moment is None:
        raise CommandError(f"--as-of {given} is no moment. Write it as 2026-11-01T06:00.")
    return moment or datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())


def _words(kept: Kept) -> str:
    return ", ".join(f"{number} {name}" for name, number in kept.said().items())
