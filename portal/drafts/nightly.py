"""What is too old is deleted every night."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("drafts_expire", period="day", at="03:10", title=_("Delete old drafts"))
def drafts_expire(run: Run) -> Outcome:
    from portal.drafts.keeping import expire

    return Outcome({"deleted": expire()})
