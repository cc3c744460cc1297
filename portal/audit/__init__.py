"""What was submitted, changed, viewed and exported, by whom and when."""
