"""What the pages that make and change plans, areas and initiatives have in common."""

from typing import Any

from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from programmes import rights
from programmes.rows import mark

__all__ = ["AlterPage", "MakePage", "Steps"]


class PlanForm(form_pages.FormPage):
    action = rights.EDIT_PLANS
    template = "programmes/form.html"


class MakePage(PlanForm, form_pages.MakePage):
    """Makes a part of a plan."""


class AlterPage(PlanForm, form_pages.AlterPage):
    """Changes what `present` is."""

    @property
    def present(self) -> Any:
        raise NotImplementedError

    def mark(self) -> str:
        return mark(self.present)

    def thing_name(self) -> str:
        return str(self.present)
