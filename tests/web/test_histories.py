"""The same model at the door (TESTS 4): forms, check pages and drafts as browsers send them, between people who wait for nobody."""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest

from tests.histories.house import House, log_of, standing_of
from tests.histories.model import LIFE, PARTIES, ROLES, UNDER_WAY, Model, Paper, Wanted
from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.stage import PDF
from tests.world import World, usual_answers
from web.acts.fields import fields_of

PASSED = {404: "not there", 409: "stale", 422: "refused"}


def bytes_of(name: str) -> bytes:
    return PDF + name.encode()


def hash_of(name: str) -> str:
    return sha256(bytes_of(name)).hexdigest()


@dataclass
class Browsers(House):
    """A house whose drafts, signatures and evidence come through the door, of one case."""

    door: Door | None = None
    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    read_by: dict[tuple[str, int], str] = field(default_factory=dict)

    def _as(self, login: str) -> Any:
        assert self.door
        return self.door.as_(login)

    def prepare(
        self, name: str, login: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]
    ) -> str:
        """Fill in the form and send it to who signs."""
        form, files = self._form(action, cases[0], words, papers)
        answer = self._as(login).submit(f"/acts/{action}", {**form, "step": "draft"}, files=files)
        if answer.status_code != 303:
            return "refused"
        self.drafts[name] = int(answer.headers["location"].rpartition("/")[2])
        return "drafted"

    def read(self, login: str, name: str) -> str:
        """Open what was prepared, and keep what its page would send."""
        page = self._as(login).get(f"/drafts/{self.drafts[name]}")
        if page.status_code == 404:
            return "not there"
        shown = field_in(page.text, "shown")
        if shown:
            self.read_by[login, self.drafts[name]] = shown
        return "to be signed" if shown else "read"

    def confirm(self, login: str, name: str, key: str = "", *, kept: bool = True) -> list[str]:
        """Confirm with the password what was opened, however long ago; what never was, without."""
        del key, kept  # the draft has a key of its own
        number = self.drafts[name]
        sent = {"step": "do", "password": PASSWORD, "shown": self.read_by.get((login, number), "")}
        return told(self._as(login).submit(f"/drafts/{number}", sent))

    def take_down(self, login: str, name: str, reason: str) -> str:
        """Take a draft down on its page."""
        answer = self._as(login).submit(f"/drafts/{self.drafts[name]}", {"step": "drop", "reason": reason})
        return "dropped" if answer.status_code == 303 else PASSED[answer.status_code]

    def look(self, name: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]) -> dict[int, Any]:
        """Go as far as the page on which one signs; keep what it will send."""
        form, files = self._form(action, cases[0], words, papers)
        secretary = self._as("secretary")
        opened = secretary.get(f"/acts/{action}?case={cases[0]}").text
        sent = {
            **form,
            "key": field_in(opened, "key"),
            f"v{cases[0]}": field_in(opened, f"v{cases[0]}"),
            "step": "check",
        }
        page = secretary.submit(f"/acts/{action}", sent, files=files)
        assert page.status_code == 200, page.text
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        self.pages[name] = {key: html.unescape(value) for key, value in hidden} | {"step": "do", "password": PASSWORD}
        listed = [one for one in self.standing()["files"] if one[2] == "evidence" and f"{one[4]}</a>" in page.text]
        return {cases[0]: sorted(((no, file) for _, _, _, no, file in listed), key=str)}

    def sign(self, login: str, name: str, key: str = "") -> list[str]:
        """Send what the page sends."""
        del key  # it stands in the page
        return told(self._as(login).submit("/acts/submit", self.pages[name]))

    def attach(self, login: str, case: int, measure: int | None, name: str) -> str:
        """Attach a file on the case's page."""
        sent = [("m.evidence", (name, bytes_of(name)))]
        answer = self._as(login).submit(f"/cases/{case}/materials", {"measure": str(measure or "")}, files=sent)
        return "kept" if answer.status_code == 303 else PASSED[answer.status_code]

    def detach(self, login: str, case: int, name: str) -> str:
        """Take a file back on the case's page."""
        sql = "SELECT id FROM materials WHERE case_id = :case AND name = :name ORDER BY version, id LIMIT 1"
        found = self.world.rows(sql, case=case, name=name)
        answer = self._as(login).submit(f"/cases/{case}/materials/{found[0][0] if found else 0}/remove")
        return "gone" if answer.status_code == 303 else PASSED[answer.status_code]

    def _form(self, action: str, case: int, words: str, papers: Sequence[Paper]) -> tuple[dict[str, str], list[Any]]:
        answers = usual_answers(action, self.world.today) | self.world.verdicts(action, case)
        if says := LIFE[action].says:
            answers[says] = words
        files = [(f"m.{kind}", (name, bytes_of(name))) for kind, _, name in papers]
        return {"case": str(case), **fields_of(case, answers, several=False)}, files


class AtTheDoor(Model):
    """What may happen, as the door tells it: what is neither one's own nor one's to confirm is not there; unread is unsigned."""

    def __init__(self, cases: Sequence[int]) -> None:
        super().__init__(cases)
        self.read_by: set[tuple[str, int]] = set()

    def read(self, login: str, name: str) -> str:
        """Open what was prepared: it is laid out to be signed where it can be now."""
        draft = self.drafts[name]
        if not self._is_there(login, draft):
            return "not there"
        moved = any(self.cases[case].face(draft.action) != face for case, face in draft.faces.items())
        if (
            draft.state != "open"
            or not self._signs(login, draft)
            or moved
            or self._against(login, draft.cases[0], draft)
        ):
            return "read"
        self.read_by.add((login, id(draft)))
        return "to be signed"

    def confirm(self, login: str, name: str, key: str = "") -> Sequence[str]:
        """Do what was prepared, where it is there at all and was read by who signs."""
        draft = self.drafts[name]
        if not self._is_there(login, draft):
            return ["not there"]
        if draft.state == "open" and self._signs(login, draft) and (login, id(draft)) not in self.read_by:
            return ["refused"]
        return super().confirm(login, name, key or f"draft {id(draft)}")

    def _is_there(self, login: str, draft: Wanted) -> bool:
        return ROLES[login] != "a stranger" and (login == draft.preparer or ROLES[login] in LIFE[draft.action].who)

    def _signs(self, login: str, draft: Wanted) -> bool:
        step = LIFE[draft.action]
        return ROLES[login] in step.who and not (step.second and login == draft.preparer)


def told(answer: Answer) -> list[str]:
    """Return what a page says of one case: done, done before, or why not."""
    if answer.status_code == 200:
        return ["already" if "此前已办，未重复记录" in answer.text else "done"]
    return [PASSED[answer.status_code]]


def both(house: Browsers, model: Model, met: Counter[str], verb: str, *words: Any) -> None:
    """Ask the door and the model the same."""
    said = getattr(house, verb)(*words)
    assert said == getattr(model, verb)(*words), (verb, words, said)
    assert house.standing() == standing_of(model), (verb, words)
    met.update([f"{verb} {said if isinstance(said, str) else said[0]}"] if verb != "look" else [])


def begun(door: Door, world: World, number: int) -> tuple[Browsers, Model]:
    """One problem in rectification, of an inspection of its own."""
    world.open_round(f"轮{number}")
    cases = world.feed_back()
    house, model = Browsers(world, cases, door=door), AtTheDoor(cases)
    for login, action in (
        ("secretary", "claim"), ("secretary", "submit_plan"), *((party, "opine") for party in PARTIES), ("office", "approve_plan"),
    ):  # fmt: skip
        papers = [(kind, None, f"{kind}甲.pdf") for kind in LIFE[action].papers]
        said = House.fire(house, login, action, cases, "甲", papers, None)
        assert said == model.fire(login, action, cases, "甲", papers, None) == ["done"]
    model.log.clear()
    for measure, name in ((1, "照片一.pdf"), (2, "照片二.pdf")):
        assert house.attach("handler", cases[0], measure, name) == model.attach("handler", cases[0], measure, name)
    return house, model


def something_happens(house: Browsers, model: Model, dice: random.Random, met: Counter[str], number: int) -> None:
    """One of what people do at the door, mostly such as leads on."""
    (case,) = house.cases
    there, name = model.cases[case], f"n{number}"
    papers = [(kind, None, f"{kind}{dice.choice('甲乙')}.pdf") for kind in LIFE["submit"].papers]
    can: list[tuple[Any, ...]] = [
        ("attach", dice.choice(("handler", "handler", "office")), case, dice.choice((1, 2)), dice.choice(("照片一.pdf", "照片二.pdf"))),
        ("detach", dice.choice(("handler", "handler", "secretary_bureau")), case, dice.choice(("照片一.pdf", "照片二.pdf"))),
        ("prepare", name, "handler", "submit", (case,), dice.choice("甲乙"), papers),
    ]  # fmt: skip
    for known, draft in list(model.drafts.items())[-3:]:
        anybody = dice.choice(("office", "handler", "secretary_bureau"))
        can += [
            (verb, one, known) for verb in ("read", "confirm") for one in ("secretary", "secretary", "office2", anybody)
        ]
        can += [("take_down", dice.choice((draft.preparer, "secretary")), known, dice.choice(("", "再写清楚")))]
    if there.state in UNDER_WAY and {no for no, _ in there.evidence} >= {1, 2}:
        can += [("look", name, "submit", (case,), dice.choice("甲乙"), papers)] * 2
        can += [("prepare", name, "handler", "submit", (case,), dice.choice("甲乙"), papers)] * 2
    can += [("sign", "secretary", known, known) for known in list(model.looks)[-2:]] * 2
    if number > 15:
        can += [("prepare", name, dice.choice(("office", "office2")), "void", (case,), "甲", [])] * 2
    if there.state == "submitted":
        can += [("fire", "secretary", "recall", (case,), "", [], None)] * 6
    both(house, model, met, *dice.choice(can))


def lived(door: Door, seed: int, histories: int) -> Counter[str]:
    """Let so many histories of thirty steps happen; the log names the very files that were shown. Return what was met."""
    dice, met = random.Random(seed), Counter[str]()
    for history in range(histories):
        house, model = begun(door, door.world, history)
        before = len(house.log())
        for number in range(30):
            something_happens(house, model, dice, met, number)
        assert house.log()[before:] == log_of(model, hash_of)
    return met


def test_only_histories_happen_at_the_door_that_the_model_allows(door: Door) -> None:
    """Five histories, seed 4: each page says what the model says."""
    met = lived(door, 4, 5)
    assert met.keys() >= {
        "confirm done", "confirm stale", "confirm refused", "sign done", "sign stale", "sign already", "attach kept", "detach gone",
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40, 50))
def test_only_long_histories_happen_at_the_door_that_the_model_allows(door: Door, seed: int) -> None:
    """The long form: ten seeds, twenty histories each."""
    lived(door, seed, 20)
