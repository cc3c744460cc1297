"""What the trail does not keep of matching's tables: nothing is exempt, and the subject's key is a stamp of the ledger.

The key must not stand in the trail: after an erasure it would still tell which facts were the company's.
"""

from portal.audit.recording import about_people, leave_out, part_of

leave_out("matching_match", "subject")
part_of("matching_match", "matching_matchassist", "match_id")
part_of("matching_company", "matching_match", "company_id")
about_people("matching_match", "match")
about_people("matching_company", "company")
