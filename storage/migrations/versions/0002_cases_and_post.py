"""The case 问题, what stands beside it, and the post."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, check, dates, flags, integers, keys, only, primary, refers, strings, unique

revision = "0002"
down_revision = "0001"

TABLES = (
    "cases", "clocks", "alerts", "measures", "progress", "materials", "opinions", "receipts", "results", "drafts",
    "outbox", "deliveries",
)  # fmt: skip


def upgrade() -> None:
    _the_case()
    _beside_the_case()
    _what_people_do()
    _post()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _the_case() -> None:
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
        *flags("void"),
        *bigs("settled_at", "wake_at", "retry_at", nullable=True),
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
        unique("cases", "inspection_id", "number"),
        check("cases", "kind_known", "kind IN ('at_once', 'focused', 'continuing', 'standing')"),
        check(
            "cases",
            "settled_has_instant",
            "(state IN ('publicized', 'withheld', 'withdrawn')) = (settled_at IS NOT NULL)",
        ),
        check(
            "cases",
            "state_known",
            "state IN ('feedback', 'disputed', 'claimed', 'plan_review', 'rectifying', 'submitted', 'verified', "
            "'escalated', 'publicized', 'withheld', 'withdrawn')",
        ),
        check("cases", "version_counts", "version > 0 AND shown_version <= version"),
    )
    op.create_index(
        "ix_cases_jurisdiction_answerable_id_state_id",
        "cases",
        ["jurisdiction", "answerable_id", "state", "id"],
    )
    op.create_index("ix_cases_jurisdiction_round_id_id", "cases", ["jurisdiction", "round_id", "id"])
    op.create_index("ix_cases_jurisdiction_state_id", "cases", ["jurisdiction", "state", "id"])
    op.create_index("ix_cases_jurisdiction_unit_id_id", "cases", ["jurisdiction", "unit_id", "id"])
    op.create_index("ix_cases_wake_at", "cases", ["wake_at", "id"], **only("wake_at IS NOT NULL"))


def _beside_the_case() -> None:
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
        primary("clocks", "case_id", "name"),
        *refers("clocks", case_id="cases.id"),
    )
    op.create_table(
        "alerts",
        *keys("case_id"),
        *strings("rule", "rung"),
        *integers("period", "version"),
        *flags("skipped"),
        primary("alerts", "case_id", "rule", "rung", "period"),
        *refers("alerts", case_id="cases.id"),
    )
    op.create_table(
        "measures",
        *keys("case_id"),
        *integers("no"),
        *strings("text", "person", "department"),
        *dates("due_on", nullable=True),
        *strings("checked_by"),
        primary("measures", "case_id", "no"),
        *refers("measures", case_id="cases.id"),
    )
    op.create_table(
        "progress",
        *keys("case_id"),
        *integers("version", "measure_no"),
        *strings("text", "figures"),
        primary("progress", "case_id", "version"),
        *refers("progress", case_id="cases.id"),
    )
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
    op.create_index("ix_materials_case_id_kind", "materials", ["case_id", "kind"])


def _what_people_do() -> None:
    op.create_table(
        "opinions",
        *keys("case_id"),
        *integers("version"),
        *strings("role"),
        *keys("person_id"),
        *strings("opinion"),
        primary("opinions", "case_id", "version"),
        *refers("opinions", case_id="cases.id", person_id="people.id"),
        check("opinions", "opinion_known", "opinion IN ('agree', 'return')"),
    )
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
    op.create_table(
        "results",
        *keys("case_id"),
        *integers("version"),
        *strings("kind"),
        *bigs("amount"),
        primary("results", "case_id", "version", "kind"),
        *refers("results", case_id="cases.id"),
    )
    op.create_table(
        "drafts",
        *keys("id", "jurisdiction", "case_id"),
        *strings("action", "intent"),
        *keys("prepared_by"),
        *strings("prepared_role", "shown"),
        *bigs("at"),
        *strings("state"),
        primary("drafts", "id"),
        *refers("drafts", jurisdiction="jurisdictions.id", case_id="cases.id", prepared_by="people.id"),
        check("drafts", "state_known", "state IN ('open', 'confirmed', 'dropped')"),
    )
    op.create_index("ix_drafts_case_id", "drafts", ["case_id"])


def _post() -> None:
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
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_waiting", "outbox", ["id"], **only("expanded_at IS NULL"))
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
        unique("deliveries", "message_id"),
        unique("deliveries", "outbox_id", "person_id"),
        check("deliveries", "state_known", "state IN ('waiting', 'sent', 'failed', 'dropped')"),
    )
    op.create_index("ix_deliveries_case_id", "deliveries", ["case_id"])
    op.create_index("ix_deliveries_due", "deliveries", ["next_at", "id"], **only("state = 'waiting'"))
