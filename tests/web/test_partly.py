"""A batch of which only some go: how many stands in the title, in a notice and on the button, where one signs."""

from __future__ import annotations

from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.test_homes import words
from tests.web.test_moved_on import filled, opened

COUNTED = "3 件中 1 件将办理，2 件不办理"


def checked(door: Door, *going: bool, **more: str) -> tuple[list[int], str]:
    """Let the secretary look over the claims of cases, of which only some are filled in; return them and the page."""
    cases = door.world.feed_back(len(going))
    form = opened(door, "secretary", "claim", *cases).text
    said: dict[str, object] = {"case": [str(case) for case in cases], **more}
    for case, goes in zip(cases, going, strict=True):
        typed = filled(form, case)
        said |= typed if goes else {name: value for name, value in typed.items() if not name.startswith("c")}
    return cases, door.as_("secretary").submit("/acts/claim", said).text


def test_how_many_go_is_said_where_one_signs(door: Door) -> None:
    _, page = checked(door, True, False, False)
    said = words(page)
    assert f"<title>核对：认领（{COUNTED}）" in page
    assert f"核对：认领 （{COUNTED}）" in said
    assert f"{COUNTED}。 不能办理的写明了原因；确认以后只办理其余的。" in said
    assert "确认认领 1 件" in said
    assert said.count("这一个不能办理：") == 2


def test_the_count_holds_when_the_password_is_wrong_and_is_what_is_done(door: Door) -> None:
    (one, two, three), page = checked(door, True, False, False)
    form = {
        "case": [str(one), str(two), str(three)],
        **filled(page, one, "do"),
        f"v{two}": field_in(page, f"v{two}"),
        f"v{three}": field_in(page, f"v{three}"),
        "shown": field_in(page, "shown"),
    }
    again = door.as_("secretary").submit("/acts/claim", {**form, "password": "不对"})
    assert (again.status_code, COUNTED in words(again.text)) == (422, True)
    done = words(door.as_("secretary").submit("/acts/claim", {**form, "password": PASSWORD}).text)
    assert "已办：认领 1 件" in done
    assert done.count("未办理：") == 2


def test_where_all_go_nothing_is_counted(door: Door) -> None:
    _, page = checked(door, True, True)
    assert "不办理" not in words(page)
    assert ">确认认领</button>" in page
