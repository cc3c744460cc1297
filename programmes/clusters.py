"""The clusters of an area: at most one of them has public money at a time. `actor=None` is a loader.

A cluster is a part of its area: whoever writes one holds the area's row, and the version that was seen is the area's.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.drafts.versions import Changed
from portal.identity.actor import Actor
from portal.ui import formats
from programmes.focus_areas import locked
from programmes.models import Cluster, FocusArea
from programmes.plans import may_edit, require
from programmes.rows import checked


def make_cluster(actor: Actor | None, area: FocusArea, *, written: Written | None = None, **said: Any) -> Cluster:
    """A cluster effort of the area; `said` are fields of Cluster.

    Raises Refused, or ValidationError with the messages at the fields.
    """
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = locked(actor, area, None)
        cluster = Cluster(focus_area=row, **said)
        _check(cluster)
        cluster.save()
        row.save()  # the area's version
        if written is not None:
            written(cluster.pk)
    return cluster


def change_cluster(actor: Actor | None, cluster: Cluster, *, seen: versions.Seen | None = None, **said: Any) -> Cluster:
    """What `said` names is changed. Raises as make_cluster, and Changed; also when it is there no longer."""
    if actor is not None:
        require(may_edit(actor, cluster.focus_area.programme))
    with ledger.entry():
        area = locked(actor, cluster.focus_area, seen)
        row = area.clusters.filter(pk=cluster.pk).first()
        if row is None:
            raise Changed
        for name, value in said.items():
            setattr(row, name, value)
        row.focus_area = area
        _check(row)
        row.save()
        area.save()
    return row


def remove_cluster(actor: Actor | None, cluster: Cluster, *, seen: versions.Seen | None = None) -> None:
    """One that was registered by mistake; one that ends is given its last day. Raises Refused, Changed."""
    if actor is not None:
        require(may_edit(actor, cluster.focus_area.programme))
    with ledger.entry():
        area = locked(actor, cluster.focus_area, seen)
        area.clusters.filter(pk=cluster.pk).delete()
        area.save()


def period_text(cluster: Cluster) -> str:
    """ "01.01.2021–31.12.2024"; "from 01.01.2025" where no end is set."""
    if cluster.valid_to is None:
        return _("from %(day)s") % {"day": formats.date_da(cluster.valid_from)}
    return f"{formats.date_da(cluster.valid_from)}–{formats.date_da(cluster.valid_to)}"


def _check(cluster: Cluster) -> None:
    """What the database would refuse too, with the message at its field."""
    cluster.name = cluster.name.strip()
    area = cluster.focus_area
    if cluster.valid_to is not None and cluster.valid_to < cluster.valid_from:
        raise ValidationError({"valid_to": [_("The end must not be before the beginning.")]})
    if cluster.publicly_financed and not area.cluster_eligible:
        text = area.cluster_note or _("Only an appointed area may have a publicly financed cluster.")
        raise ValidationError({"publicly_financed": [text]})
    if cluster.publicly_financed and (other := _beside(cluster)) is not None:
        text = _(
            "The area has a publicly financed cluster in that period: %(name)s (%(period)s). Choose another period, or "
            "give that one an end first."
        )
        raise ValidationError({"valid_from": [text % {"name": other.name, "period": period_text(other)}]})
    checked(cluster)


def _beside(cluster: Cluster) -> Cluster | None:
    """Another of the area with public money on a day of the same time. The area is locked meanwhile."""
    others = Cluster.objects.filter(focus_area=cluster.focus_area, publicly_financed=True).exclude(pk=cluster.pk)
    others = others.filter(Q(valid_to=None) | Q(valid_to__gte=cluster.valid_from))
    if cluster.valid_to is not None:
        others = others.filter(valid_from__lte=cluster.valid_to)
    return others.order_by("valid_from", "pk").first()
