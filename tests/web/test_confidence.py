"""限定知悉: the words of a restricted case reach nobody but those named, on no page, in no file, mail or search; each reading is noted.

The strongest way to say so: every route is asked as everybody, and a needle in the case's words is looked for in what comes back.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from notifications.deliver import deliver
from notifications.settings import channel_for
from storage.engine import writing
from tests.post.sending import folder
from tests.web.conftest import Door
from tests.web.stage import Stage, routes_of
from tests.web.test_scope import told_of
from tests.world import CAST, MEASURE, TOWN, county
from workflow.drafts import draft

NEEDLE = "机密甲乙"
WORDS = ("路灯不亮77", *(f"{NEEDLE}{of}" for of in ("措施", "进展", "自述", "照片", "批示", "原因")))
"""What is the restricted case's own: its problem bears its number."""
NAMED = ("secretary", "handler", "office")
ABOVE = ("head", "discipline")
"""Who belongs to every circle."""
OTHERS = tuple(
    login for login in CAST if login not in (*NAMED, *ABOVE, "secretary_village", "handler_bureau", "secadmin")
)
KIND_PAGES = ("unit", "inspection", "tie", "restriction", "meeting", "instruction")
"""Of the kinds that have pages from one mould, those that have to do with cases."""


@dataclass
class Confided:
    """A door behind which one case of the town is restricted, another is not."""

    door: Door
    case: int
    plain: int
    material: int
    draft: int
    heard: dict[str, int]
    """The meeting with it on its agenda, and the instruction on it."""

    @property
    def ids(self) -> defaultdict[str, Any]:
        """Return what stands for the parts of an address, as one who knows them would fill them in."""
        world = self.door.world
        ((last,),) = world.rows("SELECT MAX(idx) FROM trail WHERE case_id = :case", case=self.case)
        known = {
            "case_id": self.case, "index": last, "place": 0, "year": 2026, "row": 1, "name": "life", "digest": county().digest, "field": "minutes",
        }  # fmt: skip
        return defaultdict(lambda: "x", known)

    def addresses(self) -> Iterator[str]:
        """Yield addresses of every route that answers GET."""
        world, ids = self.door.world, self.ids
        mails = [
            row[0] for row in world.rows("SELECT id FROM deliveries WHERE case_id = :case ORDER BY id", case=self.case)
        ][:3]
        numbers = {
            "/help": [1], "/materials": [self.material], "/drafts": [self.draft], "/mails": mails, "/register": [1], "/accounts": [1], "/batches": [1],
            "/exchange": [1], "/handovers": [self.draft], "/import": [1], "/orders": [1], "/copies": [1], "/papers": [1], "/archive": [1],
        }  # fmt: skip
        for route in sorted({route for method, route in routes_of(self.door.app.routes) if method == "GET"}):
            filled = route.replace("{index}", str(ids["index"]))
            if "{number}" in route:
                yield from (filled.format_map(ids | {"number": one}) for one in numbers["/" + route.split("/")[1]])
            elif "{kind_name}" in route:
                yield from (filled.format_map(ids | {"kind_name": kind}) for kind in KIND_PAGES)
                if route == "/register/{kind_name}/{row}":
                    yield from (f"/register/{kind}/{row}" for kind, row in self.heard.items())
            elif "{action}" in route:
                yield from (f"/acts/{action}?case={self.case}" for action in ("void", "opine", "submit", "progress"))
                yield from (f"/acts/{action}?case={self.plain}" for action in ("void", "claim", "transfer"))
            else:
                yield filled.format_map(ids)
        yield from (f"/cases{query}" for query in ("", "?state=open", "?lamp=ok", "?unit=1", f"?q={NEEDLE}", "?q=路灯"))
        yield from (f"/cases/export.xlsx{query}" for query in (f"?q={NEEDLE}", "?state=open"))
        yield from ("/log?number=77", "/mails?state=sent", f"/security?case={self.case}", f"/cases/{self.plain}")


@pytest.fixture(scope="module")
def confided(town_door: Door) -> Confided:
    """A case at work, with the needle in its measure, progress, evidence, draft and a ledger's words; then it is restricted."""
    world = town_door.world
    stage = Stage(town_door)
    [case] = world.feed_back(start=77)
    world.do("secretary", "claim", case)
    world.do("secretary", "submit_plan", case, answers={"measures": [{**MEASURE, "text": f"{NEEDLE}措施"}]})
    world.agree(case)
    world.do("office", "approve_plan", case)
    [plain] = world.feed_back(start=3)
    world.do("handler", "progress", case, answers={"text": f"{NEEDLE}进展"})
    world.fill(case, said=f"{NEEDLE}自述")
    material = stage.material(case, name=f"{NEEDLE}照片.pdf")
    with writing(world.engine) as work:
        made = draft(
            work, world.intent("submit", case, {"root_cause": f"{NEEDLE}原因"}), world.actor("handler"), world.now
        )
        work.commit()
    assert made.draft
    _send(world)
    about: dict[str, Any] = {
        "written_on": "2026-03-02",
        "leader_name": "市长 吴某",
        "words": f"{NEEDLE}批示",
        "to_unit": True,
    }
    heard = {
        "meeting": world.enter("office", "meeting", "make", sort="leading_group", held_on="2026-03-02", agenda=[case]),
        "instruction": world.enter("office", "instruction", "make", case=case, **about),
    }
    before = town_door.as_("discipline")
    pages = "".join(told_of(before.get(path)) for path in (f"/cases/{case}", "/cases/export.xlsx"))
    pages += told_of(town_door.as_("head").get(f"/register/instruction/{heard['instruction']}"))
    assert [word for word in WORDS[:-1] if word not in pages] == [], "all of it was there for others until now"
    answer = town_door.as_("office").submit(
        f"/cases/{case}/restrict", {"roles": ["secretary", "handler"], "people": "office", "reason": "涉密"}
    )
    assert answer.status_code == 303, answer.text
    return Confided(town_door, case, plain, material, made.draft, heard)


def _send(world: Any) -> None:
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))


def test_nobody_else_finds_a_word_of_it_anywhere(confided: Confided) -> None:
    """Every role on SQLite; on PostgreSQL, whose statements alone are other ones, who sees the most and who reads the log."""
    sqlite = confided.door.world.engine.dialect.name == "sqlite"
    for login in OTHERS if sqlite else ("team", "auditor"):
        visitor = confided.door.as_(login)
        for address in confided.addresses():
            text = told_of(visitor.get(address))
            assert [word for word in WORDS if word in text] == [], (login, address)


@pytest.mark.parametrize("login", [*NAMED, *ABOVE])
def test_who_is_named_works_on_as_before(confided: Confided, login: str) -> None:
    visitor = confided.door.as_(login)
    page = visitor.get(f"/cases/{confided.case}").text
    assert "路灯不亮77" in page
    assert f"{NEEDLE}照片" in page
    assert "限定知悉" in page
    assert "路灯不亮77" in visitor.get(f"/cases?q={NEEDLE[:2]}").text or "路灯不亮77" in visitor.get("/cases").text
    assert "路灯不亮77" in told_of(visitor.get("/cases/export.xlsx"))


def test_what_others_try_on_it_is_not_there(confided: Confided) -> None:
    """The same answer as for a number that nobody has; the engine refuses it as well."""
    world, door = confided.door.world, confided.door
    for login in ("office2", "team", "organisation"):
        visitor = door.as_(login)
        for path in (f"/cases/{confided.case}", f"/materials/{confided.material}", f"/cases/{confided.case}/restrict", f"/drafts/{confided.draft}"):  # fmt: skip
            answer, nothing = visitor.get(path), visitor.get(re.sub(r"\d+", "999999", path))
            assert answer.status_code == nothing.status_code == 404, path
    ((row,),) = world.rows("SELECT id FROM listed WHERE kind = 'restriction'")
    for act in ("change", "lift"):
        assert door.as_("office2").submit(f"/register/restriction/{row}/{act}", {"reason": "想看"}).status_code == 404
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action = 'restriction.lift'") == [(0,)]


def test_each_reading_is_noted_and_the_auditor_reads_who_and_when(confided: Confided) -> None:
    """Page, file, proof, draft, form and export, each with whose; of the case that is for all nothing is noted."""
    door, world = confided.door, confided.door.world
    secretary = door.as_("secretary")
    before = _read(world)
    index = confided.ids["index"]
    for path in (
        f"/cases/{confided.case}", f"/materials/{confided.material}", f"/materials/{confided.material}/view", f"/cases/{confided.case}/proof/{index}",
        f"/drafts/{confided.draft}", f"/acts/request_extension?case={confided.case}", "/cases/export.xlsx", f"/cases/{confided.plain}",
    ):  # fmt: skip
        assert secretary.get(path).status_code == 200, path
    file, form = f"材料 {confided.material}", "申请延期"
    told = ["问题页", file, file, f"第 {index} 条存证", f"起草件 {confided.draft}", form, "导出台账"]
    assert _read(world)[len(before) :] == [(confided.case, "secretary", words) for words in told]
    page = door.as_("auditor").get("/log/readings").text
    assert f"{TOWN} 第 77 号" in page
    assert "王建国（secretary）" in page
    assert not any(word in page for word in WORDS)


def _read(world: Any) -> list[tuple[Any, ...]]:
    rows = world.rows("SELECT case_id, login, words FROM security_log WHERE what = 'read_confided' ORDER BY id")
    return [tuple(row) for row in rows]


def test_mails_go_to_who_is_named_and_what_waited_is_dropped(confided: Confided) -> None:
    """A move tells office, team and supervisors: of the office the one named alone; nothing is left waiting."""
    world = confided.door.world
    ((last,),) = world.rows("SELECT COALESCE(MAX(id), 0) FROM deliveries")
    world.do("secretary", "request_extension", confided.case)
    world.go(world.today + timedelta(days=1))
    _send(world)
    told = world.rows("SELECT person_id FROM deliveries WHERE id > :last AND case_id = :case", last=last, case=confided.case)  # fmt: skip
    assert {row[0] for row in told} <= {world.people[login] for login in (*NAMED, *ABOVE)}
    assert told
    assert world.rows("SELECT COUNT(*) FROM outbox WHERE expanded_at IS NULL") == [(0,)]
    assert world.rows("SELECT COUNT(*) FROM deliveries WHERE state = 'waiting'") == [(0,)]


def test_the_auditors_package_has_every_entry_and_no_word_of_it(confided: Confided) -> None:
    answer = confided.door.sign_in("auditor").submit("/log/export", {"texts": "1"})
    assert answer.status_code == 200
    assert "路灯不亮3" in answer.text
    assert "路灯不亮77" not in answer.text
    assert f"{NEEDLE}进展" not in answer.text
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert all("withheld" not in row for row in rows)


def test_the_secretary_and_who_restricts_it_stay_within(confided: Confided) -> None:
    office = confided.door.sign_in("office")
    path = f"/cases/{confided.plain}/restrict"
    for given, why in (
        ({"roles": ["handler"], "people": "office", "reason": "涉密"}, "党组织书记须在知悉范围内"),
        ({"roles": ["secretary"], "people": "", "reason": "涉密"}, "您自己须在知悉范围内"),
        ({"roles": ["secretary"], "people": "office", "reason": ""}, "请写明限定知悉的理由"),
        ({"roles": ["secretary"], "people": "没有此人", "reason": "涉密"}, "没有人员“没有此人”"),
    ):
        answer = office.submit(path, given)
        assert answer.status_code == 422, given
        assert why in answer.text


def test_a_ledger_that_names_it_is_refused_without_a_word_of_it(confided: Confided) -> None:
    """Another of the office brings the town's ledger in again, with other words for the same number."""
    sheet = f"编号,单位,问题\n77,{TOWN},路灯全坏\n"
    files = {"m.problem_list": ("台账.csv", sheet.encode())}
    fields = {"round": "一轮", "unit": "", "feedback": "2026-03-02", "step": "look"}
    answer = confided.door.sign_in("office2").submit("/import", fields, files=files)
    assert "编号 77 的问题限定知悉，您不在知悉范围内" in answer.text
    assert not any(word in answer.text for word in WORDS)


def test_once_it_is_lifted_it_is_there_for_all_again(door: Door) -> None:
    world = door.world
    [case] = world.feed_back()
    office, other = door.as_("office"), door.as_("team")
    path = f"/cases/{case}/restrict"
    assert office.submit(path, {"roles": ["secretary"], "people": "office", "reason": "涉密"}).status_code == 303
    assert other.get(f"/cases/{case}").status_code == 404
    assert (
        office.submit(path, {"roles": ["secretary", "team"], "people": "office", "reason": "须审"}).status_code == 303
    )
    assert other.get(f"/cases/{case}").status_code == 200
    assert door.as_("organisation").get(f"/cases/{case}").status_code == 404
    assert office.submit(path, {"step": "lift", "reason": "已公开"}).status_code == 303
    assert door.as_("organisation").get(f"/cases/{case}").status_code == 200
    acts = world.rows("SELECT action FROM trail WHERE action LIKE 'restriction.%' ORDER BY idx")
    assert [row[0] for row in acts] == ["restriction.make", "restriction.change", "restriction.lift"]
