"""THE LIFE of a case 问题: states, roles, materials, moves and clocks. Data only, standard library only; what a row may say stands in grammar.py."""

from __future__ import annotations

from typing import Final

import grammar
from grammar import Clock, Criterion, FilingKind, Move, Overruled, Rung, State, ask

# --- roles 角色 ----------------------------------------------------------------------------------------------------
SECRETARY, HANDLER, TEAM, OFFICE = grammar.SECRETARY, "handler", "team", "office"
DISCIPLINE, ORGANISATION, LEADER, GROUP = "discipline", "organisation", "leader", "leading_group"
PUBLICITY, RESIDENT = "publicity", "resident"
HEAD, AUDITOR, CLOCK = "head", "auditor", grammar.CLOCK
ROLES: Final = {
    SECRETARY: "党组织书记", HANDLER: "整改联络员", TEAM: "巡察组", OFFICE: "巡察办", DISCIPLINE: "纪委监委",
    ORGANISATION: "组织部", LEADER: "分管市（县）领导", GROUP: "巡察工作领导小组", HEAD: "巡察办主任",
    AUDITOR: "监督审计员", "sysadmin": "系统管理员", "secadmin": "安全管理员", "secauditor": "安全审计员", PUBLICITY: "宣传部", RESIDENT: "派驻纪检监察组",
}  # fmt: skip
UNIT_ROLES: Final = (SECRETARY, HANDLER)
SYSADMIN, SECADMIN, SECAUDITOR = "sysadmin", "secadmin", "secauditor"
# Behind a unit's name the role is short: 城伯镇党委书记.
IN_UNIT: Final = {SECRETARY: "书记", HANDLER: "整改联络员"}
ADMINISTRATORS: Final = (SYSADMIN, SECADMIN, SECAUDITOR)
"""Three different people, and none of them has anything to do with cases."""
CASE_ROLES: Final = (
    SECRETARY,
    HANDLER,
    TEAM,
    OFFICE,
    DISCIPLINE,
    ORGANISATION,
    LEADER,
    HEAD,
    GROUP,
    AUDITOR,
    PUBLICITY,
    RESIDENT,
)
"""Who has to do with cases."""
PLACED: Final = (SECRETARY, HANDLER, TEAM, OFFICE, DISCIPLINE, ORGANISATION, LEADER, AUDITOR, PUBLICITY, RESIDENT)
"""Whose post may name a unit: then it reaches that alone, and without one the whole jurisdiction; of UNIT_ROLES it must name one."""
# How a post is held: in one's own right, in charge of all of it by a document, or in somebody's place for some days.
HELD, ACTING, STAND_IN = "", "acting", "stand_in"
CAPACITIES: Final = {HELD: "", ACTING: "主持工作", STAND_IN: "代班"}

# --- states 状态 ---------------------------------------------------------------------------------------------------
UNBORN: Final = grammar.UNBORN
FEEDBACK, DISPUTED, CLAIMED, PLAN_REVIEW = "feedback", "disputed", "claimed", "plan_review"
RECTIFYING, SUBMITTED, VERIFIED, ESCALATED = "rectifying", "submitted", "verified", "escalated"
PUBLICIZED, WITHHELD, WITHDRAWN = "publicized", "withheld", "withdrawn"


# fmt: off
STATES: Final = {s.name: s for s in (
    State(FEEDBACK, "待认领", "问题已反馈给党组织，还没有认领；认领期限在走", SECRETARY,
          "认领，或立行立改；有异议的，在认领期限前提出异议；逾期够条件的升级督办，也可提级督办"),
    State(DISPUTED, "复核中", "党组织对事实、数字、主体有异议，或认为重复，正在核查；认领期限暂停", OFFICE,
          "维持原问题，或更正后维持，仍须认领；或撤销问题；巡察办还没有起草决定时，党组织可以撤回异议"),
    State(CLAIMED, "待报方案", "党组织已认领，还没有报整改方案（或方案被退回、撤回）；同一次巡察的问题一起报，可连同本轮其他村（社区）", SECRETARY,
          "报送方案；代录的认领书记不认的，退回重新认领；逾期够条件的升级督办，也可提级督办"),
    State(PLAN_REVIEW, "联审中", "方案已报，巡察组、纪委监委、组织部各提一次意见；党组织的期限暂停", OFFICE,
          "批准方案，或退回方案；没有人提意见以前，党组织可以撤回方案；也可提级督办"),
    State(RECTIFYING, "整改中", "正按批准的方案、立行立改的措施或督办的决定整改；整改期限在走", SECRETARY,
          "申请销号，巡察期间交办的办理立行立改销号申请；代录的立行立改书记不认的，退回重新认领；逾期够条件的升级督办，也可提级督办"),
    State(SUBMITTED, "待验收", "党组织认为已经改完，等验收；是否逾期看申请之日，党组织的期限暂停", OFFICE,
          "验收销号，或基本完成并持续整改，或退回再整改；没有人提意见以前，党组织可以撤回申请；也可提级督办"),
    State(VERIFIED, "待公开", "验收通过，计入完成；整改情况还没有公开。巡察期间交办的随整次巡察公开，不单独公开，巡察办到期复查", SECRETARY,
          "公开稿审定以后公开，或经领导小组同意不予公开；验收有误的更正撤销销号；检查不合格的回头看退回重改"),
    State(ESCALATED, "督办中", "升级或提级督办，等领导小组决定；党组织照样算逾期，但可以继续整改", OFFICE,
          "有批准的方案的责令再整改，没有的责令认领报方案；党组织改完了，也可以直接申请销号，巡察期间交办的办理立行立改销号申请"),
    State(PUBLICIZED, "已公开", "整改情况已公开，办结；到期整改复查", OFFICE, "就此办结；整改复查合格的记下，不合格的回头看退回重改", settled=True),
    State(WITHHELD, "不予公开", "验收通过，经领导小组同意不公开，办结；到期复审理由", OFFICE,
          "就此办结；复审后理由已消除的解除不予公开，仍在的继续不予公开；整改复查不合格的回头看退回重改", settled=True),
    State(WITHDRAWN, "已撤销", "异议成立而撤销，或重复、录入有误而作废；不再计数", None, "就此办结，再没有下一步", settled=True),
)}
# fmt: on
SETTLED: Final = tuple(s.name for s in STATES.values() if s.settled)
OPEN: Final = tuple(s.name for s in STATES.values() if not s.settled)
DONE: Final = (VERIFIED, PUBLICIZED, WITHHELD)

# --- kinds of rectification 整改类型 -------------------------------------------------------------------------------
AT_ONCE, FOCUSED, CONTINUING, STANDING = "at_once", "focused", "continuing", "standing"
KINDS: Final = {AT_ONCE: "立行立改", FOCUSED: "集中整改", CONTINUING: "持续整改", STANDING: "长期坚持"}

# --- materials 佐证材料; "@" stands behind one that is wanted once per measure --------------------------------------
MATERIALS: Final = {
    "problem_list": "问题清单", "opinion_letter": "反馈意见", "statement": "情况说明", "evidence": "佐证材料",
    "fact_check": "核查情况", "minutes": "领导小组会议纪要", "plan": "整改方案", "plan_commitment": "方案承诺书",
    "opinions": "联审意见汇总", "report": "整改报告", "commitment": "真实性承诺", "acceptance_record": "验收记录",
    "text": "公开稿", "proof_party": "党内公开证明", "proof_society": "社会公开证明", "written_reason": "不予公开书面理由",
    "consent": "领导小组同意意见", "check_sheet": "回头看核查表", "finding": "认定材料", "order": "督办单",
    "group_report": "提请报告", "figures": "整改成效凭证", "transfer_document": "变更责任主体的文件",
    "check_record": "督查检查记录", "at_once_notice": "立行立改通知书", "handover_sheet": "责任交接单（三方签字的扫描件）",
    "signed_paper": "单位签字件（扫描件）", "copy_answer": "回复（批示）件",
}  # fmt: skip

# --- what a ledger says of the unit's own side: imports fill it, and moves write the first three ---------------------
UNIT_SIDE: Final = {
    "responsible": "责任领导", "department": "责任部门", "person": "责任人", "measures_said": "整改措施（台账）", "said": "单位自述",
    "note": "备注",
}  # fmt: skip


# --- filings 报送件: one document and one signature for cases of one round for which one unit answers ------------------
FILINGS: Final = {
    f.name: f
    for f in (
        FilingKind("plan", "整改方案", "plan", "plan_commitment"),
        FilingKind("report", "整改报告", "report", "commitment"),
        FilingKind("publication", "公开情况", "text"),
        FilingKind("handover", "责任交接单", "handover_sheet", over_rounds=True),
    )
}

# --- answers: types are text, date, int, measures, judged, rules, sums, people, results, case, unit, and choice:a|b; "?" marks one that may be left out
ANSWERS: Final = {
    "feedback_on": "反馈日期", "kind": "整改类型", "responsible": "责任领导", "department": "责任部门", "person": "责任人",
    "measure": "整改措施", "ground": "理由类别", "reason": "理由", "duplicate_of": "重复的问题", "measures": "整改措施清单", "judged": "逐项核查",
    "new_on": "新的期限", "agreed_on": "商定期限", "root_cause": "原因剖析", "elsewhere": "举一反三", "results": "整改成效",
    "rules": "制度清单", "sums": "资金清单", "people": "人员处理清单",
    "next_review_on": "下次复核日期", "last_on": "最后期限", "conclusion": "验收结论", "where": "公开位置", "from_on": "公开起日",
    "to_on": "公开止日", "scope": "范围", "review_on": "复审日期", "what_failed": "不合格情形", "final_on": "最终期限",
    "plan_on": "报方案期限", "opinion": "意见", "text": "内容", "figures": "成效数字", "measure_no": "哪一项措施",
    "until": "延期日期", "meeting_on": "上会日期", "minute_no": "会议纪要文号", "minute_on": "会议日期",
    "not_adopted": "不予采纳的理由", "passed_over": "逾期未反馈的说明", "successor": "接手的党组织",
    "ledger_state": "台账中的状态", "ledger_measures": "台账中的整改措施", "extended_to": "延期至", "extended": "延期次数", "returned": "退回次数",
    "done_on": "完成日期", "closed_on": "销号日期", "published_on": "公开日期",
    "new_problem": "更正后的问题", "new_detail": "更正后的具体表现", "new_amount": "更正后的涉及金额",
    "checked_on": "检查日期", "method": "检查方式", "found": "检查情况", "giver": "交出人", "absent_why": "交出人不能签字的原因",
    "matters": "需要说明的事项", "briefed_on": "重新反馈日期",
    "done_by": "整改期限", "said": "整改结果", "list_number": "反馈清单中的编号",
    "assistant": "协办单位", "asked": "请其协办的事项",
    "part_number": "拆出问题的编号", "part_unit": "拆出问题的责任党组织", "part_problem": "拆出的问题", "part_detail": "拆出的具体表现",
    "part_amount": "拆出的涉及金额", "reply_by": "回复期限", "kept_problem": "原问题留下的文字", "kept_detail": "原问题留下的具体表现", "kept_amount": "原问题留下的涉及金额",
}  # fmt: skip
CHOICES: Final = {
    "fact": "事实不符", "figure": "数字有误", "unit": "主体有误", "duplicate": "重复", "error": "录入有误",
    "agree": "同意", "return": "退回", "1": "涉及国家秘密、党内秘密", "2": "初核、立案未公开", "3": "可能引发炒作",
    "4": "可能引发群体性事件", "5": "其他重大敏感事项", "merged": "机构撤并", "restructured": "职责调整", "on_site": "实地查看", "papers": "查阅资料",
    "talks": "个别谈话", "unannounced": "暗访", **KINDS,
}  # fmt: skip


TRUE, FALSE, UNDONE = "true", "false", "undone"
JUDGED_AS: Final = {TRUE: "属实", FALSE: "不实", UNDONE: "未完成"}
"""How each measure is judged at acceptance."""


GIVER, WITNESS, TAKER = "giver", "witness", "taker"
COSIGNERS: Final = {GIVER: "交出人", WITNESS: "监交人", TAKER: "接收人"}
"""Who signs a hand-over 责任交接: who leaves, who sees to it, and who takes over, whose signature makes it."""


RESPONSIBLE, MINUTES = "responsible department person", "minute_no minute_on:date"


OVERRULED: Final = {
    o.answer: o
    for o in (
        Overruled(
            "no_objection",
            "逾期未反馈，按时限方案视为无意见",
            "贵方的意见逾期未反馈，按时限方案视为无意见。",
            said=False,
        ),
        Overruled("passed_over", "逾期未反馈，说明见上", "贵方的意见逾期未反馈，已按期限办理，说明请登录系统查看。"),
        Overruled("not_adopted", "退回意见未予采纳，理由见上", "贵方的退回意见未予采纳，理由请登录系统查看。"),
        Overruled(
            "minute_no", "意见为退回，由领导小组决定", "贵方的意见为退回，此事由领导小组决定，决定请登录系统查看。"
        ),
    )
}
LISTED = "rules:rules? sums:sums? people:people?"
OVERRULING = "not_adopted:text? passed_over:text? minute_no:text? minute_on:date?"
BINDING = ("opinions_in", "dissent_decided", "dissent_answered", "as_the_meeting_has_it")
TAKEN_OVER_AS = f"feedback_on:date kind:choice:{'|'.join(KINDS)} ledger_state:text?"
COUNTED = "extended_to:date? extended:int? returned:int?"
ANY = tuple(STATES)
WITH_CLOCK = tuple(s for s in STATES if s != WITHDRAWN)
AFTER_AN_ORDER = (CLAIMED, PLAN_REVIEW, RECTIFYING, SUBMITTED, VERIFIED, ESCALATED, PUBLICIZED, WITHHELD)
"""Where a case may be that was ordered at once."""
UNIT_OWES, PARTIES = (FEEDBACK, CLAIMED, RECTIFYING), (DISCIPLINE, ORGANISATION)
OPINING: Final = (TEAM, *PARTIES, PUBLICITY, RESIDENT, LEADER, OFFICE)
"""Who may be a party to joint review 联审 and acceptance 验收; which of them are, the profile says."""
PAPERED = (FEEDBACK, DISPUTED, CLAIMED, PLAN_REVIEW, RECTIFYING, SUBMITTED, ESCALATED, PUBLICIZED)
"""Where a case may be while a paper that the office entered waits for the secretary: nothing is accepted on it before."""
SIGNED_PAPER: Final = "signed_paper"
"""The material that is the paper itself, of what the office enters from it."""
COPIED: Final = (LEADER, *PARTIES)
"""To whom what is fed back goes as well: 呈送 the leader in charge, 抄告 the departments."""
KNOW_THE_GROUND = (OFFICE, *PARTIES, LEADER, GROUP, HEAD, AUDITOR)
"""Who may know why something is not made public 不予公开."""

# fmt: off
MOVES: Final = (
    # --- moves that change the state ------------------------------------------------------------------------------
    Move("feed_back", "反馈", (UNBORN,), FEEDBACK, (OFFICE,), needs=("problem_list", "opinion_letter?"), asks=ask(f"feedback_on:date kind:choice:{'|'.join(KINDS)} reply_by:date?"),
         only_if=("units_in_being", "round_goes_on", "number_free", "reply_by_ahead"), then=("be_born", "run_claim"), tells=(SECRETARY, HANDLER, *COPIED), copied=COPIED),
    Move("order_at_once", "立行立改交办", (UNBORN,), RECTIFYING, (OFFICE,), needs=("at_once_notice",), asks=ask("responsible department:text? person:text? done_by:date"),
         only_if=("units_in_being", "round_goes_on", "number_free", "inspection_under_way", "done_before_they_leave", "not_tied"), then=("be_ordered", "name_responsible", "take_the_notice_for_measure", "run_ordered"), tells=(SECRETARY, LEADER), orders=True),
    Move("take_over_unclaimed", "存量转入（待认领）", (UNBORN,), FEEDBACK, (OFFICE,), needs=("problem_list",), asks=ask(TAKEN_OVER_AS),
         only_if=("units_in_being", "round_goes_on", "number_free"), then=("take_in", "run_claim", "tell_together"), tells=(SECRETARY, DISCIPLINE), second=True, takes_over=True, one_letter=True),
    Move("take_over_claimed", "存量转入（待报方案）", (UNBORN,), CLAIMED, (OFFICE,), needs=("problem_list",), asks=ask(TAKEN_OVER_AS),
         only_if=("units_in_being", "round_goes_on", "number_free"), then=("take_in", "run_plan", "tell_together"), tells=(SECRETARY, DISCIPLINE), second=True, takes_over=True, one_letter=True),
    Move("take_over_review", "存量转入（联审中）", (UNBORN,), PLAN_REVIEW, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures"),
         only_if=("units_in_being", "round_goes_on", "number_free"), then=("take_in", "take_measures_in", "run_review_anew", "tell_together"), tells=(SECRETARY, DISCIPLINE), second=True, takes_over=True, one_letter=True),
    Move("take_over", "存量转入（整改中）", (UNBORN,), RECTIFYING, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures {COUNTED}"),
         only_if=("units_in_being", "round_goes_on", "number_free", "extended_in_order"), then=("take_in", "take_measures_in", "stand_approved", "run_rectify_anew", "tell_together"), tells=(SECRETARY, DISCIPLINE), second=True, takes_over=True, one_letter=True),
    Move("take_over_submitted", "存量转入（待验收）", (UNBORN,), SUBMITTED, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures:text? {COUNTED} done_on:date?"),
         only_if=("units_in_being", "round_goes_on", "number_free", "extended_in_order", "closed_in_order"), then=("take_in", "take_measures_in", "stand_approved", "run_acceptance_anew", "tell_together"), tells=(SECRETARY, DISCIPLINE), second=True, takes_over=True, one_letter=True),
    Move("take_over_closed", "存量转入（已销号）", (UNBORN,), VERIFIED, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures:text? {COUNTED} done_on:date? closed_on:date"),
         only_if=("units_in_being", "round_goes_on", "number_free", "extended_in_order", "closed_in_order"), then=("take_in", "take_measures_in", "stand_approved", "stand_closed", "pool_for_look_back"), second=True, takes_over=True),
    Move("take_over_published", "存量转入（已公开）", (UNBORN,), PUBLICIZED, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures:text? {COUNTED} done_on:date? closed_on:date? published_on:date"),
         only_if=("units_in_being", "round_goes_on", "number_free", "extended_in_order", "closed_in_order"), then=("take_in", "take_measures_in", "stand_approved", "stand_closed", "stand_published", "pool_for_look_back"), second=True, takes_over=True),
    Move("take_over_withheld", "存量转入（不予公开）", (UNBORN,), WITHHELD, (OFFICE,), needs=("problem_list",), asks=ask(f"{TAKEN_OVER_AS} ledger_measures:text? {COUNTED} done_on:date? closed_on:date"),
         only_if=("units_in_being", "round_goes_on", "number_free", "extended_in_order", "closed_in_order"), then=("take_in", "take_measures_in", "stand_approved", "stand_closed", "settle", "run_ground_review_anew"), second=True, takes_over=True, known_to=KNOW_THE_GROUND, neutral="公开事项"),
    Move("split_off", "拆分产生（待认领）", (UNBORN,), FEEDBACK, (OFFICE,), asks=ask(f"feedback_on:date kind:choice:{'|'.join(KINDS)}"),
         only_if=("units_in_being", "number_free", "part_of_what_stands_there", "not_tied"), then=("be_born", "run_with_the_whole"), tells=(SECRETARY, HANDLER, LEADER, *PARTIES), second=True, split_off=True),
    Move("split_off_claimed", "拆分产生（待报方案）", (UNBORN,), CLAIMED, (OFFICE,), asks=ask(f"feedback_on:date kind:choice:{'|'.join(KINDS)}"),
         only_if=("units_in_being", "number_free", "part_of_what_stands_there", "not_tied"), then=("be_born", "run_with_the_whole"), tells=(SECRETARY, HANDLER, LEADER, *PARTIES), second=True, split_off=True),
    Move("claim", "认领", (FEEDBACK,), CLAIMED, (SECRETARY,), asks=ask(RESPONSIBLE),
         then=("name_responsible", "run_plan"), tells=(OFFICE, LEADER), on_paper=True),
    Move("rectify_at_once", "立行立改", (FEEDBACK,), RECTIFYING, (SECRETARY,), asks=ask(f"{RESPONSIBLE} measure"),
         only_if=("kind_is_at_once",), then=("name_responsible", "take_one_measure", "run_at_once"), tells=(OFFICE, TEAM), on_paper=True),
    Move("object", "提出异议", (FEEDBACK,), DISPUTED, (SECRETARY,), needs=("statement", "evidence"), asks=ask("ground:choice:fact|figure|unit|duplicate reason"),
         only_if=("first_objection", "before_claim_due"), then=("count_objection", "pause_claim", "run_fact_check"), tells=(OFFICE, TEAM), on_paper=True),
    Move("keep", "维持原问题", (DISPUTED,), FEEDBACK, (OFFICE,), needs=("fact_check",), asks=ask("reason"),
         only_if=("not_the_writer", "not_tied"), then=("resume_claim",), tells=(SECRETARY, LEADER), sends_back=True),
    Move("amend", "更正后维持", (DISPUTED,), FEEDBACK, (OFFICE,), needs=("fact_check", "minutes"), asks=ask(f"new_problem new_detail:text? new_amount:text? reason reply_by:date? {MINUTES}"),
         only_if=("words_differ", "reply_by_ahead", "not_ones_own", "not_tied", "as_the_meeting_has_it"), then=("amend_words", "resume_claim"), tells=(SECRETARY, *COPIED), on_behalf=GROUP, sends_back=True, amends=True, copied=COPIED),
    Move("drop_objection", "撤回异议", (DISPUTED,), FEEDBACK, (SECRETARY,),
         only_if=("no_decision_drafted", "no_fact_check_yet"), then=("resume_claim_dropped",), tells=(OFFICE,), on_paper=True),
    Move("withdraw", "撤销问题", (DISPUTED,), WITHDRAWN, (OFFICE,), needs=("fact_check", "minutes"), asks=ask(f"reason {MINUTES}"),
         only_if=("not_ones_own", "not_tied", "as_the_meeting_has_it"), then=("settle",), tells=(SECRETARY, HANDLER, LEADER, *PARTIES, TEAM), on_behalf=GROUP),
    Move("void", "作废", (FEEDBACK, DISPUTED, CLAIMED, PLAN_REVIEW, RECTIFYING, SUBMITTED, ESCALATED), WITHDRAWN, (OFFICE,), asks=ask("ground:choice:duplicate|error duplicate_of:case? reason"),
         only_if=("duplicate_named", "not_ones_own", "not_tied"), then=("mark_void", "settle"), tells=(SECRETARY, DISCIPLINE, AUDITOR), second=True,
         aside="未办结的状态（待公开除外）都可以作废：重复、录入有误的，由巡察办提出、第二人确认。"),
    Move("return_claim", "退回重新认领", (CLAIMED, RECTIFYING), FEEDBACK, (OFFICE,), asks=ask("reason new_on:date"), only_if=("claim_disowned", "time_to_claim_again", "not_tied"), then=("claim_anew",), tells=(SECRETARY, HANDLER), sends_back=True),
    Move("submit_plan", "报送方案", (CLAIMED,), PLAN_REVIEW, (SECRETARY,), needs=("plan", "plan_commitment"), asks=ask("measures:measures"),
         only_if=("inspection_all_claimed", "filing_takes_all", "measures_in_time"), then=("take_measures", "run_review"), tells=(OFFICE, *PARTIES, TEAM), filing="plan", on_paper=True),
    Move("recall_plan", "撤回方案", (PLAN_REVIEW,), CLAIMED, (SECRETARY,),
         only_if=("no_opinion_yet",), then=("restore_plan",), tells=(OFFICE,), on_paper=True),
    Move("return_plan", "退回方案", (PLAN_REVIEW,), CLAIMED, (OFFICE,), needs=("opinions",), asks=ask("reason new_on:date"),
         only_if=("new_on_ahead", "not_tied"), then=("count_plan_return", "run_plan_again"), tells=(SECRETARY, HANDLER), sends_back=True),
    Move("approve_plan", "批准方案", (PLAN_REVIEW,), RECTIFYING, (OFFICE,), needs=("opinions", "minutes?"), asks=ask(f"agreed_on:date {OVERRULING}"),
         only_if=("agreed_within_profile", "measures_by_agreed", "paper_confirmed", "not_ones_own", *BINDING, "not_tied"), then=("approve", "run_rectify", "tell_overruled"), tells=(SECRETARY, HANDLER, LEADER)),
    Move("submit", "申请销号", (RECTIFYING, ESCALATED), SUBMITTED, (SECRETARY,), needs=("evidence@", "report", "commitment"), asks=ask(f"root_cause elsewhere {LISTED} results:results"),
         only_if=("plan_approved_or_at_once", "long_form"), then=("hand_in", "run_acceptance"), tells=(OFFICE, TEAM, *PARTIES), filing="report", on_paper=True),
    Move("submit_at_once", "立行立改销号申请", (RECTIFYING, ESCALATED), SUBMITTED, (SECRETARY,), needs=("evidence@",), asks=ask(f"measure said {LISTED} results:results?"),
         only_if=("short_form",), then=("take_measure_done", "say_result", "hand_in", "run_acceptance"), tells=(OFFICE, TEAM, *PARTIES), on_paper=True),
    Move("recall", "撤回申请", (SUBMITTED,), RECTIFYING, (SECRETARY,),
         only_if=("no_opinion_yet", "not_from_escalated"), then=("take_back", "restore_rectify"), tells=(OFFICE,), on_paper=True),
    Move("return_work", "退回再整改", (SUBMITTED,), RECTIFYING, (OFFICE,), needs=("acceptance_record",), asks=ask("judged:judged? reason new_on:date"),
         only_if=("judged_are_measures", "new_on_ahead", "not_tied"), then=("count_return", "run_rectify_again"), tells=(SECRETARY, HANDLER, LEADER), sends_back=True),
    Move("continue_work", "基本完成并持续整改", (SUBMITTED,), RECTIFYING, (OFFICE,), needs=("acceptance_record",), asks=ask("judged:judged? next_review_on:date last_on:date"),
         only_if=("judged_are_measures", "nothing_untrue", "review_within_profile", "paper_confirmed", "not_ones_own", "not_tied"), then=("go_on", "run_continuing"), tells=(SECRETARY, LEADER)),
    Move("verify", "验收销号", (SUBMITTED,), VERIFIED, (OFFICE, DISCIPLINE), needs=("acceptance_record", "minutes?"), asks=ask(f"judged:judged? conclusion {OVERRULING}"),
         only_if=("verifier_by_profile", "paper_confirmed", "nobody_who_rectified", "judged_are_measures", "every_measure_true", "supervisors_agree_if_escalated", *BINDING, "discipline_has_spoken", "not_tied"), then=("close", "run_publication", "tell_overruled"), tells=(SECRETARY, HANDLER, LEADER, *PARTIES)),
    Move("rescind", "更正撤销销号", (VERIFIED,), SUBMITTED, (OFFICE,), asks=ask("reason"),
         only_if=("within_rescind_limit", "not_tied"), then=("unclose", "run_acceptance"), tells=(SECRETARY, DISCIPLINE, AUDITOR), second=True),
    Move("publicize", "公开", (VERIFIED,), PUBLICIZED, (SECRETARY,), needs=("text", "proof_party", "proof_society"), asks=ask("where from_on:date to_on:date"),
         only_if=("text_is_the_approved", "from_before_to"), then=("settle", "run_look_back"), tells=(OFFICE, LEADER), filing="publication", on_paper=True),
    Move("withhold", "不予公开", (VERIFIED,), WITHHELD, (OFFICE,), needs=("written_reason", "consent", "minutes"), asks=ask(f"ground:choice:1|2|3|4|5 scope review_on:date {MINUTES}"),
         only_if=("review_on_ahead", "not_ones_own", "not_tied", "as_the_meeting_has_it"), then=("settle", "run_ground_review"), tells=(SECRETARY, DISCIPLINE), on_behalf=GROUP,
         known_to=KNOW_THE_GROUND, neutral="公开事项"),
    Move("reopen", "回头看退回重改", DONE, RECTIFYING, (OFFICE, DISCIPLINE), needs=("check_sheet",), asks=ask("what_failed new_on:date"),
         only_if=("new_on_ahead", "not_tied"), then=("count_reopening", "run_rectify_again"), tells=(SECRETARY, LEADER, *PARTIES), sends_back=True),
    Move("release", "解除不予公开", (WITHHELD,), VERIFIED, (OFFICE,), asks=ask("reason"),
         only_if=("not_ones_own", "not_tied"), then=("unsettle", "run_publication"), tells=(SECRETARY,), known_to=KNOW_THE_GROUND, neutral="公开事项"),
    Move("escalate", "升级督办", UNIT_OWES, ESCALATED, (CLOCK,),
         only_if=("criterion_escalates",), then=("rise", "run_decision"), tells=(OFFICE, *PARTIES, LEADER, SECRETARY)),
    Move("escalate_by_hand", "提级督办", (FEEDBACK, CLAIMED, PLAN_REVIEW, RECTIFYING, SUBMITTED), ESCALATED, (OFFICE, *PARTIES), needs=("finding?",), asks=ask("reason"),
         only_if=("not_tied",), then=("rise", "run_decision"), tells=(OFFICE, *PARTIES, LEADER, SECRETARY)),
    Move("order_rework", "责令再整改", (ESCALATED,), RECTIFYING, (OFFICE,), needs=("minutes",), asks=ask(f"final_on:date person {MINUTES}"),
         only_if=("plan_approved_or_at_once", "final_on_ahead", "not_tied", "as_the_meeting_has_it"), then=("name_person", "run_rectify_ordered"), tells=(SECRETARY, LEADER, DISCIPLINE), on_behalf=GROUP),
    Move("order_plan", "责令认领报方案", (ESCALATED,), CLAIMED, (OFFICE,), needs=("order",), asks=ask("responsible plan_on:date minute_no:text? minute_on:date?"),
         only_if=("no_approved_plan", "plan_on_ahead", "not_tied", "as_the_meeting_has_it"), then=("name_responsible", "run_plan_ordered"), tells=(SECRETARY, LEADER, GROUP)),
    # --- moves that keep the state --------------------------------------------------------------------------------
    Move("acknowledge", "签收", ANY, None, (SECRETARY,), only_if=("something_unsigned",), then=("sign_for",), quiet=True, is_receipt=True),
    Move("acknowledge_copy", "签收呈送（抄告）", ANY, None, COPIED, only_if=("copy_unsigned",), then=("sign_for_copy",), quiet=True, is_receipt=True),
    Move("answer_copy", "回复呈送（抄告）", ANY, None, COPIED, needs=("copy_answer?",), asks=ask("text"), only_if=("copy_to_answer",), then=("answer_copies",), tells=(OFFICE,), quiet=True, known_to=KNOW_THE_GROUND),
    Move("press_copy", "催办呈送（抄告）", ANY, None, (OFFICE,), only_if=("copy_to_press", "not_tied"), then=("press_copies",), quiet=True),
    Move("urge", "催办", UNIT_OWES, None, (OFFICE, HEAD), asks=ask("text:text?"), only_if=("urged_once_a_day", "not_tied"), tells=(SECRETARY, HANDLER), quiet=True, urges=True),
    Move("opine", "联审（验收）意见", (PLAN_REVIEW, SUBMITTED), None, OPINING, asks=ask("opinion:choice:agree|return text"),
         only_if=("party_by_profile", "in_ones_turn", "one_opinion_each", "not_the_rectifier", "not_tied"), then=("note_opinion",), tells=(OFFICE,)),
    Move("progress", "填报进展", (RECTIFYING, ESCALATED), None, (HANDLER,), needs=("evidence?", "figures?"), asks=ask("measure_no:int text figures:text?"),
         only_if=("measure_exists",), then=("note_progress",), by_assisting=True),
    Move("request_extension", "申请延期", (RECTIFYING,), None, (SECRETARY,), asks=ask("reason until:date"),
         only_if=("by_the_due_date", "first_extension", "room_to_extend", "until_after_due", "until_by_last_day", "until_within_profile"), then=("ask_extension", "hold_rectify"), tells=(OFFICE,), on_paper=True),
    Move("grant_extension", "同意延期", (RECTIFYING,), None, (OFFICE,), asks=ask("until:date"),
         only_if=("extension_asked", "not_ones_own", "room_to_extend", "until_after_due", "until_ahead", "until_by_last_day", "until_within_profile", "not_tied"), then=("extend",), tells=(SECRETARY, HANDLER), binds=True),
    Move("refuse_extension", "不同意延期", (RECTIFYING,), None, (OFFICE,), asks=ask("reason"),
         only_if=("extension_asked", "not_tied"), then=("not_extend",), tells=(SECRETARY, HANDLER), binds=True),
    Move("approve_text", "审定公开稿", (VERIFIED,), None, (OFFICE,), needs=("text",), asks=ask("scope"),
         only_if=("not_ones_own", "not_tied"), then=("approve_the_text",), tells=(SECRETARY,), binds=True),
    Move("put_to_group", "提请领导小组", (ESCALATED,), None, (OFFICE,), needs=("group_report",), asks=ask("meeting_on:date"),
         only_if=("not_tied",), then=("put_to_group",), tells=(GROUP, *PARTIES)),
    Move("check", "督查检查", (RECTIFYING, ESCALATED), None, (OFFICE, *PARTIES, TEAM), needs=("check_record?",), asks=ask("checked_on:date method:choice:on_site|papers|talks|unannounced found"),
         only_if=("checked_in_time", "not_tied"), tells=(SECRETARY, HANDLER)),
    Move("looked_back", "整改复查合格", DONE, None, (OFFICE, DISCIPLINE), needs=("check_sheet",), asks=ask("checked_on:date found"),
         only_if=("checked_in_time", "not_ones_own", "not_tied"), then=("end_look_back",), tells=(SECRETARY, LEADER), binds=True),
    Move("uphold_ground", "继续不予公开", (WITHHELD,), None, (OFFICE,), needs=("minutes",), asks=ask(f"reason review_on:date {MINUTES}"),
         only_if=("review_on_ahead", "not_ones_own", "not_tied", "as_the_meeting_has_it"), then=("run_ground_review",), tells=(DISCIPLINE,), on_behalf=GROUP, binds=True,
         known_to=KNOW_THE_GROUND, neutral="公开事项"),
    Move("transfer", "变更责任主体", ANY, None, (OFFICE,), needs=("transfer_document",), asks=ask("successor:unit ground:choice:merged|unit|restructured reason:text?"),
         only_if=("successor_in_being", "successor_is_another", "not_tied"), then=("pass_on", "carry_over", "spoil_drafts", "assist_no_more"), tells=(SECRETARY, HANDLER, LEADER, *PARTIES), transfers=True, binds=True),
    Move("split", "拆分", (FEEDBACK, CLAIMED), None, (OFFICE,), needs=("minutes?",),
         asks=ask(f"part_number part_unit:unit kind:choice:{'|'.join(KINDS)} part_problem part_detail:text? part_amount:text? kept_problem:text? kept_detail:text? kept_amount:text? reason minute_no:text? minute_on:date?"),
         only_if=("not_ordered_at_once", "part_number_free", "part_unit_in_being", "new_words_decided", "paper_confirmed", "not_ones_own", "not_tied", "as_the_meeting_has_it"), then=("amend_words",), tells=(SECRETARY, HANDLER, LEADER, *PARTIES),
         second=True, amends=True, splits=True, binds=True),
    Move("name_assisting", "明确协办单位", OPEN, None, (OFFICE,), asks=ask("assistant:unit asked reason"),
         only_if=("assistant_in_being", "assistant_is_another", "not_assisting_yet", "not_tied"), then=("take_assistant",), tells=(SECRETARY, HANDLER), assists=True, binds=True),
    Move("drop_assisting", "取消协办", OPEN, None, (OFFICE,), asks=ask("assistant:unit reason"),
         only_if=("assists_now", "not_tied"), then=("let_assistant_go",), tells=(SECRETARY, HANDLER), assists=True, binds=True),
    Move("list_ordered", "列入反馈清单", AFTER_AN_ORDER, None, (OFFICE,), needs=("problem_list",), asks=ask("feedback_on:date list_number reply_by:date?"),
         only_if=("was_ordered", "listed_once", "new_number_free", "reply_by_ahead"), then=("take_list_number",), tells=(SECRETARY, HANDLER, *COPIED), renumbers=True, copied=COPIED),
    Move("name_people", "明确责任人", (CLAIMED, PLAN_REVIEW, RECTIFYING, SUBMITTED), None, (SECRETARY,), asks=ask(RESPONSIBLE),
         only_if=("nobody_named",), then=("name_responsible",), tells=(OFFICE, LEADER), binds=True, on_paper=True),
    Move("hand_over", "整改责任交接", (*OPEN, PUBLICIZED, WITHHELD), None, (SECRETARY,), needs=("handover_sheet?",), asks=ask("giver absent_why:text? matters:text?"),
         only_if=("unfinished_or_standing", "hand_over_takes_all", "giver_held_the_post", "not_handed_over", "taker_is_another", "absence_said_by_the_office", "giver_has_signed", "witness_has_signed"), then=("pass_drafts_on", "run_feed_again"),
         tells=(OFFICE, HANDLER, LEADER), second=True, filing="handover", quiet=True, binds=True, drafted_by=(SECRETARY, OFFICE), cosigned=(GIVER, WITNESS)),
    Move("feed_again", "重新反馈", WITH_CLOCK, None, (OFFICE,), needs=("opinion_letter?",), asks=ask("briefed_on:date text"),
         only_if=("feed_again_owed", "briefed_in_time", "not_tied"), then=("end_feed_again",), tells=(SECRETARY, HANDLER, LEADER), quiet=True, binds=True),
    Move("confirm_paper", "确认代录", PAPERED, None, (SECRETARY,),
         only_if=("paper_waits", "not_who_entered_it"), then=("confirm_papers",), tells=(OFFICE,), quiet=True, binds=True),
    Move("disown_paper", "不认代录", PAPERED, None, (SECRETARY,), asks=ask("reason"),
         only_if=("paper_waits", "not_who_entered_it"), then=("disown_papers",), tells=(OFFICE,), quiet=True, binds=True),
    Move("settle_paper", "处理不认的代录", PAPERED, None, (OFFICE,), asks=ask("text"),
         only_if=("paper_disowned", "not_ones_own", "not_tied"), then=("settle_papers",), tells=(SECRETARY, HANDLER), quiet=True, binds=True),
    Move("remind", "提醒", WITH_CLOCK, None, (CLOCK,), only_if=("rung_reached",), then=("note_rung",), quiet=True),
    Move("recompute", "重算期限", OPEN, None, (CLOCK,), only_if=("reckoning_moves_a_date",), then=("recompute_dates",), quiet=True),
    Move("flag", "疑似整改不力", UNIT_OWES, None, (CLOCK,), only_if=("criterion_met",), then=("note_flag",), tells=(OFFICE, *PARTIES, SECRETARY), quiet=True),
)
# fmt: on


# fmt: off
CLOCKS: Final = {c.name: c for c in (
    Clock("claim", "认领", (FEEDBACK,), SECRETARY, (Rung("half", "half", (SECRETARY,)), Rung("eve", "1 workday before", (SECRETARY,)), Rung("red", "overdue", (SECRETARY, LEADER))), limit="5 workdays", unit=True, from_feedback=True),
    Clock("fact_check", "复核", (DISPUTED,), OFFICE, (Rung("middle", "5 workdays in", (TEAM,)), Rung("late", "overdue", (HEAD, OFFICE))), limit="10 workdays"),
    Clock("plan", "报送方案", (CLAIMED,), SECRETARY, (Rung("yellow", "10 days before", (SECRETARY, HANDLER)), Rung("eve", "3 days before", (SECRETARY, HANDLER)), Rung("red", "overdue", (SECRETARY, LEADER))), limit="1 month", unit=True, from_feedback=True),
    Clock("review", "联审", (PLAN_REVIEW,), OFFICE, (Rung("middle", "5 workdays in", OPINING, unless_heard=True), Rung("late", "overdue", (HEAD, OFFICE))), limit="10 workdays"),
    Clock("rectify", "整改", (RECTIFYING,), SECRETARY, (Rung("green", "20 days before", (HANDLER,)), Rung("yellow", "10 days before", (HANDLER, SECRETARY, LEADER)), Rung("red", "overdue", (SECRETARY, LEADER, DISCIPLINE))), measured_by="focused", unit=True),
    Clock("rectify_short", "整改", (RECTIFYING,), SECRETARY, (Rung("half", "half", (HANDLER, SECRETARY)), Rung("eve", "1 workday before", (HANDLER, SECRETARY)), Rung("red", "overdue", (SECRETARY, LEADER, DISCIPLINE))), measured_by="at_once", unit=True),
    Clock("acceptance", "验收", (SUBMITTED,), OFFICE, (Rung("middle", "5 workdays in", OPINING, unless_heard=True), Rung("yellow", "10 days before", (OFFICE,)), Rung("late", "overdue", (HEAD, OFFICE)), Rung("group", "15 days after", (GROUP, HEAD))), limit="1 month"),
    Clock("publication", "公开", (VERIFIED,), SECRETARY, (Rung("text", "10 workdays in", (OFFICE,)), Rung("yellow", "10 days before", (SECRETARY, HANDLER)), Rung("late", "overdue", (SECRETARY, LEADER, OFFICE))), limit="1 month"),
    Clock("put", "提请领导小组", (ESCALATED,), OFFICE, (Rung("middle", "5 workdays in", (OFFICE,)), Rung("late", "overdue", (HEAD, GROUP))), limit="10 workdays"),
    Clock("decision", "领导小组决定", (ESCALATED,), OFFICE, (Rung("yellow", "10 days before", (OFFICE,)), Rung("late", "overdue", (HEAD, GROUP))), limit="1 month"),
    Clock("look_back", "整改复查", (VERIFIED, PUBLICIZED), OFFICE, (Rung("day", "due", (OFFICE,)),), limit="6 months"),
    Clock("pooled", "整改复查（存量）", (VERIFIED, PUBLICIZED), OFFICE, (), measured_by="look_back", beside=True),
    Clock("ground_review", "不予公开复审", (WITHHELD,), OFFICE, (Rung("day", "due", (OFFICE,)),), measured_by="look_back", neutral="公开事项复审"),
    Clock("acknowledge", "签收", WITH_CLOCK, SECRETARY, (Rung("late", "overdue", (SECRETARY,)), Rung("parent", "2 workdays after", ("parent", OFFICE))), limit="2 workdays", beside=True),
    Clock("extension", "答复延期", (RECTIFYING,), OFFICE, (Rung("late", "overdue", (HEAD, OFFICE)),), limit="5 workdays", beside=True),
    Clock("measure", "措施到期", (RECTIFYING, ESCALATED), HANDLER, (Rung("eve", "1 workday before", (HANDLER,)),), measured_by="at_once", beside=True),
    Clock("feed_again", "交接后重新反馈", WITH_CLOCK, OFFICE, (Rung("eve", "5 workdays before", (OFFICE,)), Rung("late", "overdue", (HEAD, OFFICE))), limit="20 workdays", beside=True),
    Clock("confirm_paper", "确认代录", PAPERED, SECRETARY, (Rung("eve", "1 workday before", (SECRETARY,)), Rung("late", "overdue", (SECRETARY, "parent", OFFICE))), limit="5 workdays", beside=True),
    Clock("disowned_paper", "处理不认的代录", PAPERED, OFFICE, (Rung("late", "overdue", (HEAD, OFFICE)),), limit="5 workdays", beside=True, with_state=True),
    Clock("progress", "填报进展", (RECTIFYING,), HANDLER, (Rung("eve", "1 workday before", (HANDLER,)), Rung("day", "due", (HANDLER,))), limit="1 month", beside=True, recurs_by="progress"),
)}
# Limits that are no clock's own, and how long each is unless the profile says otherwise.
LIMITS: Final = {
    "claim_left": ("异议维持后至少还有", "3 workdays"),
    "plan_again": ("方案退回后重报", "10 workdays"),
    "at_once": ("立行立改", "7 days"),
    "focused": ("集中整改", "3 months"),
    "continuing_review": ("持续整改每次复核", "2 months"), "continuing": ("持续整改总共", "12 months"),
    "standing": ("长期坚持阶段成果", "12 months"),
    "rescind": ("更正撤销销号", "10 workdays"),
    "standing_look_back": ("长期坚持事项的整改复查", "12 months"),
    "agreed_left": ("批准方案后至少还有", "1 month"),
    "refused_left": ("延期被拒后至少还有", "3 workdays"),
    "transferred_left": ("变更责任主体后至少还有", "10 workdays"),
    "suspended": ("中止计时一次最长", "90 days"),
    "taken_over_left": ("存量转入后至少还有", "1 month"),
    "reply": ("呈送、抄告件回复，一般", "10 workdays"), "first_told": ("首次提醒时已经逾期的，距判定整改不力还有", "15 days"),
}
# fmt: on
RUNGS: Final = {
    "half": "时限过半",
    "eve": "临期提醒",
    "green": "绿色提醒",
    "yellow": "黄色提醒",
    "red": "红色预警（已逾期）",
    "middle": "办理过半",
    "late": "已逾期",
    "group": "报领导小组",
    "text": "审定公开稿",
    "day": "到期",
    "parent": "报上级党组织",
    "flag": "疑似整改不力",
    "escalate": "升级督办",
}  # fmt: skip

CRITERIA: Final = {
    c.name: c
    for c in (
        Criterion("overdue", "逾期达到天数", (("days", 15),), escalate=True),
        Criterion("returned", "整改被退回达到次数", (("times", 2),), escalate=False),
        Criterion("unclaimed", "多次提醒仍未认领、未报方案", (("reminders", 2), ("workdays", 5)), escalate=True),
    )
}

ACTIONS: Final = {m.action: m for m in MOVES}
# What an entry of the log may record, in words: every move, and that an import filled unit-side columns.
FILL: Final = "fill"
RECORDED: Final = {**{m.action: m.shown for m in MOVES}, FILL: "台账更新"}
ARROWS: Final = {(origin, m.action): m for m in MOVES for origin in m.origin}
TAKE_OVERS: Final = tuple(m.action for m in MOVES if m.takes_over)
"""The acts by which what was under way or closed outside the system comes in; each leads to a state of its own."""
TRANSFERS: Final = tuple(m.action for m in MOVES if m.transfers)
AMENDED: Final = {
    "new_problem": "problem", "new_detail": "detail", "new_amount": "amount",
    "kept_problem": "problem", "kept_detail": "detail", "kept_amount": "amount",
}  # fmt: skip
"""The answers that say a problem's words anew, amended or split, each with the words that it replaces; one left out leaves them."""
PART_WORDS: Final = {"part_problem": "problem", "part_detail": "detail", "part_amount": "amount"}
"""The answers that say the words of the part that is taken off; one left out is as the whole has it."""
SPLIT_OFF: Final = {m.to: m.action for m in MOVES if m.split_off}
"""By the state of the whole the act by which a part of it is born."""
UNIT_ACTIONS: Final = tuple(
    m.action for m in MOVES if set(m.who) <= set(UNIT_ROLES) and not (m.is_receipt or m.drafted_by)
)
"""What a unit does on its problems: neither what it only signs for, nor what passes from one of it to another."""
