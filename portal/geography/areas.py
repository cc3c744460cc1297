"""Which municipalities belong together on a day."""

from datetime import date

from django.db.models import QuerySet

from portal.geography.models import Area, AreaMembership, Municipality


def municipalities_in(area: Area, on: date) -> QuerySet[Municipality]:
    """The municipalities of `area` on that day, in Danish order."""
    members = AreaMembership.objects.on(on).filter(area=area).values("municipality_id")
    return Municipality.objects.filter(code__in=members, kind=Municipality.Kind.MUNICIPALITY).order_by("sort_key")
