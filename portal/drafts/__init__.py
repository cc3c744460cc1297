"""Forms that people are in the middle of: which version they opened, what somebody else saved meanwhile, and drafts."""
