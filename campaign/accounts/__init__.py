"""Who may do what: sign-in, roles, permissions, and the audit trail."""
