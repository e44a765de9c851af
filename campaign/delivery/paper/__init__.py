"""Sheets to sign by hand."""
