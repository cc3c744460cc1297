"""What the trail does not record: what a file held is kept with the file, and gone when it has been imported."""

from portal.audit.recording import exempt, leave_out

leave_out("tabular_uploadedtable", "content", "found", "rows_done", "rows_total", "attempts", "worked_at")
exempt("tabular_uploadedportion", "rows of a file on their way; what became of them is recorded where they went")
exempt("tabular_uploadedcontent", "the content of a file on its way; that it was brought is recorded")
