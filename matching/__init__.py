"""Companies and the matches made with them: registering, finding, undoing, and what they count."""
