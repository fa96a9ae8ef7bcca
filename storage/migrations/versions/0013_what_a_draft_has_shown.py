"""What a draft has shown of each case stands in one column, beside what is wanted; of old ones as much as they kept."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for draft, intent, digest in _drafts():
        packed: list[dict[str, Any]] = json.loads(intent)
        whole: tuple[str, list[Any]] = (digest if len(packed) == 1 else "", [])
        shown = {one["case"]: dict(zip(("digest", "files"), one.pop("shown", whole), strict=True)) for one in packed}
        _put(draft, packed, json.dumps(shown, ensure_ascii=False))


def downgrade() -> None:
    for draft, intent, shown in _drafts():
        packed: list[dict[str, Any]] = json.loads(intent)
        seen: dict[str, Any] = json.loads(shown)
        for one in packed:
            one["shown"] = [seen[str(one["case"])]["digest"], seen[str(one["case"])]["files"]]
        digests = [one["shown"][0] for one in packed]
        _put(draft, packed, digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest())


def _drafts() -> list[Any]:
    return list(op.get_bind().execute(sa.text("SELECT id, intent, shown FROM drafts")).all())


def _put(draft: int, packed: list[dict[str, Any]], shown: str) -> None:
    put = sa.text("UPDATE drafts SET intent = :intent, shown = :shown WHERE id = :id")
    op.get_bind().execute(put, {"intent": json.dumps(packed, ensure_ascii=False), "shown": shown, "id": draft})
