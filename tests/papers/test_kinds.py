"""The table of papers against the life, the configuration and what is promised of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from papers import kinds
from papers.fonts import FAMILIES, SHIPPED, STAND_INS, Wanted, choose
from papers.kinds import COVERS, ISSUERS, KINDS, SCHEMES, Kind
from settings import SHIPPED as SHIPPED_SETTINGS
from settings import _read
from states import MATERIALS

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_lists_every_paper_as_its_row_says() -> None:
    page = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in map(_listed, KINDS.values()) if row not in page] == []
    assert len([line for line in page if line.count("|") == 8]) == len(KINDS) + 2


def _listed(one: Kind) -> str:
    marks = "、".join(
        words for words, yes in (("编号", one.numbered), ("盖章", one.stamped), ("回执", one.receipt)) if yes
    )
    shown = (
        one.shown,
        f"`{one.name}`",
        COVERS[one.covers],
        SCHEMES[one.scheme],
        ISSUERS[one.issuer],
        marks or "—",
        one.said_of or "—",
    )
    return f"| {' | '.join(shown)} |"


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": ("feed_bakc",)}, {"of": ("claim.yelow",)}, {"of": ("clam.half",)}, {"to": ("secretry",)}, {"issues": "boss"},
        {"covers": "province"}, {"scheme": "poster"}, {"material": "plann"},
    ],
)  # fmt: skip
def test_a_name_that_the_life_does_not_know_stops_the_start(
    wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(kinds.faults()) == []
    monkeypatch.setitem(KINDS, "feedback", replace(KINDS["feedback"], **wrong))
    [said] = kinds.faults()
    assert said.startswith(("feedback: 没有", "feedback: states.py 没有"))


def test_every_paper_says_in_words_where_it_belongs() -> None:
    assert KINDS["warning"].said_of.startswith("提醒、认领时限·红色预警")
    assert [one.shown for one in KINDS.values() if len(one.shown) > 20] == []


def test_who_receives_what_is_signed_for_is_named() -> None:
    silent = [one.name for one in KINDS.values() if one.receipt and not one.to]
    assert silent == ["inspection_advice"]  # its addressee is written by hand


def test_what_moves_want_is_printed_where_it_is_made_here() -> None:
    printed = {one.material for one in KINDS.values()} & set(MATERIALS)
    assert printed >= {
        "opinion_letter", "at_once_notice", "plan", "plan_commitment", "commitment", "opinions", "report", "acceptance_record", "text",
        "check_sheet", "handover_sheet", "order", "consent",
    }  # fmt: skip


def test_the_configuration_names_the_families_that_are_usual() -> None:
    fonts = _read(SHIPPED_SETTINGS).papers.fonts
    assert fonts.families == {role: list(names) for role, names in FAMILIES.items()}


OFFICE = {name: frozenset({400}) for names in FAMILIES.values() for name in names[:1]}
FREE = {name: frozenset({400}) for name in SHIPPED}


def test_with_the_offices_fonts_nothing_is_replaced() -> None:
    chosen = choose(Wanted({}), OFFICE | FREE)
    assert chosen.notices == ()
    assert not chosen.thin_title
    # Behind each stands what has every glyph.
    assert chosen.families["text"] == ("仿宋_GB2312", "Noto Serif SC", "Noto Sans SC")


def test_what_is_replaced_is_said_role_by_role() -> None:
    chosen = choose(Wanted({"text": ("某单位仿宋",)}), FREE)
    assert chosen.notices[1] == "本机没有仿宋（某单位仿宋 等），PDF 改用 Noto Serif SC"
    assert len(chosen.notices) == 5
    assert chosen.thin_title
    assert all(names[-1] in SHIPPED for names in STAND_INS.values())
