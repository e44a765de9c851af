"""Texts suggested by a machine of the operator's choice: a draft, labelled until a person approves it."""
