"""The tasks of each role: what the state of a case asks of whom, with the verb and the reason, on one screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from clock import from_micros, local_date, written_date
from states import (
    ACTIONS,
    CLAIMED,
    CLOCKS,
    DISPUTED,
    ESCALATED,
    FEEDBACK,
    GROUP,
    HANDLER,
    HEAD,
    MOVES,
    OFFICE,
    OPINING,
    PLAN_REVIEW,
    RECTIFYING,
    SECRETARY,
    STAND_IN,
    SUBMITTED,
    UNIT_OWES,
    UNIT_ROLES,
    VERIFIED,
    WITHHELD,
)
from storage.looks import Looks
from storage.reads.drafts import DraftLine, open_drafts, returned_drafts
from storage.reads.handovers import to_feed_again
from storage.reads.tasks import (
    EXTENSION_ASKED,
    LONG_FORM,
    LOOKED_BACK_NOW,
    MOST,
    NO_EXTENSION_ASKED,
    NO_TEXT_APPROVED,
    NOBODY_NAMED,
    NOT_PROVED,
    OFFICE_LATE,
    ON_ITS_DAY,
    PAPER_DISOWNED,
    PAPER_TO_CONFIRM,
    PLAN_NOT_RETURNED,
    PLAN_RETURNED,
    PROVED,
    PUT,
    SHORT_FORM,
    TEXT_APPROVED,
    TO_PUBLICIZE,
    TO_PUT,
    UNSIGNED,
    WORK_RETURNED,
    Condition,
    Waiting,
    any_of,
    count_waiting,
    in_state,
    return_reasons,
    unheld,
    unsigned_actions,
    waiting,
    without_opinion,
)
from storage.reads.urgings import Urging, urgings
from storage.sql import Driver
from web.asked_opinions import asked_where, how_they_stand
from web.handovers import preparing_lines, signing_lines
from web.manners import MANNERS
from web.viewer import Viewer
from workflow.days.joint import CLOSING, PLAN
from workflow.drafts import may_confirm
from workflow.due_days import due_days
from workflow.may import owed_by
from workflow.subject import Post

AFTER_OPINIONS: Final = ("approve_plan", "verify")
"""What the office decides once those have said what they think."""

_STATE_BEHIND: Final = re.compile(r"（[^）]*）$")


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of task: who is asked, in which cases, with which verb, leading where, and why."""

    role: str
    condition: Condition
    verb: str
    action: str
    reason: str
    clock: str = ""
    rung: str | None = None
    """The clock (and its rung) that the task runs by, where that is not the clock of the state."""
    came_back: bool = False
    """It was done before and returned: the reason of the return is its reason."""
    stage: str = ""
    """The opinion is asked in this stage of whom the profile of the round names."""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a to-do list."""

    verb: str
    href: str
    post: bool
    case: Waiting
    reason: str
    action: str
    due_on: date | None
    came_back: bool = False
    recurring: bool = False
    """Its date is that of what is due again and again: it has no lamp of its own."""
    mends: bool = False
    """It goes on with what came back to who had prepared it."""
    unseen: bool = False
    """The case itself is not there for them: no address and no words of it."""

    @property
    def lamp_on(self) -> date | None:
        """Return the day that its lamp speaks of."""
        return self.case.due_on if self.recurring else self.due_on

    @property
    def bundled(self) -> bool:
        """Say whether several of its kind are one line with one form."""
        return bool(self.action) and MANNERS[self.action].bundled


# fmt: off
TASK_KINDS: tuple[TaskKind, ...] = (
    TaskKind(SECRETARY, UNSIGNED, "签收", "acknowledge", "收到的事项，请签收", "acknowledge"),
    TaskKind(SECRETARY, PAPER_TO_CONFIRM, "确认代录", "confirm_paper", "巡察办代录了贵单位的签字件，请对照扫描件确认", "confirm_paper"),
    TaskKind(SECRETARY, in_state(FEEDBACK), "认领问题", "claim", "反馈后须逐项认领"),
    TaskKind(SECRETARY, in_state(CLAIMED), "报送方案", "submit_plan", "同一次巡察的问题一并报送"),
    TaskKind(SECRETARY, in_state(RECTIFYING, NO_EXTENSION_ASKED, LONG_FORM), "申请销号", "submit", "整改完成后报送，逾期将预警"),
    TaskKind(SECRETARY, in_state(RECTIFYING, NO_EXTENSION_ASKED, SHORT_FORM), "立行立改销号", "submit_at_once", "巡察期间交办，改完即报，不用报告"),
    TaskKind(SECRETARY, NOBODY_NAMED, "明确责任人", "name_people", "责任主体变更后，由接手的单位重新明确"),
    TaskKind(SECRETARY, in_state(VERIFIED, TEXT_APPROVED), "公开", "publicize", "公开稿已审定"),
    TaskKind(HANDLER, in_state(FEEDBACK), "准备认领", "claim", "起草后由书记确认"),
    TaskKind(HANDLER, NOBODY_NAMED, "准备明确责任人", "name_people", "责任主体变更后重新明确，起草后由书记确认"),
    TaskKind(HANDLER, in_state(CLAIMED, PLAN_RETURNED), "修改方案", "submit_plan", "方案被退回，须按意见修改后重报", came_back=True),
    TaskKind(HANDLER, in_state(CLAIMED, PLAN_NOT_RETURNED), "准备方案", "submit_plan", "起草后由书记确认"),
    TaskKind(HANDLER, in_state(RECTIFYING, WORK_RETURNED, LONG_FORM), "重新整改", "progress", "销号申请被退回，须按理由整改", came_back=True),
    TaskKind(HANDLER, in_state(RECTIFYING, NOT_PROVED, LONG_FORM), "填报进展", "progress", "按措施填报进展和佐证", "progress"),
    TaskKind(HANDLER, in_state(RECTIFYING, PROVED, LONG_FORM), "准备销号", "submit", "各项措施都有佐证，起草后由书记确认"),
    TaskKind(HANDLER, in_state(RECTIFYING, SHORT_FORM), "准备立行立改销号", "submit_at_once", "巡察期间交办，改完即报，起草后由书记确认"),
    TaskKind(OFFICE, in_state(DISPUTED), "复核异议", "", "单位提出异议"),
    TaskKind(OFFICE, in_state(PLAN_REVIEW), "审方案", "approve_plan", "方案已报送，联审中"),
    TaskKind(OFFICE, in_state(SUBMITTED), "验收", "verify", "单位申请销号"),
    TaskKind(OFFICE, in_state(RECTIFYING, EXTENSION_ASKED), "答复延期", "grant_extension", "单位申请延期", "extension"),
    TaskKind(OFFICE, in_state(VERIFIED, NO_TEXT_APPROVED, TO_PUBLICIZE), "审定公开稿", "approve_text", "已销号，待公开", "publication", "text"),
    TaskKind(OFFICE, in_state(ESCALATED, TO_PUT), "提请领导小组", "put_to_group", "督办中，须提请决定", "put"),
    TaskKind(OFFICE, in_state(ESCALATED, PUT), "登记决定", "", "已提请领导小组，决定后由您登记", "decision"),
    TaskKind(OFFICE, LOOKED_BACK_NOW, "整改复查", "looked_back", "已办结，到期整改复查：合格的登记，不合格的退回重改"),
    TaskKind(OFFICE, in_state(WITHHELD, ON_ITS_DAY), "复审不予公开", "", "复审日期已到：解除不予公开，或继续不予公开"),
    TaskKind(OFFICE, PAPER_DISOWNED, "处理不认的代录", "", "书记不认代录的签字件：退回的可以重新代录，退不回去的说明如何处理", "disowned_paper"),
    TaskKind(HEAD, OFFICE_LATE, "督促巡察办", "", "巡察办自己逾期"),
    TaskKind(GROUP, in_state(ESCALATED, PUT), "研究决定", "", "督办中，巡察办已提请决定，决定后由巡察办登记", "decision"),
    *(TaskKind(role, in_state(PLAN_REVIEW, without_opinion(role)), "提方案意见", "opine", "参加联审", stage=PLAN) for role in OPINING),
    *(TaskKind(role, in_state(SUBMITTED, without_opinion(role)), "提验收意见", "opine", "参加验收", stage=CLOSING) for role in OPINING),
)
# fmt: on
_BACK_TO = {move.to for move in MOVES if move.sends_back}
MENDING: Final = frozenset(
    kind.action
    for kind in TASK_KINDS
    if kind.role in UNIT_ROLES and not MANNERS[kind.action].one_click and _BACK_TO & {*ACTIONS[kind.action].origin}
)
"""The acts by which the unit mends what was sent back to it."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What waits for somebody: the earliest of each kind, how many in all, what they sent to another, what they are to sign.

    Of who stands in for some days also in how many cases something waits that is not theirs; None of anybody else.
    """

    listed: list[Task]
    count: int
    sent: list[DraftLine]
    to_sign: list[DraftLine]
    not_theirs: int | None = None


def tasks_of(looks: Looks, viewer: Viewer, today: date) -> Tasks:
    """Return the tasks of the viewer, the earliest date first; what is prepared already waits for its confirmation only."""
    person, kinds = (
        viewer.actor.person_id,
        [(kind, posts) for kind in TASK_KINDS if (posts := _posts_for(viewer, kind))],
    )
    open_now = looks.at(open_drafts, viewer.actor.jurisdiction)
    came_back = looks.at(returned_drafts, viewer.actor.jurisdiction, person or 0)
    waits = [looks.at(_tasks, viewer, kind, posts, today) for kind, posts in kinds]
    without_holder, not_theirs = looks.at(_unheld, viewer, today), looks.at(_not_theirs, viewer)
    drafted, returned = open_now(), came_back()
    # What a colleague has put aside for their own name was sent to nobody: it stays everybody's task.
    known = [one for one in drafted if not one.put_aside or one.preparer == person]
    prepared = {(one.action, case) for one in (*known, *returned) for case in one.cases}
    found: list[Task] = []
    beyond = 0
    for tasks, more in (one() for one in waits):
        found += [task for task in tasks if (task.action, task.case.id) not in prepared]
        beyond += more
    listed = (
        looks.at(_with_words, viewer, found)() + _to_confirm(drafted, viewer) + _to_mend(all_there(returned, viewer))
    )
    listed += without_holder()
    listed += looks.at(_of_hand_overs, viewer, drafted, today)()
    listed.sort(key=in_turn)
    there = all_there(drafted, viewer)
    sent = [one for one in there if one.preparer == viewer.actor.person_id and not one.put_aside]
    to_sign = [one for one in there if waits_for_name(one, viewer)]
    return Tasks(listed, len(listed) + beyond, sent, to_sign, not_theirs())


def waiting_by(driver: Driver, viewer: Viewer, action: str, today: date) -> list[Task]:
    """Return what waits for the viewer by one act, in the order of the home, without what is prepared already."""
    looks = Looks(driver)
    kinds = [(kind, posts) for kind in TASK_KINDS if kind.action == action and (posts := _posts_for(viewer, kind))]
    if not kinds:
        return []
    open_now = looks.at(open_drafts, viewer.actor.jurisdiction)
    waits = [looks.at(_tasks, viewer, kind, posts, today) for kind, posts in kinds]
    person = viewer.actor.person_id
    prepared = {
        case
        for one in open_now()
        if not one.put_aside or one.preparer == person
        for case in one.cases
        if one.action == action
    }
    found = {task.case.id: task for one in waits for task in one()[0] if task.case.id not in prepared}
    return sorted(found.values(), key=in_turn)


def in_turn(task: Task) -> tuple[date, int]:
    """Return the order of tasks: the earliest date first."""
    return task.due_on or date.max, task.case.id


def waits_for_name(one: DraftLine, viewer: Viewer) -> bool:
    """Say whether a draft waits for the viewer's name: put aside by themselves, or prepared by another for them.

    What several sign is signed on a page of its own.
    """
    if ACTIONS[one.action].cosigned:
        return False
    if one.put_aside or one.preparer == viewer.actor.person_id:
        own = one.put_aside and one.preparer == viewer.actor.person_id
        return own and all(map(viewer.scope.covers, one.places))
    return may_confirm(one.action, one.preparer, one.places, viewer.actor)


def all_there(drafts: Sequence[DraftLine], viewer: Viewer) -> list[DraftLine]:
    """Return the drafts of which every case is there for the viewer."""
    return [one for one in drafts if all(map(viewer.scope.covers, one.places))]


def _posts_for(viewer: Viewer, kind: TaskKind) -> tuple[Post, ...]:
    """Return the posts of which a kind of task is asked: of who stands in for some days, signing for receipts alone."""
    receipt = _is_receipt(kind)
    return tuple(
        post for post in viewer.actor.posts if post.role == kind.role and (post.capacity != STAND_IN or receipt)
    )


def _is_receipt(kind: TaskKind) -> bool:
    return bool(kind.action) and ACTIONS[kind.action].is_receipt


def _not_theirs(driver: Driver, viewer: Viewer) -> int | None:
    """Return in how many cases something waits for the secretary for whom the viewer merely stands in."""
    posts = tuple(post for post in viewer.actor.posts if post.capacity == STAND_IN)
    if not posts:
        return None
    roles = {post.role for post in posts}
    more = [kind.condition for kind in TASK_KINDS if kind.role in roles and not _is_receipt(kind)]
    return count_waiting(driver, viewer.actor.jurisdiction, any_of(*more), scope=owed_by(posts))


def _tasks(
    driver: Driver, viewer: Viewer, kind: TaskKind, posts: tuple[Post, ...], today: date
) -> tuple[list[Task], int]:
    """Return the tasks of one kind by their own dates, and how many more there are than a page lists."""
    jurisdiction, scope = viewer.actor.jurisdiction, owed_by(posts)
    looks = Looks(driver)
    where = asked_where(looks.driver, jurisdiction, kind.role, kind.stage) if kind.stage else kind.condition
    if where is None:
        return [], 0
    condition = Condition(f"{kind.condition} AND ({where})") if kind.stage else kind.condition
    cases = waiting(looks.driver, jurisdiction, condition, scope=scope)
    count = looks.at(count_waiting, jurisdiction, condition, scope=scope) if len(cases) == MOST else None
    tasks = [_task(kind, case) for case in cases]
    if kind.clock:
        days = looks.at(due_days, jurisdiction, [case.id for case in cases], kind.clock, kind.rung)()
        tasks = [_dated(task, days.get(task.case.id), kind.clock, today) for task in tasks]
    return tasks, count() - MOST if count else 0


def _dated(task: Task, day: date | None, clock: str, today: date) -> Task:
    """Return a task by the day of its own clock; what is due again and again makes nothing late, and hides nothing."""
    if day is None or not CLOCKS[clock].recurs_by:
        return replace(task, due_on=day or task.due_on)
    comes_first = today <= day <= (task.due_on or day)
    return replace(task, due_on=day, recurring=True) if comes_first else task


def _task(kind: TaskKind, case: Waiting) -> Task:
    post = bool(kind.action) and MANNERS[kind.action].one_click
    act = f"/acts/{kind.action}"
    href = act if post else f"{act}?case={case.id}" if kind.action else f"/cases/{case.id}"
    return Task(kind.verb, href, post, case, kind.reason, kind.action, case.due_on, kind.came_back)


def _with_words(driver: Driver, viewer: Viewer, tasks: list[Task]) -> list[Task]:
    """Say what is to be signed for, and why something came back."""
    to_sign = [task.case.id for task in tasks if task.post]
    looks = Looks(driver)
    receipts = looks.at(unsigned_actions, to_sign)
    reasons = looks.at(return_reasons, [task.case.id for task in tasks if task.came_back])
    opinions = looks.at(how_they_stand, viewer, [task.case.id for task in tasks if task.action in AFTER_OPINIONS])
    owed = [task.case.id for task in tasks if task.case.state in UNIT_OWES and viewer.holds(*UNIT_ROLES)]
    urged = looks.at(urgings, owed)
    unsigned, returned, given, pressed = receipts(), reasons(), opinions(), urged()
    found = []
    for task in tasks:
        if task.post and (actions := unsigned.get(task.case.id)):
            found.append(
                replace(
                    task,
                    reason=f"收到“{'、'.join(dict.fromkeys(map(_came, actions)))}”，请签收",
                )
            )
        elif reason := returned.get(task.case.id) if task.came_back else "":
            found.append(replace(task, reason=f"退回理由：{reason}"))
        elif task.action in AFTER_OPINIONS:
            found.append(replace(task, reason=f"{task.reason}，{given[task.case.id]}"))
        else:
            found.append(task)
    return [_urged(task, pressed.get(task.case.id)) for task in found]


def _urged(task: Task, by: Urging | None) -> Task:
    """Say before all else that the unit was urged; what is only signed for was not."""
    if by is None or task.post:
        return task
    said = f"：{by.text}" if by.text else ""
    return replace(task, reason=f"{by.name} {written_date(local_date(from_micros(by.at)))}催办{said}；{task.reason}")


def _came(action: str) -> str:
    """Return what came in, without the state in which it came: that stands beside it."""
    return _STATE_BEHIND.sub("", ACTIONS[action].shown)


def _to_confirm(drafted: Sequence[DraftLine], viewer: Viewer) -> list[Task]:
    """Return drafts that wait for the viewer's name."""
    return [
        Task(
            f"确认{ACTIONS[one.action].shown}", f"/drafts/{one.number}", post=False, case=one.first, reason=f"{one.by}起草，须由您确认",
            action="", due_on=one.first.due_on,
        )
        for one in drafted
        if waits_for_name(one, viewer) and not one.put_aside
    ]  # fmt: skip


def mending_address(one: DraftLine) -> str:
    """Return where one goes on with what came back, for all its cases."""
    return f"/acts/{one.action}?draft={one.number}" + "".join(f"&case={case}" for case in one.cases)


def _to_mend(returned: Sequence[DraftLine]) -> list[Task]:
    """Return what came back to who had prepared it, with the reason; its content waits in the form."""
    return [
        Task(
            f"修改{ACTIONS[one.action].shown}", mending_address(one), post=False, mends=True, case=one.first, action="", due_on=one.first.due_on,
            reason=f"起草件被退回：{one.returned}",
        )
        for one in returned
    ]  # fmt: skip


def _of_hand_overs(driver: Driver, viewer: Viewer, drafted: Sequence[DraftLine], today: date) -> list[Task]:
    """Return what is to be signed of the hand-overs that wait, and those that are to be prepared."""
    found = [
        Task(
            verb, f"/handovers/{one.number}", post=False, case=one.first if there else replace(one.first, problem=""),
            reason=why, action="", due_on=None, unseen=not there,
        )
        for verb, one, why, there in signing_lines(driver, viewer, drafted, today)
    ]  # fmt: skip
    waiting = frozenset(case for one in drafted if ACTIONS[one.action].cosigned for case in one.cases)
    for verb, first, why, cases in preparing_lines(driver, viewer, waiting, today):
        href = "/acts/hand_over?" + "&".join(f"case={case}" for case in cases)
        found.append(Task(verb, href, post=False, case=first, reason=why, action="", due_on=None))
    office = viewer.scope_as(OFFICE)
    for case in to_feed_again(driver, viewer.actor.jurisdiction, office) if office.reaches else ():
        why = "书记已经交接，须当面向继任的书记重新反馈，再登记"
        href = f"/acts/feed_again?case={case.id}"
        found.append(Task("重新反馈", href, post=False, case=case, reason=why, action="feed_again", due_on=case.due_on))
    return found


UNHELD = "落实书记"
CAME_BACK = "退回的起草件"


def _unheld(driver: Driver, viewer: Viewer, today: date) -> list[Task]:
    """Return the units without a secretary, for the office and the secretary above: what they owe waits for nobody else.

    The case itself is not there for the secretary above: no address and no words of it.
    """
    jurisdiction, office = viewer.actor.jurisdiction, viewer.scope_as(OFFICE)
    own = [post.unit_id or 0 for post in viewer.actor.posts if post.role == SECRETARY]
    looks = Looks(driver)
    everywhere = looks.at(unheld, jurisdiction, today, scope=office) if office.reaches else list
    under = looks.at(unheld, jurisdiction, today, own) if own and not office.whole else list
    seen, below = everywhere(), under()
    named = {case.answerable for case in seen}
    found = [(case, f"/cases/{case.id}") for case in seen]
    found += [(replace(case, problem=""), "") for case in below if case.answerable not in named]
    return [
        Task(
            UNHELD, href, post=False, case=case, action="", due_on=case.due_on,
            reason=f"{case.answerable}没有在任的书记，问题无人办理：请落实继任书记，由系统管理员开通账号",
        )
        for case, href in found
    ]  # fmt: skip
