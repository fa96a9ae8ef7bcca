"""What the command line counts is what the pages count: rounds, coverage, meetings, instructions, aspects and topics."""

from __future__ import annotations

import html
import re
from pathlib import Path

from register.figures import figures
from storage.engine import reading
from tests.web.conftest import Door
from tests.web.test_dictionary import ROUND, words_ledger
from tests.web.test_importing import go_on, look
from tests.web.test_meetings import HELD, made
from tests.web.test_rounds import term_of
from tests.world import TOWN, World


def counted(world: World, round_id: int | None = None) -> dict[str, object]:
    with reading(world.engine) as work:
        return figures(work.driver, world.place, world.today, round_id)


def test_a_house_without_any_of_it_counts_nothing(door: Door) -> None:
    assert counted(door.world) == {
        "rounds_by_kind": {"": 1}, "coverage": None, "meetings": {"count": 0, "by_kind": {}, "cases": 0, "other_terms": 0},
        "instructions": {"count": 0, "owed": 0, "late": 0, "answered": 0, "other_terms": 0}, "by_aspect": {}, "no_aspect": 0, "by_topic": {},
    }  # fmt: skip


def test_the_figures_are_those_of_the_pages(door: Door, tmp_path: Path) -> None:
    """The coverage in per cent, the meetings of the years, what is owed and answered, and the aspects of a dictionary with its topics."""
    world, office = door.world, door.as_("office")
    term = term_of(world)
    path = words_ledger(
        tmp_path, ("聚焦基层腐败", "扶贫"), ("聚焦基层腐败", ""), ("民生", ""), ("落实全面从严治党责任", "扶贫")
    )
    page = look(door, path, round=ROUND)
    assert go_on(door, page, **{"word.0": "聚焦基层腐败", "word.0.as": "J2"}).status_code == 303
    agenda = [f"#{row[0]}" for row in world.rows("SELECT id FROM cases ORDER BY id LIMIT 2")]
    made(door, sort="leading_group", held_on="2026-03-02", number=HELD["number"], agenda=agenda)
    made(door, sort="secretary", held_on="2026-03-02")
    made(door, sort="leading_group", held_on="2015-03-02", number="旧〔2015〕1号")
    said = {"leader": "leader", "written_on": "2026-03-02", "words": "请认真整改"}
    made(door, "instruction", **{**said, "written_on": "2015-03-02"}, unit=TOWN)
    world.enter("office", "term", "make", name="上一届", starts_on="2011-01-01", ends_on="2015-12-31")
    for due in ("", "2026-03-05", "2026-03-06"):
        made(door, "instruction", **said, unit=TOWN, **({"due_on": due} if due else {}))
    answered = made(door, "instruction", **said, round=ROUND, due_on="2026-03-09")
    assert office.submit(f"{answered}/answer", {"answered_on": "2026-03-02", "answer": "已部署"}).status_code == 303
    found = counted(world)
    assert found["coverage"] == {"term": "第十三届", "of": 3, "inspected": 0, "planned": 0, "missing": 3, "rate": 0.0}
    around = world.rows("SELECT id FROM rounds WHERE name = :name", name=ROUND)[0][0]
    world.enter("office2", "round", "change", around, asked_by="office", term=str(term))
    found = counted(world)
    assert found["coverage"] == {"term": "第十三届", "of": 3, "inspected": 1, "planned": 0, "missing": 2, "rate": 33.33}
    assert ">33.33 %<" in office.get(f"/register/term/{term}/coverage").text
    assert found["meetings"] == {
        "count": 2,
        "by_kind": {"leading_group": 1, "secretary": 1},
        "cases": 2,
        "other_terms": 1,
    }
    assert "议题 2 个" in office.get("/register/meeting").text
    assert found["instructions"] == {"count": 4, "owed": 2, "late": 0, "answered": 1, "other_terms": 1}
    page_of_instructions = office.get("/register/instruction").text
    assert "批示 4 件" in page_of_instructions
    assert "待回复 2 件" in page_of_instructions
    assert found["by_topic"] == {"脱贫攻坚": 2}
    assert found["no_aspect"] == 1
    assert sorted(found["by_aspect"].values()) == [1, 2]  # type: ignore[attr-defined]
    dictionary = world.rows("SELECT id FROM listed WHERE kind = 'dictionary'")[0][0]
    shown = re.sub(r"<[^>]+>", " ", html.unescape(office.get(f"/register/dictionary/{dictionary}").text))
    assert "1 个问题的方面写得与这一版不一样" in " ".join(shown.split())
    one = counted(world, around)
    assert (one["coverage"], one["meetings"], one["by_topic"]) == (None, None, {"脱贫攻坚": 2})
    assert one["instructions"] == {"count": 1, "owed": 0, "late": 0, "answered": 1, "other_terms": 0}
    assert counted(world, world.round_id)["by_aspect"] == {}
