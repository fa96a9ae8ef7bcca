"""What a ledger says of work under way or closed elsewhere 存量: its 状态, dates, extensions and returns, each read in its cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from ledger.cells import Cell
from ledger.columns import Columns
from ledger.dates import LimitSaid, NotALimit, parse_limit
from ledger.headers import ASIDE, MARKS, Header
from ledger.sheet import Running
from ledger.words import cell_text, squeezed
from states import (
    CLAIMED,
    FEEDBACK,
    PLAN_REVIEW,
    PUBLICIZED,
    RECTIFYING,
    STATES,
    SUBMITTED,
    VERIFIED,
    WITHDRAWN,
    WITHHELD,
)

NAMES: Final[dict[str, tuple[str, ...]]] = {
    key: tuple(names.split())
    for key, names in {
        "state": "状态 整改状态 完成状态 办理状态 当前状态 目前状态 销号状态 销号情况 是否销号 是否完成 整改完成状态 问题状态 进度状态",
        "fed_back": "反馈日期 反馈时间 反馈之日 巡察反馈日期 巡察反馈时间 问题反馈日期 问题反馈时间",
        "done": (
            "完成日期 实际完成日期 实际完成时间 整改完成日期 完成整改日期 完成整改时间 办结日期 办结时间 申请销号日期 申请销号时间 报送销号日期 "
            "整改完成时间 完成时间"
        ),
        "closed": "销号日期 销号时间 验收销号日期 验收销号时间 验收日期 验收时间 验收通过日期",
        "published": "公开日期 公开时间 整改公开日期 整改情况公开日期 公示日期 公示时间 通报日期",
        "extended": "延期 延期至 延期日期 延期时间 延期时限 延期后时限 延期情况 是否延期 延期次数 批准延期至 延长至",
        "returned": "退回次数 退回 退回情况 被退回次数 退回整改次数 返工次数",
    }.items()
}
"""The columns that an import of running work reads beside the others, the preferred name first."""
SAYS_WHERE: Final = {"state", "closed", "published"}
"""A ledger of running work has one of these columns at least."""
_FIELDS: Final = {squeezed(name): (key, rank) for key, names in NAMES.items() for rank, name in enumerate(names)}

_SAID: Final[dict[str, str]] = {
    FEEDBACK: "待认领 未认领 已反馈 待反馈确认 复核中 异议中 提出异议",
    CLAIMED: "待报方案 已认领 未报方案 待制定方案 方案制定中 制定方案中 制定方案 方案编制中 未报整改方案 方案退回",
    PLAN_REVIEW: "联审中 方案已报 方案联审 联审 方案联审中 方案审核中 方案待审 待审方案 审核方案 方案审批中 已报方案",
    RECTIFYING: (
        "整改中 正在整改 未完成 未整改 尚未整改 未完成整改 正在进行 进行中 推进中 正在推进 持续推进 持续整改 整改推进中 正在办理 办理中 长期整改 "
        "长期坚持 立行立改 集中整改 基本完成 基本完成并持续整改 阶段性完成 部分完成 未到位 整改未到位 未销号 "
        "延期 延期中 延期整改 已延期 逾期 超期 逾期未完成 逾期未销号 督办中 升级督办 提级督办 重点督办 挂牌督办 退回整改 退回再整改 退回重改 否"
    ),
    SUBMITTED: (
        "待验收 已完成待销号 完成待销号 已完成待验收 整改完成待验收 已完成未销号 已完成未验收 申请销号 已申请销号 待销号 销号中 验收中 待审核 已报验收 "
        "已上报待销号 待验收销号 申请验收"
    ),
    VERIFIED: (
        "已销号 销号 已验收 验收通过 已验收销号 已完成销号 已完成并销号 已完成已销号 已整改销号 整改到位已销号 完成销号 待公开 "
        "已完成 完成 完成整改 已完成整改 整改完成 已整改完成 整改完毕 已整改完毕 已整改 整改到位 已整改到位 到位 已到位 已办结 办结 是"
    ),
    PUBLICIZED: "已公开 已公示 公开 已双公开 已通报 已销号已公开 已公开销号",
    WITHHELD: "不予公开 不公开 不宜公开 已销号不公开 已销号不予公开",
    WITHDRAWN: "已撤销 撤销 作废 已作废",
}  # fmt: skip
_MEANT: Final = {word: state for state, words in _SAID.items() for word in words.split()}
_READS: Final = {state: " ".join(words.split()[:4]).replace(" ", "、") for state, words in _SAID.items()}
_UNITS: Final = frozenset(_SAID[VERIFIED].split(" 待公开 ")[1].split())
"""What a unit says of itself as well as an office: closed only where the ledger says of it that it is."""
_STOPS: Final = re.compile(r"[,，、;；.。:：]")
_EDGES: Final = re.compile(r"^[【\[（(]+|[】\]）)。，,；;、：:]+$")
_NONE: Final = "无 否 未 没有 未延期 不延期 未退回 — - -- / 0 零 0次 零次"
_NOT: Final = {"", *_NONE.split()}
_ONCE: Final = {"是", "有", "已延期", "延期", "已批准", "同意", "√", "已退回", "退回"}
_TIMES: Final = re.compile(r"(?:已?(?:延期|退回))?(\d{1,2}|[一二三四五])次?")
_NUMERALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_MOST: Final = 20
_STRANGE: Final = "看不懂这个状态"
HOW: Final = "请写明年月日（如 2021年6月30日）"
_SHOWN: Final = {VERIFIED: "已销号"}
UNDERSTOOD: Final = "；".join(
    f"{_SHOWN.get(state, STATES[state].shown)}（{words}…）" for state, words in _READS.items() if state != WITHDRAWN
)
"""The words that a ledger may use, said once for the whole of it."""
HOW_TO_SAY: Final = f"状态可以写作：{UNDERSTOOD}"


def with_running(header: Header) -> Header:
    """Return the header with the columns that say where the work stands; they are the office's own in other imports, and passed over."""
    columns = dict(header.columns)
    best: dict[str, tuple[int, int]] = {}
    for column, label in header.labels.items():
        word = MARKS.sub("", squeezed(label)).upper()
        found = _FIELDS.get(word) or _FIELDS.get(MARKS.sub("", ASIDE.sub("", word)))
        taken = next((key for key, place in columns.items() if place == column), "")
        # What is read as something else by other imports is that here too, but for one that says no more than where it stands.
        if found is None or (taken and (taken, word) != ("progress", "完成状态")):
            continue
        key, rank = found
        if key not in best or rank < best[key][0]:
            best[key] = (rank, column)
    for key, (_, column) in best.items():
        columns = {name: place for name, place in columns.items() if place != column} | {key: column}
    return replace(header, columns=columns)


def running_of(columns: Columns) -> list[Running]:
    """Return what each row says of where it stands; what is not understood is a fault in its cell."""
    states = _read(columns, "state", "", _state)
    fed_back, done, closed, published = (
        _read(columns, key, None, _day) for key in ("fed_back", "done", "closed", "published")
    )
    never: tuple[date | None, int] = (None, 0)
    extended = _read(columns, "extended", never, _extended)
    returned = _read(columns, "returned", 0, _times)
    said = [" ".join(cell_text(cell).split()) for cell in columns.cells("state")]
    if any(_STRANGE in one.message for one in columns.faults):
        columns.notices.append(HOW_TO_SAY)
    # Under 是否销号 every word says of the closing.
    own = "销号" not in columns.header.field_label("state")
    units = [own and bool(_UNITS.intersection(_words(one))) for one in said]
    return [
        Running(
            said[at], states[at], fed_back[at], done[at], closed[at], published[at], *extended[at], returned[at], units[at]
        )
        for at in range(len(columns.rows))
    ]  # fmt: skip


Read = TypeVar("Read")


def _read(columns: Columns, key: str, empty: Read, read: Callable[[Cell], Read]) -> list[Read]:
    found: list[Read] = []
    known: dict[Cell, Read | NotALimit] = {}
    for index, cell in enumerate(columns.cells(key)):
        if cell not in known:
            try:
                known[cell] = read(cell) if cell_text(cell).strip() else empty
            except NotALimit as fault:
                known[cell] = fault
        one = known[cell]
        if isinstance(one, NotALimit):
            columns.fault(index, key, cell_text(cell), str(one))
            one = empty
        found.append(one)
    return found


def _state(cell: Cell) -> str:
    text = cell_text(cell)
    state = next((_MEANT[word] for word in _words(text) if word in _MEANT), "")
    if state == WITHDRAWN:
        raise NotALimit("已撤销、作废的问题不转入，请从台账中删去这一行。")
    if not state:
        raise NotALimit(f"“{text.strip()[:30]}”：{_STRANGE}。")
    return state


def _words(text: str) -> list[str]:
    """Return the words that a state may be: without stops, with what stands in brackets behind it and without."""
    word = squeezed(text)
    return [_STOPS.sub("", _EDGES.sub("", one)) for one in (word, ASIDE.sub("", word))]


def _day(cell: Cell) -> date | None:
    if isinstance(cell, str) and squeezed(cell) in _NOT:
        return None
    try:
        found = parse_limit(cell)
    except NotALimit:
        found = LimitSaid()
    if found.due is None or found.kind:
        raise NotALimit(f"“{cell_text(cell).strip()[:30]}”不是确定的日期，{HOW}。")
    return found.due


def _extended(cell: Cell) -> tuple[date | None, int]:
    text = squeezed(cell_text(cell))
    if text in _NOT or text in _ONCE or _TIMES.fullmatch(text):
        return None, _times(cell)
    try:
        return _day(re.sub(r"^(?:已?延期?(?:至|到)|至|到)", "", cell) if isinstance(cell, str) else cell), 1
    except NotALimit:
        why = f"“{cell_text(cell).strip()[:30]}”看不懂：请写延到哪一天（如 2021年6月30日），或写“是”“否”“1次”。"
        raise NotALimit(why) from None


def _times(cell: Cell) -> int:
    text = squeezed(cell_text(cell))
    if text in _NOT:
        return 0
    if text in _ONCE:
        return 1
    times = _TIMES.fullmatch(text)
    if times is None or _number(times[1]) > _MOST:
        raise NotALimit(f"“{cell_text(cell).strip()[:30]}”不是次数，请写数字，如 1。")
    return _number(times[1])


def _number(text: str) -> int:
    return _NUMERALS.get(text) or int(text)
