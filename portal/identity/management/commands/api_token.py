"""`manage.py api_token EMAIL [--name NAME]`: one new token, with every scope, on standard output, and nothing else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.identity.models import User
from portal.identity.tokens import issue_token


class Command(BaseCommand):
    help = "Make an API token for a user, for 90 days, and print it. It is shown this once; only its hash is stored."
    requires_system_checks: list[str] = []  # a warning on the way would land in what a script reads

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="what uses the token; its first characters when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(_("There is no user with the e-mail address %(email)s.") % {"email": email}) from None
        if not user.is_active:
            raise CommandError(_("The user %(email)s is closed.") % {"email": email})
        try:
            token = issue_token(user, options["name"])
        except ValueError:
            text = _("%(email)s has no role today, so a token would open nothing. Give a membership first.")
            raise CommandError(text % {"email": email}) from None
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(token)
