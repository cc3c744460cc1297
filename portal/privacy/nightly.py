"""What is about to be too old is said, and what was said goes."""

from dataclasses import asdict

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("retention", period="day", at="03:40", title=_("Say what is about to be too old, and let it go"))
def retention(run: Run) -> Outcome:
    from portal.privacy import retention as keeping

    night = keeping.run()
    return Outcome(asdict(night), alert=bool(night.stood))
