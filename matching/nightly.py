"""What is done with matches every night."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("duplicates_found", period="day", at="01:30", title=_("Find possible duplicates among all matches"))
def duplicates_found(run: Run) -> Outcome:
    from matching.suspecting import find

    return Outcome({"new_or_changed": find()})
