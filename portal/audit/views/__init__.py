"""The pages of the trail and the two logs."""
