"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("campaigns", __name__)
