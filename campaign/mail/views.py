"""Pages of this feature."""

from flask import Blueprint

blueprint = Blueprint("mail", __name__)
