"""A request may ask for a new password; whose accounts had all been closed, and passwords of unknown age, are put right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clock

revision = "0007"
down_revision = "0006"

# Who closed an account by hand wrote down no day: such posts stay, and get neither mail nor tasks.
_CLOSED = (
    "SELECT a.person_id, MAX(r.decided_at) FROM accounts a LEFT JOIN account_requests r ON r.login = a.login "
    "AND r.kind = 'close' AND r.state = 'approved' GROUP BY a.person_id "
    "HAVING MIN(a.state) = 'closed' AND MAX(a.state) = 'closed' AND MAX(r.decided_at) IS NOT NULL"
)
_END_POSTS = sa.text(
    "UPDATE posts SET ends_on = :day WHERE person_id = :person AND (ends_on IS NULL OR ends_on > :day)"
).bindparams(sa.bindparam("day", type_=sa.Date()))
# Of a formal house: the logins of a rehearsal all have the one password that the rehearsal tells.
_AGELESS = (
    "UPDATE accounts SET must_change = :yes WHERE password_hash IS NOT NULL AND password_at IS NULL AND person_id IN "
    "(SELECT p.id FROM people p JOIN jurisdictions j ON j.id = p.jurisdiction WHERE NOT j.rehearsal)"
)


def upgrade() -> None:
    _kinds("open", "close", "reset")
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    connection = op.get_bind()
    for person, at in connection.execute(sa.text(_CLOSED)).all():
        connection.execute(_END_POSTS, {"day": clock.local_date(clock.from_micros(at)), "person": person})
    connection.execute(sa.text(_AGELESS), {"yes": True})


def downgrade() -> None:
    op.drop_index("ix_accounts_person_id", "accounts")
    op.execute("DELETE FROM account_requests WHERE kind = 'reset'")
    _kinds("open", "close")


def _kinds(*kinds: str) -> None:
    with op.batch_alter_table("account_requests") as requests:
        requests.drop_constraint(op.f("ck_account_requests_kind_known"), type_="check")
        requests.create_check_constraint(
            op.f("ck_account_requests_kind_known"), "kind IN ('" + "', '".join(kinds) + "')"
        )
