"""Cases with what stands beside them, the words by which they are found, and the mails."""

from __future__ import annotations

from alembic import op

from storage import search
from storage.migrations.columns import (
    bigs,
    check,
    dates,
    flags,
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

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    _filings()
    _cases()
    _filing_inspections()
    _alerts()
    _clocks()
    _drafts()
    _materials()
    _measures()
    _opinions()
    _outbox()
    _progress()
    _receipts()
    _results()
    _deliveries()
    _draft_cases()
    for statement in search.statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("case_words")
    for table in (
        "draft_cases",
        "deliveries",
        "results",
        "receipts",
        "progress",
        "outbox",
        "opinions",
        "measures",
        "materials",
        "drafts",
        "clocks",
        "alerts",
        "filing_inspections",
        "cases",
        "filings",
    ):
        op.drop_table(table)


def _filings() -> None:
    op.create_table(
        "filings",
        *keys("jurisdiction", "round_id", "answerable_id"),
        *strings("kind"),
        *integers("version"),
        *strings("sha256"),
        *strings("commitment", nullable=True),
        *keys("signed_by", nullable=True),
        *bigs("at"),
        primary("filings", "round_id", "answerable_id", "kind", "version"),
        *refers(
            "filings",
            jurisdiction="jurisdictions.id",
            round_id="rounds.id",
            answerable_id="units.id",
            signed_by="people.id",
        ),
        one_of("filings", "kind", "plan", "report", "publication"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        *keys("id", "jurisdiction", "round_id", "inspection_id", "unit_id", "answerable_id"),
        *strings("number", "category", "problem", "detail", "basis", "amount", "words"),
        *dates("fed_back_on"),
        *keys("written_by", nullable=True),
        *strings("responsible", "department", "person", "measures_said", "said", "note", "kind", "state"),
        *integers("version", "shown_version", "entered"),
        *dates("due_on", "first_due_on", "state_due_on", nullable=True),
        *strings("owes", nullable=True),
        *strings("rung", "flagged"),
        *integers("objections", "plan_returns", "returns", "returns_since", "extensions"),
        *dates("extension_until", nullable=True),
        *flags("plan_approved"),
        *integers("cycle", "escalations"),
        *flags("from_escalated"),
        *dates("started_on", "submitted_on", "verified_on", "last_on", nullable=True),
        *strings("text_hash", nullable=True),
        *integers("unsigned"),
        *flags("void", "passed_on"),
        *bigs("settled_at", "wake_at", "retry_at", nullable=True),
        *dates("owed_on", nullable=True),
        primary("cases", "id"),
        *refers(
            "cases",
            jurisdiction="jurisdictions.id",
            round_id="rounds.id",
            inspection_id="inspections.id",
            unit_id="units.id",
            answerable_id="units.id",
            written_by="people.id",
        ),
        one_of("cases", "kind", "at_once", "focused", "continuing", "standing"),
        check(
            "cases",
            "settled_has_instant",
            "(state IN ('publicized', 'withheld', 'withdrawn')) = (settled_at IS NOT NULL)",
        ),
        one_of(
            "cases",
            "state",
            "feedback",
            "disputed",
            "claimed",
            "plan_review",
            "rectifying",
            "submitted",
            "verified",
            "escalated",
            "publicized",
            "withheld",
            "withdrawn",
        ),
        check("cases", "version_counts", "version > 0 AND shown_version <= version"),
    )
    _cases_found_by()


def _cases_found_by() -> None:
    op.create_index(
        "ix_cases_flagged", "cases", ["jurisdiction", "state_due_on", "id"], unique=False, **only("flagged <> ''")
    )
    op.create_index("ix_cases_inspection_id", "cases", ["inspection_id"], unique=False)
    op.create_index(
        "ix_cases_jurisdiction_answerable_id_state_id",
        "cases",
        ["jurisdiction", "answerable_id", "state", "id"],
        unique=False,
    )
    op.create_index("ix_cases_jurisdiction_number_id", "cases", ["jurisdiction", "number", "id"], unique=False)
    op.create_index("ix_cases_jurisdiction_owes_rung_id", "cases", ["jurisdiction", "owes", "rung", "id"], unique=False)
    op.create_index(
        "ix_cases_jurisdiction_round_id_state_due_on_id",
        "cases",
        ["jurisdiction", "round_id", "state_due_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_cases_jurisdiction_state_state_due_on_id",
        "cases",
        ["jurisdiction", "state", "state_due_on", "id"],
        unique=False,
    )
    op.create_index("ix_cases_jurisdiction_unit_id_id", "cases", ["jurisdiction", "unit_id", "id"], unique=False)
    op.create_index("ix_cases_number", "cases", ["inspection_id", "number"], unique=True, **only("NOT void"))
    op.create_index(
        "ix_cases_open", "cases", ["jurisdiction", "state_due_on", "id"], unique=False, **only("settled_at IS NULL")
    )
    op.create_index(
        "ix_cases_settled",
        "cases",
        ["jurisdiction", "state_due_on", "id"],
        unique=False,
        **only("settled_at IS NOT NULL"),
    )
    op.create_index("ix_cases_wake_at", "cases", ["wake_at", "id"], unique=False, **only("wake_at IS NOT NULL"))


def _filing_inspections() -> None:
    op.create_table(
        "filing_inspections",
        *keys("round_id", "answerable_id"),
        *strings("kind"),
        *integers("version"),
        *keys("inspection_id"),
        primary("filing_inspections", "round_id", "answerable_id", "kind", "version", "inspection_id"),
        *refers("filing_inspections", inspection_id="inspections.id"),
        refers_together(
            "filing_inspections",
            "filings",
            round_id="round_id",
            answerable_id="answerable_id",
            kind="kind",
            version="version",
        ),
    )
    op.create_index("ix_filing_inspections_inspection_id", "filing_inspections", ["inspection_id"], unique=False)


def _alerts() -> None:
    op.create_table(
        "alerts",
        *keys("case_id"),
        *strings("rule", "rung"),
        *integers("period", "version"),
        *flags("skipped"),
        primary("alerts", "case_id", "rule", "rung", "period"),
        *refers("alerts", case_id="cases.id"),
    )


def _clocks() -> None:
    op.create_table(
        "clocks",
        *keys("case_id"),
        *strings("name"),
        *integers("period"),
        *dates("started_on", "due_on", "first_due_on"),
        *dates("paused_since", nullable=True),
        *strings("owes", "rung"),
        *integers("tellings"),
        *dates("told_on", nullable=True),
        *strings("flags"),
        *strings("why", nullable=True),
        primary("clocks", "case_id", "name"),
        *refers("clocks", case_id="cases.id"),
    )
    op.create_index("ix_clocks_paused", "clocks", ["case_id"], unique=False, **only("paused_since IS NOT NULL"))
    op.create_index("ix_clocks_unsigned", "clocks", ["due_on", "case_id"], unique=False, **only("name = 'acknowledge'"))


def _drafts() -> None:
    op.create_table(
        "drafts",
        *keys("id", "jurisdiction", "case_id"),
        *strings("action", "intent"),
        *keys("prepared_by"),
        *strings("prepared_role", "shown"),
        *bigs("at"),
        *strings("state"),
        *strings("returned", "key", nullable=True),
        primary("drafts", "id"),
        *refers("drafts", jurisdiction="jurisdictions.id", case_id="cases.id", prepared_by="people.id"),
        one_of("drafts", "state", "open", "confirmed", "dropped"),
    )
    op.create_index("ix_drafts_case_id", "drafts", ["case_id"], unique=False)
    op.create_index("ix_drafts_open", "drafts", ["jurisdiction", "id"], unique=False, **only("state = 'open'"))
    op.create_index(
        "ix_drafts_returned",
        "drafts",
        ["jurisdiction", "prepared_by", "id"],
        unique=False,
        **only("returned IS NOT NULL"),
    )


def _materials() -> None:
    op.create_table(
        "materials",
        *keys("id", "case_id"),
        *integers("version", "cycle"),
        *strings("kind"),
        *integers("measure_no", nullable=True),
        *strings("sha256", "name"),
        *bigs("size"),
        *keys("added_by", nullable=True),
        primary("materials", "id"),
        *refers("materials", case_id="cases.id", added_by="people.id"),
    )
    op.create_index("ix_materials_case_id_kind", "materials", ["case_id", "kind"], unique=False)


def _measures() -> None:
    op.create_table(
        "measures",
        *keys("case_id"),
        *integers("no"),
        *strings("text", "person", "department"),
        *dates("due_on", nullable=True),
        *strings("checked_by", "why"),
        primary("measures", "case_id", "no"),
        *refers("measures", case_id="cases.id"),
    )


def _opinions() -> None:
    op.create_table(
        "opinions",
        *keys("case_id"),
        *integers("version"),
        *strings("role"),
        *keys("person_id"),
        *strings("opinion"),
        primary("opinions", "case_id", "version"),
        *refers("opinions", case_id="cases.id", person_id="people.id"),
        one_of("opinions", "opinion", "agree", "return"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        *keys("id", "jurisdiction"),
        *bigs("idx"),
        *keys("case_id"),
        *strings("post", "template", "facts"),
        *bigs("made_at"),
        *bigs("expanded_at", nullable=True),
        primary("outbox", "id"),
        *refers("outbox", jurisdiction="jurisdictions.id", case_id="cases.id"),
        unique("outbox", "jurisdiction", "idx", "post"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"], unique=False)
    op.create_index("ix_outbox_waiting", "outbox", ["id"], unique=False, **only("expanded_at IS NULL"))


def _progress() -> None:
    op.create_table(
        "progress",
        *keys("case_id"),
        *integers("version", "measure_no"),
        *strings("text", "figures"),
        primary("progress", "case_id", "version"),
        *refers("progress", case_id="cases.id"),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        *keys("case_id"),
        *integers("version"),
        *strings("action"),
        *dates("due_on"),
        *integers("signed_version", nullable=True),
        *keys("signed_by", nullable=True),
        primary("receipts", "case_id", "version"),
        *refers("receipts", case_id="cases.id", signed_by="people.id"),
    )


def _results() -> None:
    op.create_table(
        "results",
        *keys("case_id"),
        *integers("version"),
        *strings("kind"),
        *bigs("amount"),
        primary("results", "case_id", "version", "kind"),
        *refers("results", case_id="cases.id"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *keys("id", "outbox_id", "case_id", "person_id"),
        *strings("message_id", "state"),
        *integers("tries"),
        *bigs("next_at"),
        *bigs("claimed_until", "sent_at", nullable=True),
        *strings("last_error"),
        primary("deliveries", "id"),
        *refers("deliveries", outbox_id="outbox.id", case_id="cases.id", person_id="people.id"),
        one_of("deliveries", "state", "waiting", "sent", "failed", "dropped"),
        unique("deliveries", "message_id"),
        unique("deliveries", "outbox_id", "person_id"),
    )
    op.create_index("ix_deliveries_case_id", "deliveries", ["case_id"], unique=False)
    op.create_index("ix_deliveries_due", "deliveries", ["next_at", "id"], unique=False, **only("state = 'waiting'"))
    op.create_index("ix_deliveries_state_id", "deliveries", ["state", "id"], unique=False)


def _draft_cases() -> None:
    op.create_table(
        "draft_cases",
        *keys("draft_id", "case_id"),
        primary("draft_cases", "draft_id", "case_id"),
        *refers("draft_cases", draft_id="drafts.id", case_id="cases.id"),
    )
    op.create_index("ix_draft_cases_case_id", "draft_cases", ["case_id"], unique=False)
