"""What is too old is deleted every night."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("uploads_expire", period="day", at="03:20", title=_("Delete files that nobody imported"))
def uploads_expire(run: Run) -> Outcome:
    from portal.tabular.uploads import expire

    return Outcome({"deleted": expire()})
