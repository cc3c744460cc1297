"""`manage.py reset_second_factor EMAIL --reason "…"`: for when no administrator can log in to do it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.identity.models import User
from portal.identity.signin.second_factor import reset_second_factor


class Command(BaseCommand):
    help = "Remove a user's authenticator app and recovery codes; the next log-in asks for a new app."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--reason", required=True, help="why, and how you know that it is the person who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(_("There is no user with the e-mail address %(email)s.") % {"email": email}) from None
        try:
            reset_second_factor(None, user, options["reason"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("Reset. The person sets up a new app at the next log-in."))
