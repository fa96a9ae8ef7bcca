"""Keys of the pages: made here, carried by a form under our seal; nothing that a browser writes becomes one."""

from __future__ import annotations

import secrets
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from web.acts.act import Act


def new_key(act: Act, secret: bytes, account: int) -> str:
    """Return a new key of this act by this account, sealed for its form."""
    return str(_signer(act, secret, account).dumps(secrets.token_hex(16)))


def key_of(sealed: Any, act: Act, secret: bytes, account: int) -> str | None:
    """Return the key that a form carries; None where it carries none that was made for this act and account."""
    try:
        return str(_signer(act, secret, account).loads(str(sealed or "")))
    except BadSignature:
        return None


def _signer(act: Act, secret: bytes, account: int) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"key-{account}-{act.name}")
