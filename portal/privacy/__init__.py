"""What the portal holds about people: declared by each app, kept for a stated time, told, mended and erased."""
