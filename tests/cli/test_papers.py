"""Papers from the command line: what waits, what was issued, and one issued with the next number."""

from __future__ import annotations

import pytest

from papers.drafting import draft, subject_of
from papers.kinds import KINDS
from storage.engine import writing
from tests.cli.conftest import Shell, _opened
from tests.world import TOWN, World, day


@pytest.fixture
def shell(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Give a shell on the house of the world."""
    return _opened(world.home, world.engine.url.render_as_string(hide_password=False), capsys, monkeypatch)


def test_a_draft_is_listed_issued_and_found_by_its_number(world: World, shell: Shell) -> None:
    world.feed_back(2)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函", year=2026, first=7)
    with writing(world.engine) as work:
        about = subject_of(work.driver, world.place, world.units[TOWN], world.round_id, None)
        number = draft(work, KINDS["talk_record"], about, world.actor("office"), world.now)
        work.commit()
    assert number in [one["id"] for one in shell.json("papers", "drafts")]
    code, _, said = shell.run("papers", "issue", number, "--as", "head", "--series", "没有")
    assert code == 2
    assert "现有：成委巡办函" in said
    code, _, said = shell.run("papers", "issue", number, "--as", "office")
    assert code == 3
    assert "应由巡察办主任签发" in said
    made = shell.json("papers", "issue", number, "--as", "head")
    assert [one["id"] for one in shell.json("papers", "list")] == [made["paper"]]
    assert number not in [one["id"] for one in shell.json("papers", "drafts")]
