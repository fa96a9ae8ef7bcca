"""What is signed is kept: the sentence with its record, the hash of what was shown; and who must give a password at all."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest

from states import ACTIONS, MOVES, SPLIT_OFF, TAKE_OVERS
from storage.engine import reading
from storage.rows import read_cases
from tests.web.conftest import PASSWORD, Door, as_the_unit_says, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared
from tests.web.test_shown import attach, checked
from tests.world import TOWN, World
from trail.offline import Bad, check_texts
from trail.verify import verify
from web.acts.signed import named_cases
from workflow.shown import seen


@pytest.fixture
def case(door: Door) -> int:
    """Return a case in rectification whose one measure has its evidence."""
    (found,) = door.world.feed_back()
    door.world.walk(found, "claim", "submit_plan", "approve_plan")
    attach(door, found, "夜间照片.pdf")
    return found


# By hand, from what each act does: these neither change the state by somebody's hand nor bind another.
UNSIGNED = {"feed_back", "escalate", "acknowledge", "acknowledge_copy", "answer_copy", "press_copy", "urge", "opine", "progress", "request_extension", "put_to_group", "remind", "flag", "recompute", "check", "order_at_once", "list_ordered", *SPLIT_OFF.values(), *TAKE_OVERS}  # fmt: skip
ENTERED_FOR_THE_GROUP = {"withdraw", "withhold", "order_rework", "order_plan", "approve_plan", "verify"}


def test_every_act_with_consequences_is_signed_for() -> None:
    assert {move.action for move in MOVES if not move.wants_signature} == UNSIGNED
    assert all(ACTIONS[action].wants_signature for action in ENTERED_FOR_THE_GROUP)
    # What is taken over is signed for as a whole, where the second person confirms the ledger; a part with the split that bears it.
    assert {move.action for move in MOVES if move.on_behalf or move.second} - {*TAKE_OVERS, *SPLIT_OFF.values()} <= {
        *ACTIONS
    } - UNSIGNED


def entry(world: World, case: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the last entry of a case, and the texts beside it."""
    ((body, side),) = world.rows(
        "SELECT t.body, x.body FROM trail t LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE t.case_id = :case ORDER BY t.version DESC LIMIT 1",
        case=case,
    )
    return json.loads(bytes(body)), json.loads(side or "{}")


def sentence_on(page: str) -> str:
    """Return the sentence that a page asks to be signed."""
    found = re.search(r'aria-label="签字文本">.*?<p class="mb-0">(.*?)</p>', page, re.DOTALL)
    assert found, words(page)
    return words(found[1]).strip()


def test_numbers_of_several_rounds_are_told_apart() -> None:
    """Numbers begin anew in each round: alone they would name two problems of a unit alike."""
    of: Any = [
        SimpleNamespace(unit=TOWN, round=around, number=number)
        for around, number in (("一轮", 7), ("一轮", 9), ("二轮", 7))
    ]
    assert named_cases(of[:2]) == f"{TOWN}第 7、9 号问题（共 2 个）"
    assert named_cases(of) == f"{TOWN}一轮第 7、9 号问题、{TOWN}二轮第 7 号问题（共 3 个）"


def test_the_sentence_on_the_page_is_the_one_that_is_kept_and_hashed(door: Door, case: int) -> None:
    """王建国 applies: who he is, the day, the case, what he filled in and which files, all in one sentence, kept as he read it."""
    page, sent = checked(door, case)
    text = sentence_on(page.text)
    for piece in ("城伯镇党委书记 王建国", "2026年3月2日", "签字申请销号", "城伯镇党委第", "原因剖析：管护责任不清", "整改报告.pdf", "此前所传佐证材料“夜间照片.pdf”", sha256(PDF + b"r").hexdigest()[:16]):  # fmt: skip
        assert piece in text, (piece, text)
    door.as_("secretary").submit("/acts/submit", sent)
    body, side = entry(door.world, case)
    salt, kept = side["signed"]
    assert words(kept) == text
    assert body["signed"] == sha256(bytes.fromhex(salt) + kept.encode()).hexdigest()
    assert body["prepared_by"] is None
    assert verify(door.world.engine, door.world.home).ok


def test_the_entry_bears_the_hash_of_the_case_as_it_was_shown(door: Door, case: int) -> None:
    _, sent = checked(door, case)
    with reading(door.world.engine) as work:
        shown = seen(work.driver, "submit", list(read_cases(work.driver, door.world.place, [case]).values()))[case]
    door.as_("secretary").submit("/acts/submit", sent)
    body, _ = entry(door.world, case)
    assert body["shown"] == shown.digest
    door.world.do("discipline", "opine", case)
    assert [entry(door.world, case)[0][name] for name in ("shown", "signed")] == [None, None]


def test_a_sentence_erased_is_counted_and_one_changed_is_found(door: Door, case: int) -> None:
    _, sent = checked(door, case)
    door.as_("secretary").submit("/acts/submit", sent)
    body, side = entry(door.world, case)
    assert check_texts(body, side) == 0
    assert check_texts(body, {name: kept for name, kept in side.items() if name != "signed"}) == 1
    with pytest.raises(Bad, match="signed"):
        check_texts(body, {**side, "signed": [side["signed"][0], "别的话"]})


def test_what_is_confirmed_names_its_preparer_in_sentence_and_entry(door: Door, case: int) -> None:
    world = door.world
    number = prepared(world, "handler", "submit", case)
    text = sentence_on(door.as_("secretary").get(f"/drafts/{number}").text)
    assert "由李敏起草" in text
    assert "已办：申请销号 1 件" in words(door.as_("secretary").confirm(number).text)
    body, side = entry(world, case)
    assert (body["prepared_by"], words(side["signed"][1])) == (world.people["handler"], text)
    assert body["shown"]


OFFICE_ACTS = {
    "verify": ({"s.conclusion": "完成"}, {"m.acceptance_record": ("验收记录.pdf", PDF)}, ("claim", "submit_plan", "approve_plan", "submit")),
    "approve_text": ({"s.scope": "全县"}, {"m.text": ("公开稿.pdf", PDF)}, ("claim", "submit_plan", "approve_plan", "submit", "verify")),
    "escalate_by_hand": ({"s.reason": "拖延"}, None, ()),
}  # fmt: skip


@pytest.mark.parametrize("action", OFFICE_ACTS)
def test_the_office_gives_its_password_as_a_secretary_does(door: Door, action: str) -> None:
    """Without it nothing is done; a wrong one is asked for again, noted, and nothing is lost."""
    world, (said, files, walked) = door.world, OFFICE_ACTS[action]
    (number,) = world.feed_back()
    world.walk(number, *walked)
    if action == "verify":
        world.agree(number)
        said = {**said, **as_the_unit_says(number)}
    before, office = world.actions(number), door.as_("office")
    sent = office.looked_over(f"/acts/{action}", {"case": str(number), **said}, files=files)
    for password in ("", "wrong"):
        answer = office.submit(f"/acts/{action}", {**sent, "password": password}, files=files)
        assert (answer.status_code, "密码不对" in answer.text) == (422, True)
    assert world.actions(number) == before
    answer = office.submit(f"/acts/{action}", {**sent, "password": PASSWORD}, files=files)
    assert "已办" in words(answer.text), words(answer.text)
    assert "巡察办 陈静" in words(entry(world, number)[1]["signed"][1])


def test_what_was_altered_between_page_and_password_is_looked_over_again(door: Door, case: int) -> None:
    """The page that is signed showed one reason; what is sent says another: nobody signs it unseen."""
    _, sent = checked(door, case)
    name = f"c{case}.root_cause"
    secretary = door.as_("secretary")
    answer = secretary.submit("/acts/submit", {**sent, name: "改过的原因"})
    assert (answer.status_code, "请再核对一次" in answer.text, "改过的原因" in answer.text) == (422, True, True)
    assert door.world.case(case).state == "rectifying"
    again = {**sent, name: "改过的原因", "shown": field_in(answer.text, "shown")}
    assert "已办：申请销号 1 件" in words(secretary.submit("/acts/submit", again).text)


def test_a_sentence_of_yesterday_is_not_signed_today(door: Door, case: int) -> None:
    _, sent = checked(door, case)
    door.world.later(1)
    del sent["csrf"]
    answer = door.sign_in("secretary").submit("/acts/submit", sent)
    assert (answer.status_code, "请再核对一次" in answer.text) == (422, True)
    assert "3月3日" in sentence_on(answer.text)
    assert door.world.case(case).state == "rectifying"


def test_what_changed_meanwhile_is_said_with_before_and_after(door: Door, case: int) -> None:
    """A ledger is brought in again while 王建国 reads: the page says which column was what and is now what."""
    door.world.fill(case, responsible="李四")
    _, sent = checked(door, case)
    door.world.fill(case, responsible="新来的书记")
    answer = door.as_("secretary").submit("/acts/submit", sent)
    assert (answer.status_code, door.world.case(case).state) == (409, "rectifying")
    assert "责任领导由“李四”改为“新来的书记”" in words(answer.text)


def test_what_will_be_recorded_is_said_in_whole_words(door: Door, case: int) -> None:
    """Money in yuan, a measure by its words, a filing by the one number that the page of the case gives it."""
    figures = {f"c{case}.results.money_recovered": "30000", f"c{case}.results.rules_new": "1"}
    _, sent = checked(door, case)
    page = door.as_("secretary").submit("/acts/submit", {**sent, **figures, "step": "check"})
    assert "挽回资金 30,000.00 元" in sentence_on(page.text)
    assert "新建制度 1 项，挽回资金 30,000.00 元" in words(page.text)
    assert "整改报告，城伯镇党委本轮第 1 次" in words(page.text)
    progress = {"case": str(case), f"c{case}.measure_no": "1", "s.text": "已换灯", "step": "check"}
    told = words(door.as_("handler").submit("/acts/progress", progress).text)
    assert "哪一项措施 第 1 项：逐盏维修路灯" in told
    door.as_("handler").submit("/acts/progress", {**progress, "step": "do"})
    door.world.walk(case, "submit")
    page_of_case = words(door.as_("secretary").get(f"/cases/{case}").text)
    assert "哪一项措施： 第 1 项" in page_of_case
    assert "整改报告，本轮第 1 次" in page_of_case
