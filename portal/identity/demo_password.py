"""The one password of every demo user, and the secret of those who are asked for a code as well. Both are public, and
refused wherever DEMO_AREA is off."""

DEMO_PASSWORD = "nordjylland-vokser"
DEMO_SECRET = "NORDJYLLANDVOKSERNORDJYLLANDVOKS"
"""Base32. The page that asks for the code shows it."""
