"""Telling signers the news they asked for."""
