"""What matching holds about people, a module for each kind of record (portal.privacy.registry)."""

from matching.private import referrals  # noqa: F401  # to register
