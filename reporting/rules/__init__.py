"""The arithmetic of reporting: pure functions over exact numbers, no database, nothing rounded."""
