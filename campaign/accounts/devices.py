"""Browsers that signed in before are counted apart, so that somebody guessing passwords cannot lock their owner out.

As described in https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies.
"""

import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from campaign.config import is_secure

LIFETIME = timedelta(days=180)


def trier(email: str) -> str:
    """Who is counted when somebody tries to sign in as `email`: a browser that did so before, or everybody else."""
    try:
        owner, number = _serializer().loads(request.cookies.get(_name(), ""), max_age=int(LIFETIME.total_seconds()))
    except (BadData, ValueError, TypeError):
        return f"account {email.lower()}"
    return f"device {number}" if owner == email.lower() else f"account {email.lower()}"


def mark(response: Response, email: str) -> None:
    """Remember that this browser has signed in as `email`. The cookie opens nothing; it is only counted."""
    response.set_cookie(
        _name(),
        _serializer().dumps([email, secrets.token_hex(8)]),
        max_age=LIFETIME,
        path="/",
        secure=is_secure(current_app.config),
        httponly=True,
        samesite="Strict",
    )


def _name() -> str:
    return "__Host-device" if is_secure(current_app.config) else "device"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device")
