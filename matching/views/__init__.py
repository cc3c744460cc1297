"""The pages of matching: they read what was typed, call the rules and show the answer."""
