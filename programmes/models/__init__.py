"""What programmes stores. Each thing has a Heading to which the facts point."""

from programmes.models.initiatives import Initiative
from programmes.models.programmes import PartnerRole, Programme

__all__ = ["Initiative", "PartnerRole", "Programme"]
