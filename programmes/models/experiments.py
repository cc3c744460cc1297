"""Joint experiments: what municipalities try together under an exemption, and what is said to have come of it.

A scheme is what the state has allowed; an experiment is one of the things tried under it. How many there are stands
beside how many are registered: a source may name three of nineteen.
"""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger.fields import ExactDecimalField
from programmes.models.programmes import Programme


class ExperimentSchemeQuerySet(models.QuerySet["ExperimentScheme"]):
    def visible_to(self, actor: Actor) -> "ExperimentSchemeQuerySet":
        """Those of the person's area, and those that the own municipality takes part in."""
        from programmes.scope import organisations_of_area

        seen = Q(owner__in=organisations_of_area(actor))
        organisation = actor.organisation
        if organisation is not None and organisation.municipality_id:
            mine = SchemeMunicipality.objects.filter(municipality=organisation.municipality_id)
            seen |= Q(pk__in=mine.order_by().values("scheme"))
        return self.filter(seen)


class ExperimentScheme(models.Model):
    """Several municipalities' experiments under one exemption. Times are kept in the source's words."""

    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"), related_name="experiment_schemes")
    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("plan"), related_name="experiment_schemes", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=160)
    purpose = models.TextField(_("purpose"), blank=True, default="")
    theme = models.CharField(_("theme"), max_length=300, blank=True, default="")
    ministry = models.CharField(_("responsible ministry"), max_length=160, blank=True, default="")
    starts = models.CharField(_("start"), max_length=60, blank=True, default="")
    ends = models.CharField(_("end"), max_length=60, blank=True, default="")
    stated_experiments = models.PositiveIntegerField(
        _("number of experiments stated in the source"), null=True, blank=True
    )
    stated_municipalities = models.PositiveIntegerField(
        _("number of municipalities stated in the source"), null=True, blank=True
    )
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ExperimentSchemeQuerySet.as_manager()

    class Meta:
        ordering = ["owner_id", "name", "pk"]
        verbose_name = _("experiment scheme")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="experiment_scheme_named_once",
                violation_error_message=_("Your organisation has a scheme with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="experiment_scheme_has_a_name",
                violation_error_message=_("Give the scheme a name."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="experiment_scheme_changed")]

    def __str__(self) -> str:
        return self.name


class SchemeMunicipality(models.Model):
    """A municipality takes part in a scheme; with days where they are stated, else all the time."""

    scheme = models.ForeignKey(
        ExperimentScheme, models.CASCADE, verbose_name=_("experiment scheme"), related_name="participants"
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, verbose_name=_("municipality"), related_name="experiment_schemes"
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["scheme_id", "municipality__sort_key"]
        verbose_name = _("municipality in a scheme")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "municipality"],
                name="scheme_municipality_once",
                violation_error_message=_("The municipality takes part already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="scheme_municipality_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.municipality_id}"


class SchemeLetter(models.Model):
    """What was written to those who decide, or said to them, about the scheme, and what came back."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        AUDIENCE = "audience", _("audience of a committee")
        MEETING = "meeting", _("meeting")
        OTHER = "other", _("other")

    scheme = models.ForeignKey(
        ExperimentScheme, models.CASCADE, verbose_name=_("experiment scheme"), related_name="letters"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    sent_on = models.DateField(_("day"), null=True, blank=True)
    sent_to = models.CharField(_("to whom"), max_length=200)
    """An office or a committee, no person's name."""
    sent_by = models.CharField(_("from whom"), max_length=200, blank=True, default="")
    asked = models.TextField(_("what was asked"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["scheme_id", F("sent_on").desc(nulls_last=True), "pk"]
        verbose_name = _("letter about a scheme")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["letter", "audience", "meeting", "other"]),
                name="scheme_letter_kind_known",
                violation_error_message=_("Choose the kind from the list."),
            ),
            models.CheckConstraint(
                condition=~Q(sent_to="") & ~Q(asked=""),
                name="scheme_letter_says_to_whom_and_what",
                violation_error_message=_("Say to whom, and what was asked."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | ~Q(answer=""),
                name="scheme_letter_answered_has_an_answer",
                violation_error_message=_("Write the answer, or leave its day empty."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(sent_on=None) | Q(answered_on__gte=F("sent_on")),
                name="scheme_letter_answered_after_it_was_sent",
                violation_error_message=_("The answer must not be before the letter."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.sent_to}"


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def visible_to(self, actor: Actor) -> "ExperimentQuerySet":
        """Those of the schemes that the person sees."""
        return self.filter(scheme__in=ExperimentScheme.objects.visible_to(actor).order_by().values("pk"))


class Experiment(models.Model):
    """One thing that is tried. Without municipalities of its own all of the scheme's take part."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("under way")
        ENDED = "ended", _("ended")
        PERMANENT = "permanent", _("made permanent")
        LAPSED = "lapsed", _("lapsed")

    scheme = models.ForeignKey(
        ExperimentScheme, models.PROTECT, verbose_name=_("experiment scheme"), related_name="experiments"
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is done"), blank=True, default="")
    rule = models.CharField(_("field of law or rule that is deviated from"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    status_when = models.CharField(_("when the status is stated"), max_length=60, blank=True, default="")
    starts = models.CharField(_("start"), max_length=60, blank=True, default="")
    ends = models.CharField(_("end"), max_length=60, blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    participants = models.ManyToManyField(
        SchemeMunicipality, through="ExperimentMunicipality", related_name="experiments", verbose_name=_("participants")
    )
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ["scheme_id", "title", "pk"]
        verbose_name = _("experiment")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "title"],
                name="experiment_named_once",
                violation_error_message=_("The scheme has an experiment with this title."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="experiment_has_a_title",
                violation_error_message=_("Give the experiment a title."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "running", "ended", "permanent", "lapsed"]),
                name="experiment_status_known",
                violation_error_message=_("Choose the status from the list."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="experiment_changed")]

    def __str__(self) -> str:
        return self.title


class ExperimentMunicipality(models.Model):
    """One of the scheme's municipalities takes part in the experiment, where not all of them do."""

    experiment = models.ForeignKey(
        Experiment, models.CASCADE, verbose_name=_("experiment"), related_name="municipality_links"
    )
    participant = models.ForeignKey(
        SchemeMunicipality, models.PROTECT, verbose_name=_("municipality"), related_name="experiment_links"
    )

    class Meta:
        ordering = ["experiment_id", "pk"]
        verbose_name = _("municipality in an experiment")
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "participant"],
                name="experiment_municipality_once",
                violation_error_message=_("The municipality takes part already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.participant_id}"


class EffectClaim(models.Model):
    """What somebody says has come of an experiment. It is never added to another: each counts in its own way."""

    class Basis(models.TextChoices):
        MEASURED = "measured", _("measured")
        ESTIMATED = "estimated", _("estimated")
        CLAIMED = "claimed", _("claimed without a measurement")

    experiment = models.ForeignKey(Experiment, models.CASCADE, verbose_name=_("experiment"), related_name="effects")
    what = models.CharField(_("what"), max_length=300)
    qualifier = models.CharField(_("qualifier"), max_length=40, blank=True, default="")
    value = ExactDecimalField(_("value"), null=True, blank=True)
    """None: said without a number."""
    value_to = ExactDecimalField(_("up to"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True, default="")
    basis = models.CharField(_("how it is known"), max_length=10, choices=Basis)
    said_by = models.CharField(_("who says it"), max_length=160)
    """The body or organisation in words, no person's name."""
    document = models.CharField(_("document"), max_length=300, blank=True, default="")
    said_on = models.DateField(_("day of the document"), null=True, blank=True)

    class Meta:
        ordering = ["experiment_id", "pk"]
        verbose_name = _("stated effect")
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(said_by=""),
                name="effect_claim_says_what_and_who",
                violation_error_message=_("Say what the effect is, and who says it."),
            ),
            models.CheckConstraint(
                condition=Q(value=None, value_to=None, unit="", qualifier="") | (Q(value__isnull=False) & ~Q(unit="")),
                name="effect_claim_number_has_a_unit",
                violation_error_message=_("A number has a unit; without a number leave the others empty."),
            ),
            models.CheckConstraint(
                condition=Q(value_to=None) | Q(value_to__gt=F("value")),
                name="effect_claim_interval_rises",
                violation_error_message=_("The second number of an interval is the higher one."),
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["measured", "estimated", "claimed"]),
                name="effect_claim_basis_known",
                violation_error_message=_("Choose from the list."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class ExperimentCase(models.Model):
    """A good case of an experiment, in words or by its address."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, verbose_name=_("experiment"), related_name="cases")
    text = models.CharField(_("text"), max_length=500)
    link = models.CharField(
        _("link"), max_length=500, blank=True, default="", validators=[URLValidator(schemes=["http", "https"])]
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["experiment_id", "order", "pk"]
        verbose_name = _("good case")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="experiment_case_says_something",
                violation_error_message=_("Write what it is."),
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__regex=r"^https?://"),
                name="experiment_case_link_is_an_address",
                violation_error_message=_("A link begins with http:// or https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
