"""Signatures that come in as a batch: on paper, or from another tool."""
