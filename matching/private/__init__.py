"""What matching holds about people, a module for each kind of record (portal.privacy.registry)."""

from matching.private import companies, contacts, guidance, people, referrals  # noqa: F401  # registered by being imported
