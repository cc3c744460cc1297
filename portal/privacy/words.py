"""The declarations in words: how long, what becomes of it, of whom, in which table."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.privacy import registry
from portal.privacy.registry import Blank, Delete, Holding, Keep, Retention


def table_name(held: Holding) -> str:
    return capfirst(str(held.model._meta.verbose_name))


def kind_name(key: str) -> str:
    kind = registry.subjects().get(key)
    return str(kind.title) if kind is not None else key


def kept(held: Holding) -> str:
    """How long it is kept."""
    if not isinstance(held.retention, Retention):
        return str(held.retention)
    days = int(settings.RETENTION_DAYS[held.retention.setting])
    if days % 365 == 0:
        years = days // 365
        text = ngettext("%(number)d year after the last activity", "%(number)d years after the last activity", years)
        return text % {"number": years}
    return ngettext("%(number)d day after the last activity", "%(number)d days after the last activity", days) % {
        "number": days
    }


def treated(held: Holding) -> str:
    """What becomes of it when whoever it is about is erased."""
    erasure = held.erasure
    if isinstance(erasure, Delete):
        return _("is deleted")
    if isinstance(erasure, Blank):
        return _("stays without what tells of the person")
    if isinstance(erasure, Keep):
        return _("stays: %(reason)s") % {"reason": erasure.reason}
    raise TypeError(held)


def column(model: Any, name: str) -> str:
    """What a column is called on screen."""
    found = next((each for each in model._meta.get_fields() if each.name == name), None)
    return capfirst(str(getattr(found, "verbose_name", name)))


def module_of(key: str) -> str:
    """The part of the portal that a processing belongs to: "matching.people" is matching's."""
    label = key.partition(".")[0]
    if label == "portal":
        return _("The portal itself")
    return str(apps.get_app_config(label).verbose_name) if apps.is_installed(label) else label
