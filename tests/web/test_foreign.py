"""What belongs to others: foreign ids in every request give the answer of ids that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from register.household import inspections_of, round_of, units_of
from storage.engine import writing
from storage.requests import Asking, packed, put
from tests.household import lay_elsewhere, open_as_operator
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.web.stage import PDF, Stage, kind_of
from tests.world import BUREAU, World, county, usual_answers, usual_materials
from workflow.drafts import draft
from workflow.engine import fire
from workflow.people import actor_of
from workflow.subject import Birth, Intent

NOT_THERE = 987_654_321
# What the door itself notes down: who came, and what was refused.
OF_THE_DOOR = ("sessions", "security_log", "sign_in_attempts")
FAR_UNIT = "远县某镇党委"


@dataclass
class Far:
    """Another jurisdiction in the same database: its case, draft, material, request and mail."""

    place: int
    case: int
    draft: int
    material: int
    request: int
    mail: int


def other_jurisdiction(stage: Stage) -> Far:
    """Found a second house beside the first, with a case that has everything."""
    world = stage.world
    place = lay_elsewhere(world, "far", "远县")
    person = open_as_operator(world, place, "far.office", "远人", "office")
    with writing(world.engine) as work:
        actor = actor_of(work.driver, "far.office", world.today, "cli", "root")
        unit = units_of(work, [FAR_UNIT], actor, world.now)[FAR_UNIT]
        around = round_of(work, "一轮", county().digest, actor, world.now)
        inspection = inspections_of(work, around, {unit: world.today}, actor, world.now)[unit]
        birth = Birth(inspection, around, unit, unit, "1", "远处的问题")
        [born] = fire(
            work,
            [
                Intent(
                    "feed_back",
                    birth=birth,
                    answers=usual_answers("feed_back", world.today),
                    materials=usual_materials("feed_back"),
                )
            ],
            actor,
            world.now,
        )
        case = born.case or 0
        made = draft(work, world.intent("void", case), actor, world.now)
        fields = packed({"login": "far.new", "name": "远新", "role": "team"})
        asked = put(work.driver, Asking(place, "account", "open", None, fields, "调入", person, "sysadmin", 1))
        work.commit()
    mail = world.rows(
        "SELECT COALESCE(MIN(d.id), 0) FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE o.jurisdiction = :place",
        place=place,
    )
    return Far(place, case, made.draft or 0, stage.material(case, name="远.pdf"), asked, mail[0][0])


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door).set_up("feedback", "claimed", "rectifying", "escalated")


@pytest.fixture(scope="module")
def far(stage: Stage) -> Far:
    return other_jurisdiction(stage)


def kept(world: World) -> dict[str, list[str]]:
    """Return every row but the door's own notes."""
    return {name: rows for name, rows in world.dump().items() if name not in OF_THE_DOOR}


def same_as_not_there(
    visitor: Visitor, method: str, path: str, number: int, data: dict[str, Any] | None = None, files: Any = None
) -> None:
    """Ask for a foreign number and for one that does not exist: status, body and headers must not tell them apart."""
    answers: list[Answer] = []
    for one in (number, NOT_THERE):
        said = {name: value.format(n=one) if isinstance(value, str) else value for name, value in (data or {}).items()}
        place = path.format(n=one)
        answers.append(visitor.get(place) if method == "GET" else visitor.submit(place, said, files=files))
    foreign, missing = answers
    assert foreign.status_code == missing.status_code == 404, (path, number, foreign.status_code, missing.status_code)
    assert foreign.content == missing.content, path
    assert dict(foreign.headers) == dict(missing.headers), path


def requests_for(
    case: int, material: int, draft_number: int, index: int
) -> Iterator[tuple[str, str, int, dict[str, Any], Any]]:
    """Yield every request that names something of a case: method, path, number, form, files."""
    yield "GET", "/cases/{n}", case, {}, None
    yield "GET", f"/cases/{{n}}/proof/{index}", case, {}, None
    yield "GET", "/materials/{n}", material, {}, None
    yield "GET", "/drafts/{n}", draft_number, {}, None
    yield "GET", "/drafts/{n}/files/0", draft_number, {}, None
    for step in ("do", "drop"):
        yield "POST", "/drafts/{n}", draft_number, {"step": step, "password": PASSWORD}, None
    yield "POST", "/cases/{n}/materials", case, {"measure": "1"}, {"m.evidence": ("证明.pdf", PDF)}
    yield "POST", "/cases/{n}/files", case, {}, {"m.evidence": ("证明.pdf", PDF)}
    yield "POST", "/cases/{n}/materials/1/remove", case, {}, None
    yield "POST", f"/cases/{{n}}/materials/{material}/remove", case, {}, None
    for action in ("claim", "submit", "acknowledge", "verify", "void", "progress", "opine"):
        yield "GET", f"/acts/{action}?case={{n}}", case, {}, None
        yield "POST", f"/acts/{action}/keep", case, {"case": "{n}", "s.reason": "理由"}, None
        yield "POST", f"/acts/{action}/files", case, {"case": "{n}"}, {"m.statement": ("证明.pdf", PDF)}
        for step in ("check", "do", "draft", "edit"):
            yield (
                "POST",
                f"/acts/{action}",
                case,
                {"case": "{n}", "step": step, "password": PASSWORD, "s.reason": "理由"},
                None,
            )


@pytest.mark.parametrize("login", ["secretary", "handler", "secretary_village"])
def test_another_units_case_and_all_that_hangs_on_it_is_as_if_it_did_not_exist(stage: Stage, login: str) -> None:
    visitor, case = stage.door.as_(login), stage.stranger
    material = stage.once("bureau's material", lambda: stage.material(case))
    number = stage.once("bureau's draft", lambda: stage.draft("handler_bureau", "claim", stage.fed_back(BUREAU)))
    before = kept(stage.world)
    for method, path, one, data, files in requests_for(case, material, number, stage.last_index(case)):
        same_as_not_there(visitor, method, path, one, data, files)
    assert kept(stage.world) == before


def test_the_village_does_not_see_what_its_parent_has_to_rectify(stage: Stage) -> None:
    same_as_not_there(stage.door.as_("secretary_village"), "GET", "/cases/{n}", stage.of("own"))


@pytest.mark.parametrize("login", ["office", "discipline", "auditor", "leader", "secretary", "team"])
def test_another_jurisdictions_case_is_as_if_it_did_not_exist(stage: Stage, far: Far, login: str) -> None:
    before, visitor = kept(stage.world), stage.door.as_(login)
    for method, path, one, data, files in requests_for(far.case, far.material, far.draft, 0):
        same_as_not_there(visitor, method, path, one, data, files)
    assert kept(stage.world) == before


def test_another_jurisdictions_mails_requests_and_log_are_as_if_they_did_not_exist(stage: Stage, far: Far) -> None:
    before = kept(stage.world)
    same_as_not_there(stage.door.as_("office"), "GET", "/mails/{n}", far.mail or NOT_THERE + 1)
    for step in ("approve", "refuse"):
        same_as_not_there(stage.door.as_("secadmin"), "POST", "/accounts/{n}", far.request, {"step": step})
    assert kept(stage.world) == before
    for login, path in (
        ("auditor", "/log"),
        ("office", "/mails"),
        ("office", "/cases"),
        ("sysadmin", "/accounts"),
        ("secauditor", "/security"),
        ("leader", "/"),
        ("office", "/"),
    ):
        page = stage.door.as_(login).get(path).text
        assert not any(word in page for word in (FAR_UNIT, "远处的问题", "远人", "far.office", "远新")), (login, path)


def test_the_log_of_one_jurisdiction_has_no_more_entries_than_its_own(stage: Stage, far: Far) -> None:
    own = stage.world.rows("SELECT MAX(idx) FROM trail WHERE jurisdiction = :place", place=stage.world.place)[0][0]
    auditor = stage.door.as_("auditor")
    assert auditor.get(f"/log/{own}").status_code == 200
    same_as_not_there(auditor, "GET", "/log/{n}", own + 1)


def test_an_export_of_the_log_holds_the_own_jurisdiction_alone(stage: Stage, far: Far) -> None:
    answer = stage.door.as_("auditor").submit("/log/export", {"texts": "1"})
    assert kind_of(answer) == "file"
    assert "远处的问题" not in answer.text


def test_the_proof_of_an_entry_is_there_on_its_own_case_only(stage: Stage) -> None:
    office, mine, other = stage.door.as_("office"), stage.of("own"), stage.of("village")
    assert office.get(f"/cases/{mine}/proof/{stage.last_index(mine)}").status_code == 200
    assert office.get(f"/cases/{mine}/proof/{stage.last_index(other)}").status_code == 404


def test_one_foreign_case_among_ones_own_makes_the_whole_act_not_there(stage: Stage) -> None:
    secretary, own = stage.door.as_("secretary"), stage.own["feedback"]
    before = kept(stage.world)
    for step in ("check", "do"):
        answer = secretary.submit(
            "/acts/claim", {"case": [str(own), str(stage.stranger)], "step": step, "password": PASSWORD}
        )
        assert answer.status_code == 404
    assert secretary.get(f"/acts/claim?case={own}&case={stage.stranger}").status_code == 404
    assert kept(stage.world) == before


def test_a_material_is_taken_back_through_its_own_case_only(stage: Stage) -> None:
    handler, mine = stage.door.as_("handler"), stage.of("own")
    other = stage.material(stage.of("village"))
    assert handler.submit(f"/cases/{mine}/materials/{other}/remove").status_code == 404
    assert stage.world.rows("SELECT COUNT(*) FROM materials WHERE id = :id", id=other) == [(1,)]


def test_a_material_that_an_entry_names_is_never_taken_back(stage: Stage) -> None:
    secretary, case = stage.door.as_("secretary"), stage.own["escalated"]
    named = stage.world.rows("SELECT MIN(id) FROM materials WHERE case_id = :case AND version > 0", case=case)[0][0]
    assert secretary.submit(f"/cases/{case}/materials/{named}/remove").status_code == 404
    assert stage.world.rows("SELECT COUNT(*) FROM materials WHERE id = :id", id=named) == [(1,)]


def test_files_that_somebody_else_sent_cannot_be_carried_into_ones_own_act(stage: Stage) -> None:
    """The token that names kept files is signed for one account."""
    case = stage.own["feedback"]
    sent = stage.door.as_("secretary").submit(
        "/acts/object", {"case": str(case), "step": "edit"}, files={"m.statement": ("说明.pdf", PDF)}
    )
    token = field_in(sent.text, "kept")
    assert (
        "说明.pdf"
        in stage.door.as_("secretary").submit("/acts/object", {"case": str(case), "step": "edit", "kept": token}).text
    )
    for forged in (token, token[:-2] + "xx", "e30.xxxx", ""):
        answer = stage.door.as_("handler").submit("/acts/object", {"case": str(case), "step": "edit", "kept": forged})
        assert (answer.status_code, "说明.pdf" in answer.text) == (200, False)


def test_a_file_sent_ahead_of_its_form_goes_with_the_form_of_whoever_sent_it_alone(stage: Stage) -> None:
    case = stage.own["rectifying"]
    answer = stage.door.as_("secretary").submit(f"/cases/{case}/files", files={"m.evidence": ("先传的.pdf", PDF)})
    assert answer.status_code == 200
    for login, token, there in (
        ("handler", answer.text, False),
        ("secretary", answer.text[:-2] + "xx", False),
        ("secretary", answer.text, True),
    ):
        sent = stage.door.as_(login).submit(f"/cases/{case}/materials", {"sent": token})
        assert sent.status_code == 303
        assert ("先传的.pdf" in stage.door.as_(login).get(f"/cases/{case}").text) == there


def test_a_kept_form_is_restored_to_whoever_typed_it_alone(stage: Stage) -> None:
    case = str(stage.own["rectifying"])
    stage.door.as_("secretary").submit("/acts/request_extension/keep", {"case": case, "s.reason": "只给我自己看"})
    assert "只给我自己看" in stage.door.as_("secretary").get(f"/acts/request_extension?case={case}").text
    assert "只给我自己看" not in stage.door.as_("handler").get(f"/acts/request_extension?case={case}").text


def test_a_duplicate_of_another_jurisdictions_case_is_one_of_a_case_that_does_not_exist(stage: Stage, far: Far) -> None:
    office, case = stage.door.as_("office"), stage.own["claimed"]
    said = []
    for other in (far.case, NOT_THERE):
        page = office.submit(
            "/acts/void",
            {
                "case": str(case),
                "s.ground": "duplicate",
                "s.duplicate_of": str(other),
                "s.reason": "重复",
                "step": "draft",
            },
        )
        assert page.status_code == 422
        said.append(re.search(rf"重复的问题 {other} ([^<；]+)", page.text))
    assert said[0]
    assert said[1]
    assert said[0][1] == said[1][1]


def test_a_login_and_a_unit_of_another_jurisdiction_are_unknown_here(stage: Stage, far: Far) -> None:
    sysadmin, before = stage.door.as_("sysadmin"), kept(stage.world)
    for other, missing in (("far.office", "no.such"),):
        pages = [
            sysadmin.submit("/accounts", {"kind": "close", "login": login, "reason": "离任"})
            for login in (other, missing)
        ]
        assert [page.status_code for page in pages] == [422, 422]
        assert pages[0].text.replace(other, "") == pages[1].text.replace(missing, "")
    page = sysadmin.submit("/accounts", {"login": "new.one", "name": "新人", "role": "secretary", "unit": FAR_UNIT})
    assert (page.status_code, "没有党组织" in page.text) == (422, True)
    assert kept(stage.world) == before


def test_a_login_taken_elsewhere_is_refused_without_saying_whose_it_is(stage: Stage, far: Far) -> None:
    number = stage.request(login="far.office", name="猜的")
    page = stage.door.as_("secadmin").approve(number)
    assert (page.status_code, "远人" in page.text, "已有人使用" in page.text) == (422, False, True)
    assert stage.world.rows("SELECT COUNT(*) FROM posts WHERE jurisdiction = :far", far=far.place) == [(1,)]
