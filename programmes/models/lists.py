"""Lists that a person comes back to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import User


class SavedListQuerySet(models.QuerySet["SavedList"]):
    def visible_to(self, actor: Actor) -> "SavedListQuerySet":
        """One's own: nobody sees what others look at."""
        return self.filter(user=actor.user)


class SavedList(models.Model):
    """A list as a person filtered and sorted it: the part of its address after the question mark, under a name."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("user"), related_name="saved_lists")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("filters"), max_length=1000, blank=True, default="")

    objects = SavedListQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "name"]
        verbose_name = _("saved list")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="saved_list_named_once",
                violation_error_message=_("You have a list with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="saved_list_has_a_name",
                violation_error_message=_("Give the list a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
