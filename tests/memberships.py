"""Memberships that hold today, whatever the role: an auditor's is for a time."""

from datetime import date, timedelta

from django.utils import timezone

from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import Role


def member(user: User, organisation: Organisation, role: Role, since: date = date(2019, 1, 1)) -> Membership:
    """Since that day and without an end; an auditor's from today and for a month."""
    today = timezone.localdate()
    start, end = (today, today + timedelta(days=30)) if role == Role.AUDITOR else (since, None)
    return Membership.objects.create(user=user, organisation=organisation, role=role, valid_from=start, valid_to=end)
