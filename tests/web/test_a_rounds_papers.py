"""A round's papers 文书 from feedback to the public text, made by the system: nobody uploads anything but what was written or signed by hand."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from states import MATERIALS
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.test_papers import step, words
from tests.world import TOWN, usual_answers
from web.acts.fields import fields_of

BY_HAND = {"plan_commitment", "commitment", "acceptance_record", "evidence", "proof_party", "proof_society"}
"""Written or signed by hand, or seen on the spot: photographs, and what hangs on the board."""


@pytest.fixture
def kind() -> str:
    """One database: the same pages are asked on both elsewhere."""
    return "sqlite"


@dataclass
class Round:
    """The papers of one case: what was made, what was uploaded, and how often somebody clicked."""

    door: Door
    case: int
    made: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    clicks: int = 0

    def act(self, login: str, action: str, makes: tuple[str, ...] = (), scans: tuple[str, ...] = ()) -> None:
        """Do an act with papers that the system makes and scans of what was done by hand."""
        visitor, at = self.door.as_(login), f"/acts/{action}"
        self.door.world.now += timedelta(minutes=5)
        said = {
            "case": str(self.case),
            **fields_of(self.case, usual_answers(action, self.door.world.today), several=False),
        }
        for paper in makes:
            said["kept"] = self._made(login, at, said, paper)
        files = {self._field(one): (f"{one}.pdf", f"%PDF-1.7 {one} {self.case}".encode()) for one in scans}
        self.uploaded += scans
        self.clicks += 1 + len(scans) + 2  # opened, a file chosen each, looked over and signed
        answer = visitor.sign(at, said, files=files)
        assert answer.status_code == 200, words(answer)
        assert "已办" in words(answer), words(answer)

    def _field(self, one: str) -> str:
        return f"e{self.case}.evidence@1" if one == "evidence" else f"m.{one}"

    def _made(self, login: str, at: str, said: dict[str, str], paper: str) -> str:
        """Press 由系统生成; where a person must write, write in the draft and press again; return the token of what is kept."""
        visitor = self.door.as_(login)
        page = visitor.submit(at, {**said, "step": f"make:{paper}"})
        self.clicks += 1
        if "处要人填写" in words(page):
            ((number,),) = self.door.world.rows("SELECT MAX(id) FROM paper_drafts WHERE state = 'open'")
            draft = f"/papers/drafts/{number}"
            found = re.findall(r'name="(blank\.[^"]+)"', html.unescape(visitor.get(draft).text))
            assert step(visitor, draft, "write", **dict.fromkeys(found, "见所附材料")).status_code == 303
            page = visitor.submit(at, {**said, "step": f"make:{paper}"})
            self.clicks += 4  # opened from the list, saved, back, pressed again
        assert f"{MATERIALS[paper]}：" in words(page) or "已收到“" in words(page), words(page)
        self.made.append(paper)
        return field_in(page.text, "kept")


def test_from_feedback_to_the_public_text_nothing_is_uploaded_but_what_was_signed_by_hand(door: Door) -> None:
    """The feedback itself is drafted by the team from the list, checked, issued with a number and signed for; then each act takes its paper with one click."""
    world = door.world
    (case,) = world.feed_back()
    series = str(world.enter("office", "series", "make", organ="巡察组", mark="成委巡发"))
    form = {"unit": str(world.units[TOWN]), "round": str(world.round_id), "paper": "feedback"}
    draft = str(door.as_("team").submit("/papers/new", form).headers["location"])
    blanks = re.findall(r'name="(blank\.[^"]+)"', html.unescape(door.as_("team").get(draft).text))
    step(door.as_("team"), draft, "write", **dict.fromkeys(blanks, "总体较好"))
    step(door.as_("office"), draft, "check")
    issued = step(door.as_("head"), draft, "issue", series=series, password=PASSWORD)
    assert issued.status_code == 303, words(issued)
    assert door.as_("secretary").submit(issued.headers["location"], {"step": "receive"}).status_code == 303
    papers = Round(door, case, ["opinion_letter"], clicks=2 + 2 + 2 + 2 + 1)
    papers.act("secretary", "claim")
    papers.act("secretary", "submit_plan", ("plan",), ("plan_commitment",))
    world.agree(case)
    papers.act("office", "approve_plan", ("opinions",))
    papers.act("secretary", "submit", ("report",), ("commitment", "evidence"))
    world.agree(case)
    papers.act("office", "verify", (), ("acceptance_record",))
    papers.act("office", "approve_text", ("text",))
    papers.act("secretary", "publicize", (), ("proof_party", "proof_society"))
    assert world.case(case).state == "publicized"
    assert papers.made == ["opinion_letter", "plan", "opinions", "report", "text"]
    assert set(papers.uploaded) <= BY_HAND
    before = len(papers.uploaded) + len(papers.made)
    assert (len(papers.uploaded), before) == (6, 11), "uploads now, and before: each paper was one"
    assert papers.clicks < 60, papers.clicks
