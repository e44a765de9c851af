"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("letters", __name__)
