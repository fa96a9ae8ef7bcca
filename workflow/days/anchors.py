"""From which day each limit counts 起算, and what its end means: in words, for people who read or set the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from grammar import Clock
from states import CLOCKS, STATES


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day from which a limit counts, and what the limit is for."""

    since: str
    meaning: str


FEEDBACK, APPROVAL = "feedback", "approval"
CHOICES: Final = {FEEDBACK: "反馈之日，加上在巡察办的日子", APPROVAL: "批准方案之日"}
"""From which day an agreed date may be made to count, in words."""
CHOSEN: Final = {
    "focused": "集中整改商定的期限",
    "continuing_review": "持续整改首次复核",
    "standing": "长期坚持阶段成果",
}
"""The limits of the agreed date: what each is the last day of; the profile says from which day it counts, approval unless it says another."""


def plain(clock: Clock) -> Anchor:
    """Return the anchor of a clock of which no row says more: it counts from the day on which it begins."""
    if clock.beside and not clock.recurs_by:
        return Anchor("开始计时之日", clock.shown)
    entered = "、".join(STATES[state].shown for state in clock.state)
    return Anchor(f"进入“{entered}”之日" + ("，以后从办理之日" if clock.recurs_by else ""), clock.shown)


FROM: Final = {
    **{clock.name: plain(clock) for clock in CLOCKS.values() if clock.limit},
    "claim": Anchor("反馈之日", "书记认领问题"),
    "claim_left": Anchor("维持原问题之日", "异议未成立的，认领至少还有这么多；所剩更多的按所剩"),
    "fact_check": Anchor("提出异议之日", "巡察办复核异议，单位的期限停着"),
    "plan": Anchor("反馈之日", "报送整改方案；复核异议用掉的另给"),
    "plan_again": Anchor("认领之日", "复核异议或变更责任主体用掉了时间的，报送方案至少还有这么多；退回重报的日期由退回的人定"),
    "review": Anchor("报送方案之日", "四方联审，单位的期限停着"),
    "at_once": Anchor("认领之日", "立行立改"),
    "focused": Anchor("批准方案之日", "集中整改商定的期限最晚到这一天；异议复核和联审的日子不算单位的"),
    "continuing_review": Anchor("批准方案之日，以后每次从复核之日", "持续整改下一次复核最晚到这一天"),
    "continuing": Anchor("批准方案之日", "持续整改最后的期限"),
    "standing": Anchor("批准方案之日", "长期坚持的事项，阶段成果最晚到这一天"),
    "acceptance": Anchor("申请销号之日", "巡察办验收，单位的期限停着"),
    "rescind": Anchor("销号之日", "巡察办发现有误，最晚到这一天更正撤销"),
    "publication": Anchor("销号之日", "向党内和社会公开"),
    "put": Anchor("升级督办之日", "巡察办提请领导小组"),
    "decision": Anchor("升级督办之日", "领导小组决定"),
    "look_back": Anchor("公开之日", "整改复查"),
    "standing_look_back": Anchor("公开之日", "长期坚持事项的整改复查"),
    "acknowledge": Anchor("告知之日", "书记签收"),
    "extension": Anchor("申请延期之日", "巡察办答复，这期间不预警"),
    "refused_left": Anchor("不同意延期之日", "不同意延期的，期限至少还有这么多"),
    "agreed_left": Anchor("批准方案之日", "商定的期限从反馈之日算的，批准时至少还可商定这么久；不超过该事项本来的时限"),
    "suspended": Anchor("第一天的前一日", "登记一次最多中止这么多天，到期仍要中止的再登记"),
    "transferred_left": Anchor("变更责任主体之日", "接手的单位至少还有这么多，不超过该事项本来的时限"),
    "feed_again": Anchor("整改责任交接之日", "巡察办向继任的书记当面重新反馈"),
    "confirm_paper": Anchor("代录之日", "书记确认巡察办代录的签字件"),
    "disowned_paper": Anchor("书记不认之日", "巡察办处理书记不认的代录"),
    "progress": Anchor("进入整改之日，以后从填报之日", "填报进展，每次"),
    "taken_over_left": Anchor("存量转入之日", "转入前办理的问题，原来的期限照样显示；提醒、预警和督办从转入之日起，至少还有这么多"),
    "reply": Anchor("送出之日", "要求回复的呈送、抄告件，送出时先填的回复期限，可以改"),
    "first_told": Anchor("首次提醒之日", "首次提醒时已经逾期的，过这么多才判定疑似整改不力"),
}  # fmt: skip
"""By the name of the limit: those of clocks that say more than the plain, and those that are no clock's own, each of which has a row."""


def counts_from(name: str, anchor: str | None) -> str:
    """Return from which day a limit counts, in words, where a profile says so."""
    since = FROM[name].since
    return since if anchor is None else since.replace(CHOICES[APPROVAL], CHOICES[anchor], 1)
