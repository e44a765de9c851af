"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("delivery", __name__)
