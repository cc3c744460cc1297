"""Companies, matches and the lists they are chosen from, over the API."""
