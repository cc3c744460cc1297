"""The first administrator of an organisation: prints the link by which that person comes in and invites the others."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.identity.members.administering import without_administrator
from portal.identity.members.invite import HOLDS
from portal.identity.models import Invitation, User
from portal.identity.roles import Role
from portal.identity.tokens import digest


class Command(BaseCommand):
    help = "Print an invitation for the first administrator of an organisation. Refuses when it has one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="its name as the portal knows it")
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = without_administrator().filter(name=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no such organisation, or it has an administrator, who can invite others.")
        email, token = options["email"].strip().lower(), secrets.token_urlsafe(32)
        with transaction.atomic():
            person = User.objects.filter(email__iexact=email).first()
            if person is None:
                # Closed until the link is opened and a password chosen.
                person = User.objects.create_user(email, options["name"], is_active=False)
            invitation = Invitation(
                organisation=organisation, email=email, name=options["name"], roles=[Role.ADMINISTRATOR.value],
                valid_from=timezone.localdate(), invited_by=person, expires_at=timezone.now() + HOLDS,
                digest=digest(token),
            )  # fmt: skip
            try:
                invitation.full_clean()
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from problem
            invitation.save()
        self.stdout.write(reverse("invitation", args=[token]))
