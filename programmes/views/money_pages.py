"""The frames of the pages about sources and what happens with their money."""

from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise

from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused
from portal.ui.tables import Column, Table
from programmes import cells
from programmes.models import FundingSource

__all__ = ["AlterPage", "MakePage", "Steps", "require_keeper", "trail", "two_columns"]


class MoneyPage(form_pages.FormPage):
    template = "programmes/money_form.html"

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        """`before` is a table over the form, `more_buttons` are names and texts of buttons beside the first."""
        extras = {"before": None, "more_buttons": (), **self.more(form), **more}
        return super().show(form, status, **extras)


class MakePage(MoneyPage, form_pages.MakePage):
    """Makes something about money."""


class AlterPage(MoneyPage, form_pages.AlterPage):
    """Changes something about money."""


def require_keeper(page: Any, source: FundingSource) -> None:
    """Raise Refused unless the person may do the page's action with the source's money."""
    verdict = cells.may_keep(page.actor, source, page.action)
    if not verdict:
        raise Refused(verdict.reason)


def two_columns(caption: str, lines: list[tuple[str, Any]], field: str, content: str) -> Table:
    """What is registered of a thing: those lines that say something."""
    return Table(
        caption=caption,
        columns=[Column("label", field), Column("value", content)],
        rows=[{"label": label, "value": value} for label, value in lines if value not in (None, "")],
        caption_hidden=True,
    )


def trail(*steps: tuple[str | Promise, str]) -> list[dict[str, Any]]:
    """Title and address of each step of the breadcrumb; the last has no address."""
    return [{"title": title, "url": url} for title, url in steps]
