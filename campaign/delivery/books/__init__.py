"""The signature book: a PDF for the office."""
