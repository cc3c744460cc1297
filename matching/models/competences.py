"""What somebody is good at: a list that can be edited, the same words for what companies want and what people have."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.reference import _Named


class Competence(_Named):
    """The sources name some and have no list: `constructed` says that we made this one up."""

    active = models.BooleanField(_("can be chosen"), default=True)
    constructed = models.BooleanField(_("constructed"), default=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
