"""The form of a profile's next version: every number in its group, as it is in the version it is made of or as it was filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData

from register.numbers import NUMBERS, in_value, of_clock, of_key
from states import CRITERIA, ROLES, RUNGS
from workflow.days import joint
from workflow.days.anchors import CHOICES, CHOSEN, FROM
from workflow.days.limits import Limit
from workflow.days.profiles import LARGEST, Key, Profile, When, largest, limits_known, may_verify
from workflow.days.versions import VERIFIERS, Value, values

UNITS: Final = (("workday", "个工作日"), ("day", "天（自然日）"), ("month", "个月"))
RESTS: Final = (("keep", "遇休息日不顺延"), ("next", "遇休息日顺延"))
ANCHORS: Final = tuple(CHOICES.items())
HOWS: Final = (("half", "时限过半"), ("due", "到期当日"), ("overdue", "逾期次日起"), ("before", "到期前"), ("after", "到期后"), ("in", "开始后"))  # fmt: skip
COUNTED: Final = ("before", "after", "in")
DAYS: Final = (("day", "天"), ("workday", "个工作日"))
ESCALATES: Final = (("yes", "同时升级督办"), ("no", "只标记，不升级"))
MAY_VERIFY: Final = tuple((role, ROLES[role]) for role in may_verify())


@dataclass(slots=True)
class Filled:
    """A number in the form: where it stands, what it is of, the parts that are filled in, what it is in the version before, what is wrong."""

    key: Key
    shown: str
    parts: dict[str, str]
    was: str
    hint: str = ""
    fault: str = ""

    @property
    def name(self) -> str:
        """Return the name of its fields, before the part."""
        return ".".join(self.key)


@dataclass(slots=True)
class NumbersForm:
    """The whole form: its groups, the reason, what is wrong by field."""

    verifiers: tuple[str, ...]
    limits: list[Filled]
    anchors: list[Filled]
    rungs: dict[str, list[Filled]]
    criteria: dict[str, list[Filled]]
    opinions: dict[str, list[Filled]]
    reason: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def all(self) -> Iterator[Filled]:
        """Yield every number of it."""
        yield from self.limits
        yield from self.anchors
        for groups in (self.rungs, self.criteria, self.opinions):
            for rows in groups.values():
                yield from rows


def form_of(base: Profile, changes: Mapping[Key, Value] | None = None) -> NumbersForm:
    """Return the form as the version is that it is made of, with what was changed already."""
    there = values(base)
    now = {**there, **(changes or {})}
    rungs: dict[str, list[Filled]] = {}
    criteria: dict[str, list[Filled]] = {}
    opinions: dict[str, list[Filled]] = {}
    for key, value in now.items():
        was = in_value(there[key])
        if key[0] == "rungs":
            rungs.setdefault(of_clock(key[1]), []).append(Filled(key, RUNGS[key[2]], _parts(value), was))
        elif key[0] == "criteria":
            shown = "判定以后" if key[2] == "escalate" else NUMBERS[key[2]][0]
            criteria.setdefault(CRITERIA[key[1]].shown, []).append(Filled(key, shown, _parts(value), was))
        elif key[0] == "opinions":
            hint = _PARTIES if key[2] == "parties" else _ENOUGH if key[2] == "enough" else ""
            one = Filled(key, joint.WORDS[key[2]], _parts(value, key[2]), in_value(there[key], key[2]), hint)
            opinions.setdefault(joint.STAGES[key[1]][0], []).append(one)
    limits = [
        Filled(
            ("limits", name), shown, _parts(now["limits", name]), in_value(there["limits", name]),
            f"从{FROM[name].since}算：{FROM[name].meaning}" if name not in CHOSEN else f"{FROM[name].meaning}；从哪天算在下面选",
        )
        for name, shown in limits_known().items()
    ]  # fmt: skip
    anchors = [
        Filled(key, shown, _parts(now[key]), in_value(there[key]))
        for name, shown in CHOSEN.items()
        for key in [("anchors", name)]
    ]
    verifiers = now[VERIFIERS]
    assert isinstance(verifiers, tuple)
    return NumbersForm(verifiers, limits, anchors, rungs, criteria, opinions)


_PARTIES: Final = f"用“、”隔开，可以写{'、'.join(ROLES[role] for role in joint.may_opine())}；按次序提意见的，写的次序就是提意见的次序"
_ENOUGH: Final = "0 为全部；已经提了退回的，不因够数而不作数"


def _parts(value: Value, name: str = "") -> dict[str, str]:
    if isinstance(value, tuple):
        return {"names": "、".join(ROLES[role] for role in value)}
    if isinstance(value, Limit):
        return {"number": str(value.number), "unit": value.unit, "rest": value.rest}
    if isinstance(value, When):
        return {
            "how": value.how,
            "number": str(value.number) if value.number else "",
            "unit": "workday" if value.workdays else "day",
        }
    if isinstance(value, bool):
        return {"does": "yes" if value else "no"}
    return (
        {f"is_{name}" if name in joint.CHOICES else "from": value} if isinstance(value, str) else {"number": str(value)}
    )


def fill(form: NumbersForm, given: FormData) -> dict[Key, Value]:
    """Put what was filled in into the form, and mark what is wrong; return what it says, all that can be read."""
    said: dict[Key, Value] = {}
    form.reason = _text(given, "reason")
    for one in form.all:
        one.parts = {part: _text(given, f"{one.name}.{part}", there) for part, there in one.parts.items()}
        try:
            said[one.key] = _READ[one.key[0]](one.parts)
        except (KeyError, ValueError):
            one.fault = f"{of_key(one.key)}：{_wanted(one)}"
            form.faults.append((f"{one.name}.{next(iter(one.parts))}", one.fault))
    if "verifiers" in given or "reason" in given:
        roles = [role for role, _ in MAY_VERIFY if role in given.getlist("verifiers")]
        form.verifiers = tuple(roles)
        said[VERIFIERS] = tuple(roles)
        form.faults += [] if roles else [("verifiers", "至少选一方验收销号")]
    if not form.reason:
        form.faults.append(("reason", "请写明依据：文号，或为什么要改"))
    return said


def _text(given: FormData, name: str, there: str = "") -> str:
    value = given.get(name, there)
    return value.strip() if isinstance(value, str) else there


def _wanted(one: Filled) -> str:
    if one.key[0] == "anchors":
        return f"请选{'或'.join(CHOICES.values())}"
    if one.key[0] == "opinions":
        return "请写角色的名称，用“、”隔开" if one.key[2] == "parties" else "请填写整数，0 为全部"
    if one.key[0] == "rungs":
        return f"“到期前、到期后、开始后”的，请填写 1 到 {LARGEST} 的整数"
    return f"请填写 1 到 {largest(one.parts.get('unit', ''))} 的整数"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST)) and 1 <= int(text) <= LARGEST):
        raise ValueError(text)
    return int(text)


def _limit(parts: Mapping[str, str]) -> Limit:
    unit: Any = dict(UNITS)[parts["unit"]] and parts["unit"]
    rest: Any = dict(RESTS)[parts["rest"]] and parts["rest"]
    number = _number(parts["number"])
    if number > largest(unit):
        raise ValueError(number)
    # Working days never end on a rest day.
    return Limit(number, unit, "keep" if unit == "workday" else rest)


def _rung(parts: Mapping[str, str]) -> When:
    how: Any = dict(HOWS)[parts["how"]] and parts["how"]
    if how not in COUNTED:
        return When(how)
    return When(how, _number(parts["number"]), bool(dict(DAYS)[parts["unit"]]) and parts["unit"] == "workday")


def _criterion(parts: Mapping[str, str]) -> Value:
    if "does" in parts:
        return bool(dict(ESCALATES)[parts["does"]]) and parts["does"] == "yes"
    return _number(parts["number"])


def _anchor(parts: Mapping[str, str]) -> str:
    return parts["from"] if CHOICES[parts["from"]] else ""


def _opinion(parts: Mapping[str, str]) -> Value:
    if "names" in parts:
        named = {words: role for role, words in ROLES.items()}
        return tuple(named[one] for one in re.split(r"[、，,\s]+", parts["names"].strip("、，, ")))
    if "number" in parts:
        return 0 if parts["number"] == "0" else _number(parts["number"])
    ((part, value),) = parts.items()
    return value if joint.CHOICES[part.removeprefix("is_")][value] else ""


_READ: Final[dict[str, Any]] = {
    "limits": _limit, "anchors": _anchor, "rungs": _rung, "criteria": _criterion, "opinions": _opinion,
}  # fmt: skip
