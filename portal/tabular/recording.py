"""What the trail does not record: what a file held is kept with the file, and gone when it has been imported."""

from portal.audit.recording import leave_out

leave_out("tabular_uploadedtable", "content")
