"""Fake waves: noticing them, taking them out by a rule, and undoing exactly that."""
