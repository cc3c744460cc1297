"""Erase again what was erased after the backup that has been restored: before anybody is let in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.privacy.replay import replay


class Command(BaseCommand):
    help = "Erases again, from the file of erasures, what a restored backup has brought back. May be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file named by ERASURE_FILE, or a copy of it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay(options["file"])
        except (OSError, ValueError) as error:
            raise CommandError(f"The file of erasures cannot be read: {error}") from error
        self.stdout.write(
            f"Erased again: {done.erased}. Not there or erased already: {done.not_there}. Unknown: {done.unknown}."
        )
        for line in done.failed:
            self.stderr.write(line)
        if done.failed:
            raise CommandError(f"{len(done.failed)} lines could not be done; the others were. Each is named above.")
        if done.unknown:
            raise CommandError("Some lines are about kinds that this portal does not know: is it of an older version?")
