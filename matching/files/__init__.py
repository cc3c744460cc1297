"""Matches from a spreadsheet that people keep: read, looked at row by row, and registered as if each had been typed."""
