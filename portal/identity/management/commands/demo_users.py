"""Prints the demo users and their one password, for whoever tries the portal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.identity.demo import NEIGHBOUR, USERS, WITH_APP
from portal.identity.demo_password import DEMO_PASSWORD


class Command(BaseCommand):
    help = "Print the demo users and the password they share."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_AREA:
            raise CommandError("There are no demo users here: these settings have DEMO_AREA off.")
        with translation.override("da"):
            for email, _name, role, organisation in [*USERS, NEIGHBOUR]:
                self.stdout.write(f"  {email:<32} {role.label}, {organisation}")
        self.stdout.write(f"  password of all: {DEMO_PASSWORD}")
        self.stdout.write(f"  asked for a code too, which the page shows: {', '.join(WITH_APP)}")
