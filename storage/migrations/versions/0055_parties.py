"""Posts 职务 of 宣传部 and of the resident teams 派驻纪检监察组, who may be parties of joint review and acceptance."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import one_of

revision = "0055"
down_revision = "0054"
_BEFORE = (
    "secretary", "handler", "team", "office", "discipline", "organisation", "leader", "leading_group", "head", "auditor", "sysadmin", "secadmin",
    "secauditor",
)  # fmt: skip
_NAME = "ck_posts_role_known"
_MORE = ("publicity", "resident")


def upgrade() -> None:
    _let_be(*_BEFORE, *_MORE)


def downgrade() -> None:
    _let_be(*_BEFORE)


def _let_be(*roles: str) -> None:
    known = one_of("posts", "role", *roles)
    with op.batch_alter_table("posts", schema=None) as batch:
        batch.drop_constraint(final(_NAME), type_="check")
        batch.create_check_constraint(final(_NAME), str(known.sqltext))
