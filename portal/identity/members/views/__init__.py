"""The pages of members: the list, invitations, deputies, support views, and what concerns oneself."""
