"""A stage for the door: a case in every state for one town, cases of its village and of a stranger, papers and mails."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

import clock
from ledger.prepared import Ledger, Said, prepare
from notifications.deliver import deliver
from notifications.settings import channel_for
from papers.drafting import draft as draft_paper
from papers.drafting import subject_of
from papers.issuing import Order, Printed, issue
from papers.kinds import KINDS
from register.asking import ask
from register.wanted import Wanted
from states import ROLES
from storage.confidence import restrictions
from storage.engine import reading, writing
from storage.evidence import attach
from storage.files import keep_content, keep_file
from storage.paper_drafts import digest_of
from storage.reads.handovers import to_hand_over
from storage.requests import Asking, packed, put, put_together
from tests.exchanging import STOOD, report_to
from tests.household import account_of
from tests.post.sending import folder
from tests.test_corners import FACES
from tests.web.conftest import Answer, Door
from tests.web.posted import acting_as, hire
from tests.world import BOUND, BUREAU, CAST, MOVER, TOWN, VILLAGE, World, county
from trail.note import new_key
from workflow.drafts import draft, draft_batch
from workflow.ordering import prepare as prepare_order
from workflow.subject import Material

NOBODY = ""
# Everybody who may come to the door: each role, a village below the town, a stranger to it.
VISITORS = (NOBODY, *(role for role in ROLES if role in CAST), "secretary_village", "secretary_bureau")
# Whose posts name units or rounds, or who is not a secretary in their own right: each with its role.
POSTED = {
    "discipline_town": "discipline", "discipline_bureau": "discipline", "auditor_rounds": "auditor", "stand_in": "secretary", "in_charge": "secretary",
    "publicity": "publicity", "resident": "resident",
}  # fmt: skip
EVERYBODY = (*VISITORS, *POSTED)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def ledger_file(door: Door) -> Material:
    """Keep a ledger of one problem."""
    content = f"编号,单位,问题\n1,{TOWN},路灯不亮\n".encode()
    digest, size = keep_file(door.world.home, door.file(content), 1 << 26)
    return Material("problem_list", digest, "台账.csv", size)


@dataclass
class Stage:
    """The cases by state of the town, and one rectifying case of the village and of the stranger."""

    door: Door
    own: dict[str, int] = field(default_factory=dict)
    village: int = 0
    stranger: int = 0
    mail: int = 0
    made: dict[str, int] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """Return the world of the door."""
        return self.door.world

    def set_up(self, *states: str) -> Stage:
        """Walk the cases to where they stand, in these states or in every one, and let the mails be written."""
        for state in states or [name for name in FACES if "," not in name]:
            self.own[state] = self._walked(TOWN, state)
            if len(self.own) == 1:  # a letter about one case alone
                self._post()
        self.village, self.stranger = self._walked(VILLAGE, "rectifying"), self._walked(BUREAU, "rectifying")
        self._hire()
        self._post()
        self.mail = self.world.rows("SELECT MIN(id) FROM deliveries WHERE state = 'sent'")[0][0]
        return self

    def _post(self) -> None:
        post = folder(self.world.home / "mail")
        deliver(self.world.engine, post, self.world.now, channel_for(post))

    def _hire(self) -> None:
        """Let those have their posts who reach less: an auditor of the rounds of the town's own cases, others of a unit."""
        if "stand_in" in self.world.people:
            return
        hire(self.world, "discipline_town", "discipline", TOWN)
        hire(self.world, "discipline_bureau", "discipline", BUREAU)
        hire(
            self.world,
            "stand_in",
            "secretary",
            TOWN,
            capacity="stand_in",
            starts_on=self.world.today,
            ends_on=self.world.today + timedelta(days=13),
        )
        for role in ("publicity", "resident"):
            hire(self.world, role, role)
        hire(self.world, "in_charge", "secretary", TOWN, capacity="acting", document="示组〔2026〕7号")
        for case in self.own.values():
            hire(self.world, "auditor_rounds", "auditor", round=self.world.row(case).round_id)

    def _walked(self, unit: str, state: str) -> int:
        self.world.open_round(f"{unit} {state} {secrets.token_hex(4)}")
        [case] = self.world.feed_back(unit=unit)
        for action in FACES[state]:
            login = MOVER.get(action, "office")
            login = f"{login}_bureau" if unit == BUREAU and login in ("secretary", "handler") else login
            if action in BOUND:
                self.world.agree(case)
            self.world.do(login, action, case)
        return case

    def of(self, who: str, state: str = "rectifying") -> int:
        """Return the case that is the town's own, its village's, or a stranger's."""
        return {"own": self.own[state], "village": self.village, "stranger": self.stranger}[who]

    def once(self, name: str, make: Callable[[], int]) -> int:
        """Return what bears the name, made when it is first asked for."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def fed_back(self, unit: str) -> int:
        """Return a case newly fed back to a unit."""
        return self._walked(unit, "feedback")

    def material(self, case: int, content: bytes = PDF, name: str = "照片.pdf") -> int:
        """Attach a file to a case, named by no entry yet."""
        digest, size = keep_file(self.world.home, self.door.file(content), 1 << 26)
        with writing(self.world.engine) as work:
            driver = work.driver
            attach(driver, case, 1, None, digest, name, size, self.world.people["handler"])
            work.commit()
        return int(self.world.rows("SELECT MAX(id) FROM materials")[0][0])

    def draft(self, login: str, action: str, case: int) -> int:
        """Let somebody prepare a move."""
        with writing(self.world.engine) as work:
            made = draft(work, self.world.intent(action, case), self.world.actor(login), self.world.now)
            work.commit()
        assert made.draft, made
        return made.draft

    def handover(self, unit: str = TOWN, login: str = "secretary") -> int:
        """Let the office prepare that a unit's secretary hands over all that is not finished: the present one is who leaves."""
        with writing(self.world.engine) as work:
            kept = restrictions(work.driver, self.world.place)
            place = self.world.units[unit]
            there = [line.id for line, _ in to_hand_over(work.driver, self.world.place, [place], kept)[place]]
            wanted = [self.world.intent("hand_over", case, {"giver": CAST[login][0]}) for case in there]
            made = draft_batch(work, wanted, self.world.actor("office"), self.world.now)
            work.commit()
        assert made.draft, made
        return made.draft

    def objection(self, login: str, case: int, content: bytes = PDF) -> int:
        """Let a handler prepare an objection with a file that is there."""
        digest, size = keep_file(self.world.home, self.door.file(content), 1 << 26)
        papers = tuple(Material(kind, digest, f"{kind}.pdf", size) for kind in ("statement", "evidence"))
        with writing(self.world.engine) as work:
            intent = self.world.intent("object", case, materials=papers)
            made = draft(work, intent, self.world.actor(login), self.world.now)
            work.commit()
        assert made.draft, made
        return made.draft

    def request(self, act: str = "open", login: str = "new.person", asked_by: str = "sysadmin", **more: Any) -> int:
        """Let the sysadmin ask for an account, or for something of one that is there; nobody has judged it yet."""
        said = {"login": login, "name": "新人", "role": "team", **more} if act == "open" else more
        said = {name: value for name, value in said.items() if value is not None}
        row = None if act == "open" else str(account_of(self.world, login))
        world = self.world
        asking = Asking(
            world.place, "account", act, row, packed(said), "调入", world.people[asked_by], "sysadmin", clock.micros(world.now)
        )  # fmt: skip
        with writing(world.engine) as work:
            number = put(work.driver, asking)
            work.commit()
        return number

    def batch(self) -> int:
        """Let the sysadmin ask for an account by a list; nobody has judged it yet."""
        number = self.request(login=f"listed.{secrets.token_hex(4)}")
        with writing(self.world.engine) as work:
            put_together(work.driver, [number])
            work.commit()
        return number

    def renaming(self) -> int:
        """Let one of the office ask for another name of the town; nobody has judged it yet."""
        world = self.world
        said, row = packed({"name": "新城街道党工委"}), str(world.units[TOWN])
        at = clock.micros(world.now)
        with writing(world.engine) as work:
            asking = Asking(world.place, "unit", "change", row, said, "改名", world.people["office2"], "office", at)
            number = put(work.driver, asking)
            work.commit()
        return number

    def numbering(self) -> int:
        """Let one of the office ask for another version of the profile; nobody has judged it yet."""
        world, digest = self.world, county().digest
        said = packed({"base": digest, "changes": f"limits.claim = {secrets.randbelow(900) + 10} days", "was": 3})
        asking = Asking(
            world.place,
            "profile",
            "adopt",
            None,
            said,
            "巡察办发〔2026〕5号",
            world.people["office"],
            "office",
            clock.micros(world.now),
        )
        with writing(world.engine) as work:
            number = put(work.driver, asking)
            work.commit()
        return number

    def term(self) -> int:
        """Return a term, to which the round belongs."""
        return self.once("term", self._term)

    def _term(self) -> int:
        days = {"starts_on": "2021-09-01", "ends_on": "2026-08-31"}
        term = self.world.enter("office", "term", "make", name="第十三届", **days)
        self.world.enter("office2", "round", "change", self.world.round_id, asked_by="office", term=str(term))
        return int(term)

    def stopping(self) -> int:
        """Let one of the office ask to stop the clocks of a town; nobody has judged it yet."""
        world = self.world
        fields = {
            "ground": "outage",
            "reach": "all",
            "starts_on": world.today.isoformat(),
            # Each another day: the same is not asked for twice.
            "ends_on": (
                world.today + timedelta(days=world.rows("SELECT COUNT(*) FROM requests")[0][0] % 80)
            ).isoformat(),
        }
        with writing(world.engine) as work:
            wish = Wanted("suspension", "make", None, fields, f"停电{secrets.token_hex(4)}")
            found = ask(work, wish, replace(world.actor("office2"), via="web"), world.now)
            work.commit()
        assert found.request, found
        return found.request

    def arranging(self) -> int:
        """Let one of the office ask for another arrangement of a year; nobody has judged it yet."""
        world = self.world
        said = packed({"year": 2027, "listing": f"2027-01-01 0 元旦{secrets.token_hex(4)}"})
        at = clock.micros(world.now)
        with writing(world.engine) as work:
            asking = Asking(
                world.place,
                "calendar",
                "set",
                str(world.place),
                said,
                "国办发明电〔2026〕9号",
                world.people["office2"],
                "office",
                at,
            )
            number = put(work.driver, asking)
            work.commit()
        return number

    def archived(self) -> int:
        """Enter a package that was archived, of the bureau, once; return its row."""
        return self.once("archived", self._archived)

    def _archived(self) -> int:
        ((around,),) = self.world.rows("SELECT name FROM rounds ORDER BY id LIMIT 1")
        digest = keep_content(self.world.home, b"PK a package")
        held = {"n": 0, "cases": 1, "files": 1, "size": 12, "digest": digest}
        return int(self.world.enter("office2", "archive", "make", asked_by="office", round=around, unit=BUREAU, **held))

    def reported(self) -> int:
        """Take in the report of a lower office, once; return its row."""
        return self.once("reported", self._reported)

    def _reported(self) -> int:
        world, (secret, verifier) = self.world, new_key("zhenggai/county")
        said = {"name": "县委巡察办", "standing": "lower", "verifier": verifier, "unit": TOWN}
        world.enter("office2", "correspondent", "make", asked_by="office", **said)
        case, around = world.rows("SELECT id, round_id FROM cases WHERE unit_id = :unit", unit=world.units[TOWN])[0]
        content = report_to(world, secret, verifier, [{**STOOD, "ref": case}], stream=around)
        files = {"m.problem_list": ("情况.zgx", content, "text/plain")}
        answer = self.door.as_("office").submit("/exchange/take", {}, files=files)
        return int(answer.headers["location"].partition("took=")[2])

    def dictionary(self) -> int:
        """Return the dictionary that comes with the product."""
        return int(self.world.rows("SELECT MIN(id) FROM listed WHERE kind = 'dictionary'")[0][0])

    def put_aside(self) -> int:
        """Let one of the office put a ledger aside, to be brought in later."""
        world = self.world
        file, actor = ledger_file(self.door), acting_as(world, "office")
        with writing(world.engine) as work:
            digest, size = keep_file(world.home, self.door.file(PDF), 1 << 26)
            letter = Material("opinion_letter", digest, "反馈意见.pdf", size)
            ledger = Ledger("feed_back", "二轮", "", file, Said(world.today), letter=letter)
            number, why = prepare(work, ledger, actor, world.now)
            work.commit()
        assert number, why
        return number

    def visit(self) -> int:
        """Return an inspection of the town of which the team is there, of a round of its own."""
        there = self.world.rows("SELECT id FROM inspections WHERE stay_from IS NOT NULL ORDER BY id")
        if there:
            return int(there[0][0])
        before = self.world.round_id
        self.world.open_round("驻点中")
        number = self.world.visit()
        self.world.round_id = before
        return number

    def ordered(self) -> int:
        """Let the team write an order to put something right at once, for the office to approve."""
        wanted = self.world.wanted(self.visit())
        digest, size = keep_file(self.world.home, self.door.file(PDF), 1 << 26)
        notice = Material("at_once_notice", digest, "立行立改通知书.pdf", size)
        with writing(self.world.engine) as work:
            number, why = prepare_order(
                work, replace(wanted, notice=notice), acting_as(self.world, "team"), self.world.now
            )
            work.commit()
        assert number, why
        return number

    def paper_draft(self) -> int:
        """Let the office draft the ballot of the town."""
        return self.once("paper draft", self._paper_drafted)

    def _paper_drafted(self) -> int:
        world = self.world
        with writing(world.engine) as work:
            about = subject_of(work.driver, world.place, world.units[TOWN], self._round_of_town(), None)
            made = draft_paper(
                work, KINDS["ballot"], about, acting_as(world, "office"), world.now, [self.own["rectifying"]]
            )
            assert isinstance(made, int), made
            work.commit()
        return made

    def _round_of_town(self) -> int:
        ((number,),) = self.world.rows("SELECT round_id FROM cases WHERE id = :id", id=self.own["rectifying"])
        return int(number)

    def paper(self) -> int:
        """Let the head issue such a ballot."""
        return self.once("paper", self._paper_issued)

    def _paper_issued(self) -> int:
        actor, printed = acting_as(self.world, "head"), Printed(PDF, PDF)
        draft = self._paper_drafted()
        with reading(self.world.engine) as work:
            order = Order(draft, seen=digest_of(work.driver, draft))
        entered = issue(self.world.engine, self.world.home, order, actor, self.world.now, lambda *_: printed)
        assert entered.row is not None, entered
        return int(entered.row)

    def meeting(self) -> int:
        """Let the office enter a meeting of the leading group, with its minutes and the escalated case on its agenda."""
        digest, _ = keep_file(self.world.home, self.door.file(PDF), 1 << 26)
        number = f"领组〔2026〕{secrets.token_hex(3)}号"
        said = {"sort": "leading_group", "held_on": "2026-03-02", "number": number, "minutes": f"{digest} 会议纪要.pdf"}
        return int(self.world.enter("office", "meeting", "make", agenda=[self.own["escalated"]], **said))

    def instruction(self) -> int:
        """Let the office enter an instruction on the town that is passed on to it."""
        said = {"written_on": "2026-03-02", "leader_name": "市长 吴某", "words": "请抓紧", "due_on": "2026-03-20"}
        return int(self.world.enter("office", "instruction", "make", unit=TOWN, to_unit=True, **said))

    def last_index(self, case: int) -> int:
        """Return where the last entry of a case stands in the log."""
        return int(self.world.rows("SELECT MAX(idx) FROM trail WHERE case_id = :case", case=case)[0][0])

    def rows_written(self) -> dict[str, int]:
        """Return how many rows there are of all that a request might write, the door's own log apart."""
        tables = (
            "cases",
            "trail",
            "outbox",
            "drafts",
            "materials",
            "accounts",
            "posts",
            "people",
            "units",
            "rounds",
            "inspections",
            "requests",
            "receipts",
            "filings",
            "filing_inspections",
        )
        return {name: self.world.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables}


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route the application answers."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path}}"
        else:
            assert isinstance(route, APIRoute), route
            yield from ((method, route.path) for method in route.methods or ())


def kind_of(answer: Answer) -> str:
    """Name what kind of answer it is, in one word of the matrix."""
    if answer.status_code in (200, 503) and answer.headers["content-type"].startswith("application/json"):
        return "said"
    if answer.status_code == 200:
        return "file" if answer.headers.get("content-disposition", "").startswith("attachment") else "page"
    if answer.status_code == 303:
        return "signin" if answer.headers["location"].startswith("/signin") else "on"
    return {403: "forbidden", 404: "none", 405: "no method", 409: "stale", 413: "too large", 422: "fault"}.get(
        answer.status_code, str(answer.status_code)
    )
