"""Papers made of figures: from when to when a draft counts, one of each month of the clock's; of what is issued the figures, kept by their hash."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage import append_only
from storage.migrations.columns import dates, only, strings

revision = "0048"
down_revision = "0047"

_FIXED = (
    "id",
    "jurisdiction",
    "series_id",
    "year",
    "n",
    "prev",
    "paper",
    "draft_id",
    "signed_on",
    "pdf",
    "word",
    "figures",
)
_BEFORE = _FIXED[:-1]


def upgrade() -> None:
    with op.batch_alter_table("paper_drafts", schema=None) as drafts:
        for column in dates("counts_from", "counts_to", nullable=True):
            drafts.add_column(column)
    of_month = ["jurisdiction", "paper", "counts_to"]
    op.create_index(
        final("uq_paper_drafts_of_the_month"), "paper_drafts", of_month, unique=True, **only("rung = 'month'")
    )
    for column in strings("figures", "figures_name", nullable=True):
        op.add_column("papers", column)
    _fix(_FIXED)


def _fix(columns: tuple[str, ...]) -> None:
    """Make anew the triggers by which what was issued stays."""
    dialect = op.get_bind().dialect.name
    for name in ("update", "delete", "insert") if dialect == "sqlite" else ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER papers_no_{name}" + ("" if dialect == "sqlite" else " ON papers"))
    for statement in append_only.numbers(dialect, columns):
        op.execute(statement)


def downgrade() -> None:
    _fix(_BEFORE)
    for column in ("figures_name", "figures"):
        op.drop_column("papers", column)
    op.drop_index(final("uq_paper_drafts_of_the_month"), "paper_drafts")
    with op.batch_alter_table("paper_drafts", schema=None) as drafts:
        for column in ("counts_to", "counts_from"):
            drafts.drop_column(column)
