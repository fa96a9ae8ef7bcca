"""What some fields of the register choose from, each by its words."""

from __future__ import annotations

from typing import Final

from states import CAPACITIES
from storage import recurrences
from storage.meetings import GROUP_MEETING

ROUND_SORTS: Final = (
    ("regular", "常规巡察"),
    ("special", "专项巡察"),
    ("mobile", "机动巡察"),
    ("look_back", "巡察“回头看”"),
    ("raised", "提级巡察"),
)
DUTIES: Final = (("leader", "组长"), ("deputy", "副组长"), ("liaison", "联络员"), ("member", "组员"))
SOURCES: Final = (
    ("vote", "民主测评"),
    ("lesson", "党规党纪教育"),
    ("survey", "问卷调查"),
    ("visit", "走访座谈"),
    ("talk", "个别谈话"),
    ("papers", "查阅资料"),
    ("other", "其他"),
)
INQUIRIES: Final = (("made", "已函询"), ("none", "不函询"))
WAYS_HELD: Final = (
    ("examined", "检查（党组织）"),
    ("named", "通报"),
    ("reorganised", "改组（党组织）"),
    ("admonished", "诫勉"),
    ("adjusted", "组织调整或组织处理"),
    ("disciplined", "纪律处分"),
)
"""How 《问责条例》 holds organisations and persons to account."""
MEETINGS: Final = (
    ("standing", "常委会"),
    (GROUP_MEETING, "领导小组会议"),
    ("secretary", "书记专题会"),
    ("other", "其他会议"),
)
CAPACITY_WORDS: Final = {name: words or "正式" for name, words in CAPACITIES.items()}
VERDICTS: Final = tuple(recurrences.VERDICTS.items())
