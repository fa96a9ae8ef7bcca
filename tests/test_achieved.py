"""What was achieved, listed one by one: read row by row, added up, a person once for each measure, kept as it was handed in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from figures.counting import count
from figures.grouping import TABLES, lines_of
from figures.printed import printed
from results import DAY, LISTS, RESULTS, Cell, as_kept, as_listed, listed_total, said_row
from states import ACTIONS
from storage.engine import reading
from storage.reads.achieved import achieved_of
from storage.reads.reviews import last_said
from storage.reads.standings import AsOf
from tests.world import World
from workflow.achieved import shown_row, with_lists_added, without_lists_added
from workflow.answers import read_answers
from workflow.refusal import Refusal

SAID: dict[str, Any] = {"root_cause": "管护不清", "elsewhere": "已排查", "results": {}}
RULE = {"kind": "新建", "name": "路灯管护办法", "number": "城伯发〔2026〕3号", "on": "2026-03-05"}
SUM = {"kind": "清退资金", "amount": "3万元", "voucher": "收据 12 号"}


def read(**answers: Any) -> tuple[dict[str, Any], list[Refusal]]:
    return read_answers(ACTIONS["submit"], SAID | answers)


def named(*names: str, kind: str = "党纪处分") -> list[dict[str, Any]]:
    return [{"kind": kind, "name": name} for name in names]


def test_rows_are_read_by_their_words_and_added_up() -> None:
    """Kinds by short words or whole, money in yuan or 万, people by name or by number; the figures are their sums."""
    people = [
        *named("张某", "李某"),
        {"kind": "诫勉", "count": "2人"},
        {"kind": "诫勉", "name": "王某", "post": "所长"},
    ]
    found, faults = read(rules=[RULE], sums=[SUM, {"kind": "清退", "amount": "0.5"}], people=people)
    assert not faults
    assert found["results"] == {"rules_new": 1, "money_repaid": 3_000_050, "people_admonished": 3, "people_party": 2}
    rows = [*found["rules"], *found["sums"], *found["people"]]
    assert [said_row(row) for row in rows] == [
        "新建《路灯管护办法》（城伯发〔2026〕3号，2026年3月5日印发）", "清退 30,000.00 元（收据 12 号）", "清退 0.50 元",
        "党纪处分 张某", "党纪处分 李某", "诫勉 2 人", "诫勉 王某（所长）",
    ]  # fmt: skip
    assert [as_listed(as_kept(row)) for row in rows] == [
        {**row, "on": str(row["on"])} if "on" in row else row for row in rows
    ]


def test_a_cell_of_a_list_is_one_row_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/figures.md adds one: read, kept, listed and said by its row alone."""
    page = (Path(__file__).parent.parent / "docs" / "figures.md").read_text(encoding="utf-8")
    assert 'Cell("paid_on", "付款日期", "dated", DAY, aside="{}付款")' in page
    cell = Cell("paid_on", "付款日期", "dated", DAY, aside="{}付款")
    monkeypatch.setitem(LISTS, "sums", replace(LISTS["sums"], cells=(*LISTS["sums"].cells, cell)))
    found, faults = read(sums=[{**SUM, "paid_on": "2026-03-05"}])
    assert (faults, said_row(found["sums"][0])) == ([], "清退 30,000.00 元（收据 12 号，2026年3月5日付款）")
    assert as_listed(as_kept(found["sums"][0]))["paid_on"] == "2026-03-05"
    assert "付款日期不是日期" in read(sums=[{**SUM, "paid_on": "昨天"}])[1][0].sentence


def test_what_is_listed_needs_no_figure_and_what_is_not_is_stated_beside_it() -> None:
    found, faults = read(rules=[RULE], results={"people_party": 4, "rules_new": "1"})
    assert (faults, found["results"]) == ([], {"rules_new": 1, "people_party": 4})
    without = {name: value for name, value in SAID.items() if name != "results"}
    assert read_answers(ACTIONS["submit"], {**without, "rules": [RULE]})[1] == []
    assert [one.field for one in read_answers(ACTIONS["submit"], {**without, "rules": []})[1]] == ["results"]


@pytest.mark.parametrize(
    ("answers", "sentence", "field"),
    [
        ({"rules": [RULE], "results": {"rules_new": 3}}, "“新建制度”填了 3 项，逐项列出的合计 1 项：请补全清单，或者不填这个数，由系统合计", "results.rules_new"),
        ({"sums": [SUM], "results": {"money_repaid": "0"}}, "“清退资金”填了 0.00 元，逐项列出的合计 30,000.00 元", "results.money_repaid"),
        ({"people": named("张某", " 张某")}, "第 2 行与第 1 行是同一个人、同一种处理，只列一次", "people.name"),
        ({"people": [{"kind": "诫勉"}]}, "人员处理清单第 1 行请写姓名（可以用代号），不写姓名的写人数", "people.name"),
        ({"people": [{"kind": "诫勉", "name": "张某", "count": "2"}]}, "几个人的分行写", "people.count"),
        ({"people": [{"kind": "开除球籍", "name": "张某"}]}, "第 1 行的处理方式应为：批评教育、诫勉", "people.kind"),
        ({"rules": [{"kind": "新建"}]}, "制度清单第 1 行缺少名称", "rules.name"),
        ({"rules": [RULE, {**RULE, "on": "2026.13.1"}]}, "制度清单第 2 行的印发日期不是日期：“2026.13.1”", "rules.on"),
        ({"rules": [{**RULE, "name": "字" * 301}]}, "不超过 300 字", "rules.name"),
        ({"rules": [{**RULE, "secret": "x"}]}, "制度清单第 1 行应有", "rules"),
        ({"sums": [{"kind": "清退", "amount": "约3万"}]}, "资金清单第 1 行的金额：“清退资金（元）”应为金额", "sums.amount"),
        ({"sums": [{"kind": "清退", "amount": "1", "voucher": "票\x00据"}]}, "含有不可见的控制字符", "sums.voucher"),
        ({"sums": [SUM] * 101}, "“资金清单”应为至多 100 行", "sums"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_cell(answers: dict[str, Any], sentence: str, field: str) -> None:
    (fault,) = read(**answers)[1]
    assert sentence in fault.sentence
    assert fault.field == field


def test_typed_answers_are_shown_with_their_sums_and_asked_without_them() -> None:
    """The check page says what will be recorded; the form does not ask again what the lists add up to."""
    typed = {"sums": [SUM], "people": [{"kind": "什么"}], "results": {"rules_new": "2"}}
    shown = with_lists_added(typed)
    assert shown["results"] == {"rules_new": "2", "money_repaid": "30000"}
    assert without_lists_added(shown) == typed
    assert with_lists_added({"reason": "x"}) == {"reason": "x"}
    assert shown_row("people", {"kind": "什么", "name": "=1+1"}) == "什么 =1+1"


def test_every_figure_is_of_one_list_and_a_row_adds_what_it_says() -> None:
    assert sorted(kind for of in LISTS.values() for kind in of.of) == sorted(RESULTS)
    assert listed_total([{"kind": "people_party", "count": 3}, {"kind": "people_party", "name": "甲"}]) == {
        "people_party": 4
    }


def accept(world: World, *cases: int, **lists: Any) -> None:
    for case in cases:
        world.do("secretary", "submit", case, answers={"results": {}, **lists})
    world.agree(*cases)
    for case in cases:
        world.do("office", "verify", case)


def counted(world: World, on: date | None = None, **more: Any) -> dict[str, Any]:
    names = ("rules_new", "money_repaid", "people_party", "people_admonished")
    with reading(world.engine) as work:
        of = AsOf(world.place, on or world.today, world.today, **more)
        return dict(count(work.driver, of, names))


def test_a_person_counts_once_for_each_measure_whatever_the_problem(world: World) -> None:
    """甲 is punished for two problems of the town and admonished for one; two more are not named; next round he is punished anew."""
    one, two, three = world.all_at_work(3)
    accept(world, one, people=named("甲", "乙"), rules=[RULE])
    world.later(2)
    accept(world, two, people=[*named("甲"), *named("甲", kind="诫勉"), {"kind": "党纪处分", "count": 2}], sums=[SUM])
    accepted = world.today
    assert counted(world) == {"rules_new": 1, "money_repaid": 3_000_000, "people_party": 4, "people_admonished": 1}
    world.do("secretary", "submit", three, answers={"results": {}, "people": named("丙")})
    assert counted(world)["people_party"] == 4
    world.later(5)
    world.walk(one, "approve_text", "publicize")  # of the two, one stands now as it did not then
    assert counted(world, accepted)["people_party"] == 4
    assert counted(world, accepted - timedelta(days=2))["people_party"] == 2
    first = world.round_id
    world.open_round("二轮")
    again = world.all_at_work(1)
    accept(world, *again, people=named("甲"), results={"people_admonished": 7})
    assert (counted(world)["people_party"], counted(world)["people_admonished"]) == (5, 8)
    assert counted(world, round=first)["people_party"] == 4
    with reading(world.engine) as work:
        (line,) = lines_of(work.driver, AsOf(world.place, world.today, world.today), TABLES["results"])
        listed = printed(work.driver, AsOf(world.place, accepted, world.today), "listed")
    assert line.values["people_party"] == 5
    assert [row[-1].said for row in listed.rows] == [
        "新建《路灯管护办法》（城伯发〔2026〕3号，2026年3月5日印发）", "党纪处分 甲", "党纪处分 乙",
        "清退 30,000.00 元（收据 12 号）", "党纪处分 甲", "诫勉 甲", "党纪处分 2 人",
    ]  # fmt: skip


def test_what_comes_again_replaces_what_was_listed_and_a_return_leaves_it(world: World) -> None:
    (case,) = world.all_at_work(1)
    world.do("secretary", "submit", case, answers={"results": {}, "rules": [RULE], "people": named("甲")})
    world.do("secretary", "recall", case)
    with reading(world.engine) as work:
        assert achieved_of(work.driver, case) == {}
    world.do("secretary", "submit", case, answers={"results": {}, "people": named("乙")})
    with reading(world.engine) as work:
        assert achieved_of(work.driver, case) == {"people": [{"kind": "people_party", "name": "乙"}]}
        said = last_said(work.driver, case, "submit")
    assert said["people"] == [{"kind": "people_party", "name": "乙"}]
    assert said["results"] == {"people_party": "1"}
    assert world.rows("SELECT name, version < until_version FROM achieved WHERE until_version IS NOT NULL ORDER BY no") == [
        ("路灯管护办法", True), ("甲", True),
    ]  # fmt: skip


def test_names_are_sealed_in_the_entry_and_in_no_letter(world: World) -> None:
    (case,) = world.all_at_work(1)
    world.do("secretary", "submit", case, answers={"results": {}, "people": named("欧阳某某")})
    entry = world.entry(case)
    assert len(entry["answers"]["people"]) == 64
    assert "欧阳某某" not in json.dumps(entry, ensure_ascii=False)
    assert not world.rows("SELECT 1 FROM outbox WHERE facts LIKE '%欧阳%'")
