"""Programmes, who takes part in them and how, and their activities."""
