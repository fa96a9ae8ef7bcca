"""What must hold of the kinds of unit, and of a unit for what its kind says."""

from __future__ import annotations

import re
from typing import Final

from clock import chinese_date
from register.rules.following import columns
from register.rules.guarding import guard
from register.wanted import Standing
from storage.unit_kinds import free_code, unit_kinds

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")


@guard("code")
def kind_code_sound(one: Standing) -> str | None:
    """A code begins with a letter, is short, and is that of no other kind, retired or not."""
    code = one.said.get("code")
    if code is None:
        return None
    if not _CODE.fullmatch(code):
        return f"代码“{code}”写作字母开头的字母、数字，不超过 20 个；不填的由系统编"
    taken = unit_kinds(one.driver, one.jurisdiction).of(code)
    return f"代码“{code}”已是{taken.name}的" if taken else None


@columns
def kind_coded(one: Standing) -> None:
    """A kind of which no code was said is given one."""
    if not one.after.get("code"):
        one.after["code"] = free_code(unit_kinds(one.driver, one.jurisdiction).names)


@guard("sort")
def kind_in_use(one: Standing) -> str | None:
    """A unit is made, or becomes, of a kind that is not retired."""
    if not one.after["sort"] or one.after["sort"] == one.before.get("sort"):
        return None
    found = unit_kinds(one.driver, one.jurisdiction).of(one.after["sort"])
    if found is None or found.ends_on is None or not found.ended(one.today):
        return None
    return f"类别“{found.name}”已于 {chinese_date(found.ends_on)}停用，请另选一类"


@guard("answerable")
def answerable_named(one: Standing) -> str | None:
    """A unit of a kind that another answers for says which; one that never said is not made to by another change."""
    sort, answers = one.after["sort"], one.after["answerable_id"]
    if answers is not None or not sort or (one.before.get("sort"), one.before.get("answerable_id")) == (sort, None):
        return None
    found = unit_kinds(one.driver, one.jurisdiction).of(sort)
    if found is None or not found.answered:
        return None
    return f"类别是{found.name}的，须填责任党组织：方案、签字、报告由它办，如所在的乡镇（街道）党组织"
