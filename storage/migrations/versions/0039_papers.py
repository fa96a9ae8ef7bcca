"""Papers 文书: drafts that wait to be issued, what was issued with its cases, and numbers that count without a gap."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage import append_only
from storage.migrations.columns import (
    bigs,
    check,
    dates,
    integers,
    keys,
    one_of,
    only,
    primary,
    refers,
    refers_together,
    strings,
    unique,
)

revision = "0039"
down_revision = "0038"
_FIXED = ("id", "jurisdiction", "series_id", "year", "n", "prev", "paper", "draft_id", "signed_on", "pdf", "word")


def upgrade() -> None:
    _drafts()
    _papers()
    for table, whole in (("paper_draft_cases", "draft_id"), ("paper_cases", "paper_id")):
        owner = table.removesuffix("_cases") + "s"
        op.create_table(
            table,
            *keys(whole, "case_id"),
            primary(table, whole, "case_id"),
            *refers(table, **{whole: f"{owner}.id", "case_id": "cases.id"}),
        )
        op.create_index(final(f"ix_{table}_case_id"), table, ["case_id"])
    for statement in append_only.numbers(op.get_bind().dialect.name, _FIXED):
        op.execute(statement)


def _drafts() -> None:
    op.create_table(
        "paper_drafts",
        *keys("id", "jurisdiction"),
        *strings("paper"),
        *keys("unit_id", "round_id", nullable=True),
        *strings("rung"),
        *dates("day"),
        *strings("title", "blanks", "content"),
        *keys("drafted_by", nullable=True),
        *strings("drafted_role"),
        *bigs("at"),
        *keys("reviewed_by", nullable=True),
        *bigs("reviewed_at", nullable=True),
        *strings("state"),
        *strings("returned", nullable=True),
        *keys("decided_by", nullable=True),
        *bigs("decided_at", nullable=True),
        primary("paper_drafts", "id"),
        *refers(
            "paper_drafts", jurisdiction="jurisdictions.id", unit_id="units.id", round_id="rounds.id",
            drafted_by="people.id", reviewed_by="people.id", decided_by="people.id",
        ),
        one_of("paper_drafts", "state", "open", "sent", "dropped"),
        check("paper_drafts", "decided_has_instant", "(state = 'open') = (decided_at IS NULL)"),
        check("paper_drafts", "reviewed_by_somebody", "(reviewed_at IS NULL) = (reviewed_by IS NULL)"),
    )  # fmt: skip
    of_rung = ["jurisdiction", "paper", "unit_id", "round_id", "rung", "day"]
    op.create_index(final("uq_paper_drafts_of_the_rung"), "paper_drafts", of_rung, unique=True, **only("rung <> ''"))
    op.create_index(final("ix_paper_drafts_open"), "paper_drafts", ["jurisdiction", "id"], **only("state = 'open'"))


def _papers() -> None:
    op.create_table(
        "papers",
        *keys("id", "jurisdiction"),
        *keys("series_id", nullable=True),
        *integers("year", "n", "prev", nullable=True),
        *strings("state", "paper", "title"),
        *keys("unit_id", "round_id", nullable=True),
        *strings("cases"),
        *keys("draft_id", nullable=True),
        *dates("signed_on"),
        *strings("signed_as", "because"),
        *strings("pdf", "pdf_name", "word", "word_name", "scan", "scan_name", nullable=True),
        *dates("received_on", nullable=True),
        *keys("received_by_id", nullable=True),
        *strings("received_name"),
        primary("papers", "id"),
        *refers(
            "papers", jurisdiction="jurisdictions.id", series_id="listed.id", unit_id="units.id", round_id="rounds.id",
            draft_id="paper_drafts.id", received_by_id="people.id",
        ),
        refers_together("papers", "papers", series_id="series_id", year="year", prev="n"),
        unique("papers", "series_id", "year", "n"),
        unique("papers", "draft_id"),
        one_of("papers", "state", "issued", "outside", "void"),
        check("papers", "numbered_whole", "(series_id IS NULL) = (n IS NULL) AND (series_id IS NULL) = (year IS NULL)"),
        check("papers", "number_counts", "n IS NULL OR n > 0"),
        check("papers", "prev_is_before", "prev IS NULL OR prev = n - 1"),
        check("papers", "outside_is_numbered", "state <> 'outside' OR n IS NOT NULL"),
        check("papers", "issued_has_file", "state <> 'issued' OR pdf IS NOT NULL"),
    )  # fmt: skip
    first = only("n IS NOT NULL AND prev IS NULL")
    op.create_index(final("uq_papers_first"), "papers", ["series_id", "year"], unique=True, **first)
    op.create_index(final("ix_papers_of_unit"), "papers", ["unit_id", "round_id"])
    unreceived = only("state = 'issued' AND received_on IS NULL")
    op.create_index(final("ix_papers_unreceived"), "papers", ["jurisdiction", "paper"], **unreceived)
    op.create_index(final("ix_papers_of_place"), "papers", ["jurisdiction", "id"])


def downgrade() -> None:
    for table in ("paper_cases", "paper_draft_cases", "papers", "paper_drafts"):
        op.drop_table(table)
