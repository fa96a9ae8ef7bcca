"""THE PAPERS 文书: which there are, one row each. Data only.

A row says what a paper covers, how it is laid out, whose it is, who drafts, checks, countersigns and issues it, which move or
rung of the life it belongs to, to whom it goes, and by which filling it is made. Adding a paper is one row and one filling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from states import (
    ACTIONS,
    CLOCKS,
    DISCIPLINE,
    GROUP,
    HANDLER,
    HEAD,
    LEADER,
    MATERIALS,
    OFFICE,
    ORGANISATION,
    ROLES,
    RUNGS,
    SECRETARY,
    TEAM,
)

CASE, UNIT, ROUND, PLACE = "case", "unit", "round", "place"
COVERS: Final = {CASE: "一个问题", UNIT: "一轮中的一个党组织", ROUND: "一轮", PLACE: "全部轮次"}
LETTER, RED, REPORT, FORM, LIST = "letter", "red", "report", "form", "list"
SCHEMES: Final = {
    LETTER: "信函格式",
    RED: "红头文件",
    REPORT: "报告（有签发人）",
    FORM: "表、单、稿",
    LIST: "清单（横排）",
}
ISSUERS: Final = {OFFICE: "巡察办", GROUP: "领导小组", UNIT: "党组织", TEAM: "巡察组"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A paper: its row of the table."""

    name: str
    shown: str
    covers: str
    scheme: str
    issuer: str
    of: tuple[str, ...]
    """The moves, and the rungs as clock.rung, to which it belongs."""
    filling: str
    to: tuple[str, ...] = ()
    """The roles to which it is addressed; the unit itself stands for its secretary."""
    drafts: str = OFFICE
    checks: tuple[str, ...] = ()
    countersigns: tuple[str, ...] = ()
    """Who countersigns the draft 会签 before it is issued."""
    issues: str = HEAD
    copies: tuple[str, ...] = ()
    numbered: bool = False
    stamped: bool = False
    receipt: bool = False
    opened: bool = False
    """Whoever signs for it opens it: it is not signed for together with others."""
    signs: tuple[str, ...] = ()
    """Who else signs on the printed form, by hand."""
    drafted_by: tuple[str, ...] = ()
    """The rungs, as clock.rung, and the acts of the clock that draft it by themselves: one for a unit, a rung and a day."""
    material: str = ""
    """As which material 材料 it comes back, signed and stamped, where a move wants it."""

    tables: tuple[str, ...] = ()
    """The tables of figures 统计表 behind it, by name; what has any, says figures as of a day and lists no cases."""
    months: int = 0
    """Over how many months of reporting it looks back; the clock drafts what looks back over one."""

    @property
    def counts(self) -> bool:
        """Say whether it is made of figures, not of cases."""
        return bool(self.tables) or self.covers == PLACE

    @property
    def for_its_unit(self) -> bool:
        """Say whether the unit that it is about reads it: it is addressed to it, or its own; what goes to others about it is theirs."""
        return self.issuer == UNIT or SECRETARY in self.to

    @property
    def receipts(self) -> tuple[str, ...]:
        """Return the roles that owe a receipt, each its own: those to whom it is addressed, else those who get a copy."""
        return (self.to or self.copies) if self.receipt else ()

    @property
    def said_of(self) -> str:
        """Return in words to which moves and rungs it belongs."""
        return "、".join(map(_shown, self.of))


PARTIES: Final = (DISCIPLINE, ORGANISATION)

# fmt: off
KINDS: Final = {one.name: one for one in (
    # --- start 反馈 --------------------------------------------------------------------------------------------------
    Kind("feedback", "反馈意见与问题清单", UNIT, RED, TEAM, ("feed_back",), "feedback", (SECRETARY,), TEAM, (OFFICE,), (), HEAD, (LEADER, *PARTIES), numbered=True, stamped=True, receipt=True, material="opinion_letter"),
    Kind("copy_sheet", "抄告单（呈送单）", UNIT, FORM, OFFICE, ("feed_back", "amend", "list_ordered"), "copy_sheet", (LEADER, *PARTIES), OFFICE, (), (), HEAD, numbered=True, stamped=True, receipt=True),
    Kind("order_at_once", "立行立改通知书", UNIT, LETTER, OFFICE, ("order_at_once",), "order_at_once", (SECRETARY,), TEAM, (OFFICE,), (), HEAD, (LEADER,), numbered=True, stamped=True, receipt=True, material="at_once_notice"),
    # --- plan 方案 ---------------------------------------------------------------------------------------------------
    Kind("plan", "整改方案", UNIT, REPORT, UNIT, ("submit_plan",), "plan", (OFFICE,), drafts=HANDLER, issues=SECRETARY, copies=PARTIES, numbered=True, stamped=True, material="plan"),
    Kind("plan_commitment", "方案承诺书", UNIT, FORM, UNIT, ("submit_plan",), "plan_commitment", (OFFICE,), drafts=HANDLER, issues=SECRETARY, material="plan_commitment"),
    Kind("commitment", "真实性承诺书", UNIT, FORM, UNIT, ("submit",), "commitment", (OFFICE,), drafts=HANDLER, issues=SECRETARY, material="commitment"),
    Kind("review_sheet", "联审意见表", UNIT, FORM, OFFICE, ("opine",), "review_sheet", (TEAM, *PARTIES), OFFICE, (), (), HEAD, stamped=True, signs=(TEAM, *PARTIES)),
    Kind("review_summary", "联审意见汇总", UNIT, LIST, OFFICE, ("return_plan", "approve_plan"), "review_summary", (SECRETARY,), OFFICE, (), (), HEAD, stamped=True, material="opinions"),
    # --- rectify 整改 ------------------------------------------------------------------------------------------------
    Kind("supervision_notice", "整改督查督办通知书", UNIT, LETTER, OFFICE, ("approve_plan",), "supervision_notice", (SECRETARY,), issues=HEAD, copies=(LEADER,), numbered=True, stamped=True, receipt=True),
    Kind("guidance", "整改阶段督查指导书", UNIT, LETTER, OFFICE, ("check",), "guidance", (SECRETARY,), issues=HEAD, copies=(LEADER,), numbered=True, stamped=True, receipt=True),
    Kind("reminder", "整改情况提醒书", UNIT, LETTER, OFFICE, ("remind", "claim.half", "plan.yellow", "rectify.yellow", "rectify_short.half"), "reminder", (SECRETARY,), issues=HEAD, copies=(LEADER,), numbered=True, stamped=True, receipt=True, drafted_by=("claim.half", "plan.yellow", "rectify.yellow", "rectify_short.half")),
    Kind("warning", "整改情况告诫书", UNIT, LETTER, OFFICE, ("remind", "claim.red", "plan.red", "rectify.red", "rectify_short.red"), "warning", (SECRETARY,), OFFICE, (HEAD,), (DISCIPLINE,), HEAD, (LEADER, DISCIPLINE), numbered=True, stamped=True, receipt=True, opened=True, drafted_by=("claim.red", "plan.red", "rectify.red", "rectify_short.red")),
    Kind("talk_notice", "约谈通知书", UNIT, LETTER, OFFICE, ("rectify.red", "flag"), "talk_notice", (SECRETARY,), OFFICE, (HEAD,), PARTIES, GROUP, PARTIES, numbered=True, stamped=True, receipt=True, opened=True, drafted_by=("flag",)),
    Kind("talk_record", "约谈记录", UNIT, FORM, OFFICE, ("rectify.red", "flag"), "talk_record", (SECRETARY,), issues=HEAD),
    Kind("supervision_order", "督办单", UNIT, FORM, OFFICE, ("escalate", "escalate_by_hand", "order_plan", "order_rework"), "supervision_order", (SECRETARY,), OFFICE, (HEAD,), PARTIES, GROUP, (LEADER, *PARTIES), numbered=True, stamped=True, receipt=True, opened=True, material="order"),
    Kind("extension_request", "延期申请", CASE, FORM, UNIT, ("request_extension",), "extension_request", (OFFICE,), drafts=HANDLER, issues=SECRETARY, numbered=True, stamped=True),
    Kind("extension_answer", "延期批复", CASE, LETTER, OFFICE, ("grant_extension", "refuse_extension"), "extension_answer", (SECRETARY,), issues=HEAD, copies=(LEADER,), numbered=True, stamped=True, receipt=True),
    Kind("handover", "整改责任交接单", UNIT, FORM, UNIT, ("hand_over",), "handover", (OFFICE,), drafts=HANDLER, issues=SECRETARY, material="handover_sheet"),
    # --- report and acceptance 报告与验收 ----------------------------------------------------------------------------
    Kind("progress_report", "整改进展情况报告", UNIT, REPORT, UNIT, ("submit",), "progress_report", (OFFICE,), drafts=HANDLER, issues=SECRETARY, copies=PARTIES, numbered=True, stamped=True, material="report"),
    Kind("principal_report", "主要负责人组织落实整改情况报告", UNIT, REPORT, UNIT, ("submit",), "principal_report", (OFFICE,), drafts=HANDLER, issues=SECRETARY, copies=PARTIES, numbered=True, stamped=True),
    Kind("closing_request", "销号申请表", CASE, FORM, UNIT, ("submit", "submit_at_once"), "closing_request", (OFFICE,), drafts=HANDLER, issues=SECRETARY, stamped=True, signs=(TEAM, *PARTIES)),
    Kind("acceptance", "验收记录", UNIT, FORM, OFFICE, ("verify", "continue_work", "return_work"), "acceptance", (SECRETARY,), OFFICE, (), (), HEAD, material="acceptance_record", signs=(TEAM, DISCIPLINE)),
    Kind("ballot", "满意度测评表", UNIT, FORM, OFFICE, ("verify",), "ballot"),
    Kind("score_sheet", "整改成效评分表", UNIT, FORM, OFFICE, ("verify",), "score_sheet", signs=PARTIES),
    Kind("return_notice", "退回再整改通知", UNIT, LETTER, OFFICE, ("return_work", "reopen"), "return_notice", (SECRETARY,), issues=HEAD, copies=(LEADER,), numbered=True, stamped=True, receipt=True),
    Kind("accountability", "问责建议书", UNIT, LETTER, GROUP, ("flag", "put_to_group"), "accountability", (DISCIPLINE,), OFFICE, (HEAD,), PARTIES, GROUP, numbered=True, stamped=True, receipt=True),
    Kind("clue_transfer", "问题线索移交函", ROUND, LETTER, OFFICE, (), "clue_transfer", (DISCIPLINE,), OFFICE, (HEAD,), (), GROUP, numbered=True, stamped=True, receipt=True),
    Kind("inspection_advice", "巡察建议书", ROUND, LETTER, GROUP, (), "inspection_advice", (), TEAM, (OFFICE, HEAD), (), GROUP, (LEADER, *PARTIES), numbered=True, stamped=True, receipt=True),
    # --- open, look back 公开与回头看 ---------------------------------------------------------------------------------
    Kind("publication", "公开稿", UNIT, FORM, UNIT, ("approve_text", "publicize"), "publication", (), drafts=HANDLER, issues=SECRETARY, checks=(OFFICE,), material="text"),
    Kind("publication_approval", "公开审批表", UNIT, FORM, UNIT, ("approve_text", "publicize"), "publication_approval", (OFFICE,), drafts=HANDLER, issues=SECRETARY, stamped=True),
    Kind("withholding_approval", "不予公开审批表", CASE, FORM, UNIT, ("withhold",), "withholding_approval", (OFFICE,), HANDLER, (OFFICE,), (), GROUP, stamped=True, material="consent"),
    Kind("look_back", "回头看核查表", CASE, FORM, OFFICE, ("looked_back", "reopen", "look_back.day"), "look_back", material="check_sheet", signs=(DISCIPLINE,)),
    # --- figures 统计 ------------------------------------------------------------------------------------------------
    Kind("monthly_report", "整改情况月报", PLACE, REPORT, OFFICE, (), "periodic_report", (GROUP,), copies=PARTIES, numbered=True, stamped=True, tables=("unit", "warnings", "letters", "late"), months=1),
    Kind("quarterly_report", "整改情况季报", PLACE, REPORT, OFFICE, (), "periodic_report", (GROUP,), copies=PARTIES, numbered=True, stamped=True, tables=("unit", "results", "warnings", "letters", "late"), months=3),
    Kind("period_report", "集中整改期满报告", ROUND, REPORT, OFFICE, (), "period_report", (GROUP,), copies=PARTIES, numbered=True, stamped=True, tables=("unit", "aspect", "responsible", "results", "clues", "warnings", "letters", "late")),
    Kind("round_report", "轮次综合报告", ROUND, REPORT, GROUP, (), "round_report", (), OFFICE, (HEAD,), (), GROUP, numbered=True, stamped=True, tables=("unit", "aspect", "responsible", "results", "clues", "warnings", "letters", "late")),
    Kind("term_review", "届综述", PLACE, REPORT, GROUP, (), "term_review", (), OFFICE, (HEAD,), (), GROUP, numbered=True, stamped=True, tables=("round", "sort", "results")),
    Kind("correction_note", "更正说明", PLACE, LETTER, OFFICE, (), "correction_note", (GROUP,), copies=PARTIES, numbered=True, stamped=True),
)}
# fmt: on


def _shown(name: str) -> str:
    clock, _, rung = name.partition(".")
    return f"{CLOCKS[clock].shown}时限·{RUNGS[rung]}" if rung else ACTIONS[name].shown


def faults() -> Iterator[str]:
    """Yield what the table says and the life does not know: a name misspelt stops the start."""
    for one in KINDS.values():
        for name in (*one.of, *one.drafted_by):
            clock, _, rung = name.partition(".")
            known = name in ACTIONS or (clock in CLOCKS and rung in {step.name for step in CLOCKS[clock].rungs})
            if not known:
                yield f"{one.name}: states.py 没有 {name}"
        roles = {*one.to, one.drafts, *one.checks, *one.countersigns, *one.signs, one.issues, *one.copies}
        yield from (f"{one.name}: 没有角色 {role}" for role in sorted(roles - set(ROLES)))
        for said, table in ((one.covers, COVERS), (one.scheme, SCHEMES), (one.issuer, ISSUERS)):
            if said not in table:
                yield f"{one.name}: 没有 {said}"
        if one.material and one.material not in MATERIALS:
            yield f"{one.name}: 没有材料 {one.material}"


if wrong := list(faults()):
    raise LookupError("；".join(wrong))
