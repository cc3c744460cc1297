"""What a token of the API may be used for: a part of what its person may do, and never more.

Each action that the API offers names the scope it needs where it is registered (`portal.identity.rights`). An action
without one is not open to tokens.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    READ = "read", _("read figures, programmes, money, contracts, indicators and series")
    RECORDS_READ = "records:read", _("read companies, matches and other single registrations")
    MATCHES_WRITE = "matches:write", _("register and undo matches")
    PEOPLE_READ = "people:read", _("read highly educated people")
    PEOPLE_WRITE = "people:write", _("register and change highly educated people")
    OBSERVATIONS_WRITE = "observations:write", _("register, correct and withdraw observations")
    PLANS_WRITE = "plans:write", _("write plans and initiatives")
    MONEY_WRITE = "money:write", _("register amounts, decisions, budget changes, commitments and spending")
    CALENDAR = "calendar:read", _("show the calendar in a calendar program")


API_SCOPES = tuple(scope for scope in Scope if scope != Scope.CALENDAR)
"""What a program that logs in with a token may be given. A calendar program cannot log in: its token stands in an
address, which is seen by more eyes, so it opens the calendar and nothing else."""
