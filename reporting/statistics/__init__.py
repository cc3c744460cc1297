"""Published statistics: files read into a cube, shown before anything is written, imported as facts of a vintage."""
