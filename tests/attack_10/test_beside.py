from __future__ import annotations

from tests.test_splitting import DIVIDED, MINUTES, part_of, split
from tests.web.conftest import Door
from tests.web.test_homes import words


def test_words_of_a_restricted_part_on_the_page_of_the_whole(door: Door) -> None:
    """限定知悉 of the part: the page of the whole says nothing of its words to others."""
    world = door.world
    (case,) = world.feed_back()
    split(world, case, **{**DIVIDED, "minute_on": "2026-03-02", "part_problem": "某人涉嫌受贿", "part_detail": "线索细节"})
    part = part_of(world, case)
    said = {"roles": ["secretary", "handler"], "people": "office", "reason": "涉密"}
    assert door.as_("office").submit(f"/cases/{part}/restrict", said).status_code == 303
    assert door.as_("office2").get(f"/cases/{part}").status_code == 404
    page = door.as_("office2").get(f"/cases/{case}").text
    i = page.find("受贿")
    print(words(page[max(0, i - 600): i + 400]) if i >= 0 else "none")
    assert "受贿" not in page
    assert "线索细节" not in page
    assert "第 77 号" not in page and "77" not in words(page)
