"""Courses of guidance by the erhvervshus: what is done with them, counted of them, and who sees them."""
