"""Catalogues of measures: what is done or thought of in a field, by theme. A source may name no municipality."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation


class MeasureCatalogueQuerySet(models.QuerySet["MeasureCatalogue"]):
    def visible_to(self, actor: Actor) -> "MeasureCatalogueQuerySet":
        """Those of the person's area."""
        from programmes.scope import organisations_of_area

        return self.filter(owner__in=organisations_of_area(actor))


class MeasureCatalogue(models.Model):
    """A catalogue as one document or one round of collecting made it."""

    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"), related_name="measure_catalogues")
    name = models.CharField(_("name"), max_length=160)
    theme_area = models.CharField(_("theme area"), max_length=160, blank=True, default="")
    dated = models.CharField(_("date"), max_length=60, blank=True, default="")
    """In the source's words."""
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = MeasureCatalogueQuerySet.as_manager()

    class Meta:
        ordering = ["owner_id", "name", "pk"]
        verbose_name = _("catalogue of measures")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="measure_catalogue_named_once",
                violation_error_message=_("Your organisation has a catalogue with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="measure_catalogue_has_a_name",
                violation_error_message=_("Give the catalogue a name."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="measure_catalogue_changed")]

    def __str__(self) -> str:
        return self.name


class CatalogueTheme(models.Model):
    """A heading of a catalogue, in its order."""

    catalogue = models.ForeignKey(
        MeasureCatalogue, models.CASCADE, verbose_name=_("catalogue of measures"), related_name="themes"
    )
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["catalogue_id", "order", "pk"]
        verbose_name = _("theme of a catalogue")
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "name"],
                name="catalogue_theme_named_once",
                violation_error_message=_("The catalogue has a theme with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="catalogue_theme_has_a_name",
                violation_error_message=_("Give the theme a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueMeasureQuerySet(models.QuerySet["CatalogueMeasure"]):
    def visible_to(self, actor: Actor) -> "CatalogueMeasureQuerySet":
        """Those of the catalogues that the person sees."""
        return self.filter(theme__catalogue__in=MeasureCatalogue.objects.visible_to(actor).order_by().values("pk"))


class CatalogueMeasure(models.Model):
    """A measure: what is done or thought of, with whom, and where; without a municipality the source names none."""

    class Status(models.TextChoices):
        RUNNING = "running", _("under way")
        EXAMPLE = "example", _("example")
        IDEA = "idea", _("idea")

    theme = models.ForeignKey(CatalogueTheme, models.PROTECT, verbose_name=_("theme"), related_name="measures")
    title = models.CharField(_("the measure"), max_length=300)
    text = models.TextField(_("text"), blank=True, default="")
    partners = models.CharField(_("with whom"), max_length=300, blank=True, default="")
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality"),
        related_name="catalogue_measures",
        null=True,
        blank=True,
    )
    status = models.CharField(_("status"), max_length=10, choices=Status)
    order = models.PositiveIntegerField(_("order"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = CatalogueMeasureQuerySet.as_manager()

    class Meta:
        ordering = ["theme_id", "order", "pk"]
        verbose_name = _("measure of a catalogue")
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "title", "municipality"],
                nulls_distinct=False,
                name="catalogue_measure_once",
                violation_error_message=_("The theme has this measure of this municipality."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="catalogue_measure_has_a_title",
                violation_error_message=_("Say what the measure is."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["running", "example", "idea"]),
                name="catalogue_measure_status_known",
                violation_error_message=_("Choose the status from the list."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="catalogue_measure_changed")]

    def __str__(self) -> str:
        return self.title
