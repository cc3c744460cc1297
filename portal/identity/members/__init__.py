"""Members of an organisation: inviting, changing, ending, standing in, and looking after each other."""
