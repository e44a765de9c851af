"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("petitions", __name__)
