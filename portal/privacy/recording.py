"""The trail of the cases: part of nothing else, and about people."""

from portal.audit.recording import about_people

about_people("privacy_privacycase", "privacy_case")
