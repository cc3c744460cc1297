"""What programmes holds about people: those in public offices, and whose names stand with what was decided and paid."""

from django.db.models import QuerySet, Value
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.privacy.registry import (
    Activity,
    Blank,
    Delete,
    Holding,
    SubjectKind,
    acted,
    activity,
    holding,
    nobodies,
    subject,
)
from programmes import models
from programmes.models import Appointment, Person, SavedList

BODIES, PLANS = "programmes.bodies", "programmes.plans"
GONE = "Slettet person "
"""Stands as the name, with a number: two may not have the same. Data, so in Danish."""
NAMED = Concat(Value(GONE), Cast("pk", TextField()), output_field=TextField())

activity(
    Activity(
        BODIES,
        _("Bodies and who sits in them"),
        _("That it is known who decides and advises in business promotion, and when."),
        _("GDPR article 6(1)(e), a task in the public interest: public offices."),
        _("Members of boards, committees and councils, as official sources name them."),
        _("Name, office, seats from when to when, and the source."),
        _("Everybody who uses the portal in the area."),
    )
)
activity(
    Activity(
        PLANS,
        _("Plans, decisions and money"),
        _("That what was planned, decided and paid can be accounted for."),
        _("GDPR article 6(1)(e), a task in the public interest; bookkeeping by law."),
        _("Employees who registered, approved and withdrew."),
        _("Who did what, and when."),
        _("Those who work with the plan or keep the money; the auditor."),
    )
)


def _people(actor: Actor, text: str) -> "QuerySet[Person]":
    from programmes.scope import organisations_of_area

    found: QuerySet[Person] = Person.objects.filter(owner__in=organisations_of_area(actor), name__icontains=text)
    return found.exclude(name__startswith=GONE)


subject(
    SubjectKind(
        "body_member",
        _("Member of a body"),
        Person,
        look_up=_people,
        erased=lambda pk: Person.objects.filter(pk=pk, name__startswith=GONE).exists(),
        change=lambda pk: reverse("programmes:person_change", args=[pk]),
    )
)
holding(
    Holding(
        Person, "body_member", BODIES, lambda pk: Person.objects.filter(pk=pk), ("name", "background", "source"),
        Blank({"name": NAMED, "background": "", "source": ""}),
        _("As long as the body's history is told: who held a public office is public."),
    )
)  # fmt: skip
holding(
    Holding(
        Appointment, "body_member", BODIES, lambda pk: Appointment.objects.filter(person=pk),
        ("seat", "background", "printed_name", "valid_from", "valid_to", "source"),
        Blank({"background": "", "printed_name": "", "source": ""}), _("Goes with the person."),
    )
)  # fmt: skip
holding(
    Holding(
        SavedList, "user", PLANS, lambda pk: SavedList.objects.filter(user=pk), ("name", "query"), Delete(),
        _("As long as the account."),
    )
)  # fmt: skip
acted(
    PLANS, models.Decision, models.InitiativeStatus, models.Amount, models.BudgetChange, models.YearClosing,
    models.ExpectedOutturn, models.Contribution, models.ContributionEntry, models.Eligibility, models.Commitment,
    models.Voucher, models.Reconciliation,
)  # fmt: skip
nobodies(
    "a plan, what it is divided into, and work; who does it are organisations and units",
    models.Programme, models.PartnerRole, models.FocusArea, models.FocusAreaLink, models.Cluster, models.Criterion,
    models.CriterionScore, models.BackgroundFact, models.Initiative, models.InitiativeArea, models.InitiativePartner,
    models.Milestone, models.InitiativeItem, models.EffectIndicator, models.ExpectedEffect,
)  # fmt: skip
nobodies(
    "where money comes from and where it is put",
    models.FundingSource, models.Account, models.PriceIndex, models.AmountLine, models.BudgetCell, models.BudgetLine,
    models.ContributionYear, models.ScenarioSet, models.ScenarioLine, models.Scenario,
)  # fmt: skip
nobodies(
    "bodies, meetings and what they were about; who sits there stands with the person",
    models.Body, models.Seat, models.Delegation, models.Mandate, models.MandateItem, models.Recommendation,
    models.Meeting, models.AgendaItem, models.FollowUp,
)  # fmt: skip
nobodies(
    "published experiments, measures and letters between authorities",
    models.MeasureCatalogue, models.CatalogueTheme, models.CatalogueMeasure, models.ExperimentScheme,
    models.SchemeMunicipality, models.SchemeLetter, models.Experiment, models.ExperimentMunicipality,
    models.EffectClaim, models.ExperimentCase,
)  # fmt: skip
