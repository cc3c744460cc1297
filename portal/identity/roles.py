"""The roles a membership can give, and the kinds of organisation in the documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    KKR_VIEWER = "kkr_viewer", _("KKR member")
    KKR_SECRETARIAT = "kkr_secretariat", _("KKR secretariat")
    MUNICIPAL_OFFICER = "municipal_officer", _("municipal officer")
    BUDGET_OFFICER = "budget_officer", _("municipal budget officer")
    ADVISER = "adviser", _("adviser")
    HUB_ADVISER = "hub_adviser", _("adviser at the erhvervshus")
    HUB_CONTROLLER = "hub_controller", _("controller at the erhvervshus")
    EDUCATION_PARTNER = "education_partner", _("education partner")
    UNEMPLOYMENT_FUND_PARTNER = "unemployment_fund_partner", _("a-kasse partner")
    PROGRAMME_LEAD = "programme_lead", _("programme lead")
    DATA_STEWARD = "data_steward", _("data steward")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("data protection officer")


SECOND_FACTOR_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.DATA_STEWARD, Role.AUDITOR},
)
"""Who always needs a second factor. So does every role that opens records of people: rights.Action.about_people."""
READ_ONLY_ROLES = frozenset({Role.AUDITOR})
"""Roles that write nothing, whatever an action says. Pages, API and the permission map all ask here."""
AUDITOR_DAYS = 365
"""An auditor's membership ends at most so many days after its first; the database holds it."""


class OrganisationKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("municipality")
    JOBCENTRE = "jobcentre", _("jobcentre")
    BUSINESS_OFFICE = "business_office", _("local business office")
    HUB = "hub", _("erhvervshus")
    KKR = "kkr", _("KKR")
    UNIVERSITY = "university", _("university")
    UNIVERSITY_COLLEGE = "university_college", _("university college")
    UNEMPLOYMENT_FUND = "unemployment_fund", _("a-kasse")
    REGION = "region", _("region")
    STATE_AGENCY = "state_agency", _("state agency")
    ASSOCIATION = "association", _("association")
    CLUSTER = "cluster", _("cluster")


_EVERYWHERE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER})
_TEACHING = _EVERYWHERE | {Role.EDUCATION_PARTNER}
_TAKING_PART = _EVERYWHERE | {Role.KKR_VIEWER, Role.PROGRAMME_LEAD}

ROLES_OF: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.KKR: _TAKING_PART | {Role.KKR_SECRETARIAT, Role.DATA_STEWARD},
    OrganisationKind.HUB: _EVERYWHERE | {Role.HUB_ADVISER, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD, Role.DATA_STEWARD},
    OrganisationKind.MUNICIPALITY: _EVERYWHERE | {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER},
    OrganisationKind.JOBCENTRE: _EVERYWHERE | {Role.ADVISER},
    OrganisationKind.BUSINESS_OFFICE: _EVERYWHERE | {Role.ADVISER},
    OrganisationKind.UNIVERSITY: _TEACHING,
    OrganisationKind.UNIVERSITY_COLLEGE: _TEACHING,
    OrganisationKind.UNEMPLOYMENT_FUND: _EVERYWHERE | {Role.UNEMPLOYMENT_FUND_PARTNER},
    OrganisationKind.REGION: _TAKING_PART,
    OrganisationKind.STATE_AGENCY: _TAKING_PART,
    OrganisationKind.ASSOCIATION: _TAKING_PART,
    OrganisationKind.CLUSTER: _TAKING_PART,
}
"""Which roles an organisation can give its members. Nobody becomes a controller of a municipality by a wrong click."""
