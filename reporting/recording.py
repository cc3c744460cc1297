"""What the trail does not record of reporting's tables: what is computed and can be computed again,
what a file held (its content is kept with the file), and the ledger's keys of subjects."""

from portal.audit.recording import exempt, leave_out

exempt("reporting_bucket", "sums over the ledger, folded by the machine")
exempt("reporting_bucketstamp", "how far the sums have come")
exempt("reporting_batchbucket", "sums over the ledger, folded by the machine")
exempt("reporting_contractfigure", "a cache of what a contract stands at")
leave_out("reporting_evidencefile", "content")
leave_out("reporting_observation", "subject")
