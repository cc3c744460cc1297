"""What services and referrals add to the portal's frame: menu, and what waits on a person."""

from django.utils.translation import gettext_lazy as _

from matching.referral_waiting import register_sources
from portal.ui import navigation
from portal.ui.navigation import COMPANIES


def ready() -> None:
    navigation.add(
        navigation.NavItem(
            _("Referrals"), "matching:referrals", action="matching.view_referrals", order=34, group=COMPANIES
        )
    )
    navigation.add(
        navigation.NavItem(
            _("Services"), "matching:services", action="matching.view_services", order=35, group=COMPANIES
        )
    )
    register_sources()
