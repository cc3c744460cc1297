"""The one password of every demo user. It is public, and refused wherever DEMO_AREA is off."""

DEMO_PASSWORD = "nordjylland-vokser"
