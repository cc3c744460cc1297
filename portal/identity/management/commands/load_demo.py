"""Loads the demo area: fictional people and companies around a real programme's published facts."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.ledger.models import Fact, Installation


class Command(BaseCommand):
    help = "Load the demo area (North Jutland). Can be run again; refuses a database that holds real facts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_AREA:
            raise CommandError("Demo data belongs in a demo area: these settings have DEMO_AREA off.")
        if not Installation.objects.exists():
            if Fact.objects.exists():
                raise CommandError("This database holds real facts. Demo data belongs in a database of its own.")
            Installation.objects.create()
        for app in apps.get_app_configs():
            if find_spec(f"{app.name}.demo") is not None:
                demo = import_module(f"{app.name}.demo")
                # What takes longer lies in modules of its own, so that tests can do without.
                for module in (demo, *(import_module(name) for name in getattr(demo, "ALSO", ()))):
                    self.stdout.write(f"{app.name}: {module.load()}")
