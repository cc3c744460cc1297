"""What may be done with highly educated people, by whom, and the reason when not.

Whose they are is the other half: `Person.objects.visible_to`, and `theirs` in matching.people.
"""

from django.utils.translation import gettext_lazy as _

from matching.rights import REGISTERING
from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

VIEW = "matching.view_people"
KEEP = "matching.keep_people"
RESTRICT = "matching.restrict_person"

register_action(
    VIEW,
    REGISTERING | {Role.DATA_PROTECTION_OFFICER},
    _(
        "Highly educated people are seen by those who help them to a match, and by their organisation's data "
        "protection officer. You find the number of matches on the programme's page."
    ),
    title=_("see the highly educated people of the own organisation, and those who agreed to be shown to it"),
    about_people=True,
    scope=Scope.PEOPLE_READ,
)
register_action(
    KEEP,
    REGISTERING,
    _("Highly educated people are registered and changed by those who help them to a match."),
    title=_("register and change highly educated people, and say what they agreed to"),
    about_people=True,
    scope=Scope.PEOPLE_WRITE,
)
register_action(
    RESTRICT,
    REGISTERING | {Role.DATA_PROTECTION_OFFICER},
    _("A person is restricted by those who help them to a match, and by the data protection officer."),
    title=_("restrict a highly educated person, and lift it again"),
    about_people=True,
    scope=Scope.PEOPLE_WRITE,
)
