"""Signing organisers in and out, and keeping pages to those who may see them."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Check every request against what its view declared."""
