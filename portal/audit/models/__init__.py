"""What was submitted, changed, opened and taken out."""

from portal.audit.models.changes import Change
from portal.audit.models.exports import Export
from portal.audit.models.openings import Opening, Purpose
from portal.audit.models.submissions import Submission

__all__ = ["Change", "Export", "Opening", "Purpose", "Submission"]
