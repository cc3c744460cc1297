"""The register of processing: what is held about people, why, for how long, and what becomes of it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.rights import require
from portal.identity.views import ActionMixin
from portal.privacy import registry, rights, words
from portal.privacy.views.common import here
from portal.ui import export
from portal.ui.tables import Column, Table

LINES = [
    Column("module", gettext_lazy("Part of the portal")),
    Column("title", gettext_lazy("Processing")),
    Column("controller", gettext_lazy("Controller")),
    Column("purpose", gettext_lazy("Purpose")),
    Column("basis", gettext_lazy("Legal basis")),
    Column("of_whom", gettext_lazy("Of whom")),
    Column("what", gettext_lazy("Which data")),
    Column("recipients", gettext_lazy("Who gets to see it")),
    Column("table", gettext_lazy("Kept as")),
    Column("kind", gettext_lazy("About")),
    Column("kept", gettext_lazy("How long")),
    Column("treated", gettext_lazy("When the person is erased it")),
]
SAID = [each for each in LINES if each.key in ("controller", "purpose", "basis", "of_whom", "what", "recipients")]


def lines(activity: registry.Activity) -> list[dict[str, Any]]:
    """A line for each table that the processing keeps."""
    said = {
        "module": words.module_of(activity.key),
        "title": str(activity.title),
        "controller": settings.PORTAL["authority"],
        **{name: str(getattr(activity, name)) for name in ("purpose", "basis", "of_whom", "what", "recipients")},
    }
    held = [each for each in registry.holdings() if each.activity == activity.key]
    return [
        {
            **said,
            "table": words.table_name(each),
            "kind": words.kind_name(each.subject),
            "kept": words.kept(each),
            "treated": words.treated(each),
        }
        for each in held
    ] or [{**said, "table": "", "kind": "", "kept": "", "treated": ""}]


def in_order() -> list[registry.Activity]:
    return sorted(registry.activities(), key=lambda each: (words.module_of(each.key), str(each.title)))


class RegisterPage(ActionMixin):
    """/persondata/"""

    action = rights.VIEW_REGISTER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        if kind is not None:
            require(self.actor, rights.VIEW_CASES)
            rows = (line for activity in in_order() for line in lines(activity))
            return export.export_response(kind, "fortegnelse", LINES, rows)
        context = {
            "activities": [self.shown(each) for each in in_order()],
            "carriers": Table(
                caption=_("Where else traces may lie"),
                caption_hidden=True,
                columns=[
                    Column("what", _("What")),
                    Column("kept", _("How long")),
                    Column("erased", _("When somebody is erased")),
                ],
                rows=[{"what": str(c.what), "kept": str(c.kept), "erased": str(c.erased)} for c in registry.carriers()],
            ),
            **here(self.actor, "register"),
        }  # fmt: skip
        return render(request, "privacy/register.html", context)

    def shown(self, activity: registry.Activity) -> dict[str, Any]:
        rows = lines(activity)
        return {
            "title": f"{rows[0]['module']}: {rows[0]['title']}",
            "said": [{"label": each.title, "text": rows[0][each.key]} for each in SAID],
            "tables": Table(
                caption=_("What is kept: %(title)s") % {"title": activity.title},
                caption_hidden=True,
                columns=[each for each in LINES if each.key in ("table", "kind", "kept", "treated")],
                rows=[row for row in rows if row["table"]],
            ),
        }
