"""What the trail does not keep of matching's tables: nothing is exempt, and the subject's key is a stamp of the ledger.

The key must not stand in the trail: after an erasure it would still tell which facts were the company's.
"""

from portal.audit.recording import leave_out

leave_out("matching_match", "subject")
