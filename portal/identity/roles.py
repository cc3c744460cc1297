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
