"""The versions of a petition's text, and asking signers again."""
