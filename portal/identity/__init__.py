"""Who a person is, for whom the person acts, and what that allows."""
