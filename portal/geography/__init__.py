"""Municipalities and the regions, KKR and hub areas they belong to, with dates."""
