"""`manage.py api_token EMAIL`: one new token on standard output, and nothing else there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.identity.models import User
from portal.identity.tokens import issue_token


class Command(BaseCommand):
    help = "Make an API token for a user and print it. It is shown this once; only its hash is stored."
    requires_system_checks: list[str] = []  # a warning on the way would land in what a script reads

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(_("There is no user with the e-mail address %(email)s.") % {"email": email}) from None
        if not user.is_active:
            raise CommandError(_("The user %(email)s is closed.") % {"email": email})
        try:
            token = issue_token(user)
        except ValueError:
            text = _("%(email)s has no role today, so a token would open nothing. Give a membership first.")
            raise CommandError(text % {"email": email}) from None
        self.stdout.write(token)
