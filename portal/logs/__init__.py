"""What is written in the log of a portal in use: one JSON object a line, and no secret or personal datum in it."""
