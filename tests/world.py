"""The fixed cast and the world they act in: cases walk by real moves, time is an argument."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import clock
from register.groundwork import lay_groundwork, profiles_in
from register.household import inspections_of, must_enter, round_of, units_of
from register.wanted import Wanted
from settings import SHIPPED, _read
from states import ACTIONS, AT_ONCE, FOCUSED, GIVER, MOVES, SIGNED_PAPER, UNIT_ROLES, WITNESS
from storage.engine import writing
from storage.household import find_keys, put_calendar, read_row
from storage.requests import in_states
from storage.work import Work
from tests.record import Record, usual_verdict
from workflow.days.arrangement import calendar
from workflow.days.profiles import Profile
from workflow.drafts import confirm, draft
from workflow.engine import Mode, fire
from workflow.filling import fill
from workflow.ordering import Wanted as Wanted_
from workflow.ordering import order
from workflow.outcome import Outcome
from workflow.people import actor_of, operator
from workflow.rules import calendar_now
from workflow.scan import Scanned, scan
from workflow.subject import Actor, Birth, Cosignature, Intent, Material, Post, Replaced, scheduler

TOWN, VILLAGE, BUREAU = "城伯镇党委", "武桥村党支部", "市水利局党组"
FORMER = "何前进"
"""Who was the town's secretary before, where a test has had one (`with_former`)."""
FEEDBACK_DAY = date(2026, 3, 2)
CAST = {
    "secretary": ("王建国", "secretary", TOWN), "handler": ("李敏", "handler", TOWN),
    "secretary_bureau": ("郭海燕", "secretary", BUREAU), "handler_bureau": ("朱芳", "handler", BUREAU),
    "secretary_village": ("赵石头", "secretary", VILLAGE), "office": ("陈静", "office", None),
    "office2": ("孙立", "office", None), "team": ("周强", "team", None), "discipline": ("罗伟", "discipline", None),
    "organisation": ("高芳", "organisation", None), "leader": ("黄志强", "leader", None),
    "leading_group": ("马书记", "leading_group", None), "head": ("何主任", "head", None),
    "auditor": ("徐审", "auditor", None), "sysadmin": ("系统", "sysadmin", None),
    "secadmin": ("安全", "secadmin", None), "secauditor": ("安审", "secauditor", None),
}  # fmt: skip
# Its day lies behind many an agreed date, and once before feedback: so it bears its reason.
MEASURE = {
    "text": "逐盏维修路灯",
    "person": "李敏",
    "department": "村建中心",
    "on": "2026-05-01",
    "check": "夜间现场查看",
    "why": "与供电公司约定的工期",
}


def day(month: int, number: int) -> date:
    """Return a day of 2026: feedback is on Monday 2 March, Qingming on 6 April, Labour Day from 1 to 5 May."""
    return date(2026, month, number)


def county() -> Profile:
    """Return the shipped county profile."""
    return profiles_in(_read(SHIPPED).profiles)[0]


def hire(
    work: Work, place: int, now: datetime, login: str, name: str, role: str, unit: str | None = None, **more: Any
) -> int:
    """Let the sysadmin ask and the secadmin approve an account with its post; return the person."""
    given = {"login": login, "name": name, "role": role, "unit": unit, "email": f"{login}@example.test", **more}
    fields = {name: value for name, value in given.items() if value is not None}
    asker = person_of(work, place, "sysadmin")
    approver = actor_of(work.driver, "secadmin", clock.local_date(now), "web")
    must_enter(work, [Wanted("account", "open", None, fields)], approver, now, asked_by=asker)
    return person_of(work, place, login)


def person_of(work: Work, place: int, login: str) -> int:
    """Return whose login it is."""
    (account,) = find_keys(work.driver, "account", place, login=login)
    return int((read_row(work.driver, "account", place, account) or {})["person_id"])


Cast = Mapping[str, tuple[str, str, str | None]]


def open_house(work: Work, place: int, now: datetime, cast: Cast) -> dict[str, int]:
    """Let the operator make the first two administrators, who make the others that act for the whole city; return people by login."""
    people = {}
    for login in ("sysadmin", "secadmin"):
        name, role, _ = CAST[login]
        fields = {"login": login, "name": name, "role": role, "email": f"{login}@example.test"}
        must_enter(work, [Wanted("account", "open", None, fields)], operator(place, "root"), now)
        people[login] = person_of(work, place, login)
    secadmin = actor_of(work.driver, "secadmin", clock.local_date(now), "web")
    seen = [Wanted("entry", "look", one.index) for one in in_states(work.driver, place, ("standing",))]
    must_enter(work, seen, secadmin, now)
    for login, (name, role, unit) in cast.items():
        if unit is None and login not in people:
            people[login] = hire(work, place, now, login, name, role)
    return people


def material(name: str) -> Material:
    """Return a material `kind` or `kind@measure` with a hash of its own name."""
    kind, _, measure = name.partition("@")
    return Material(
        kind, hashlib.sha256(kind.encode()).hexdigest(), f"{kind}.pdf", 10, int(measure) if measure else None
    )


def usual_answers(action: str, today: date, kind: str = FOCUSED) -> dict[str, Any]:
    """Return sound answers for a move made today."""
    ahead = (today + timedelta(days=5 if kind == AT_ONCE else 40)).isoformat()
    usual: dict[str, Any] = {
        "feedback_on": today.isoformat(), "kind": kind, "responsible": "林建国", "department": "村建中心", "person": "李敏",
        "measure": "立即清运", "ground": {"object": "fact", "void": "error", "withhold": "1", "transfer": "merged"}.get(action), "reason": "见材料",
        "measures": [MEASURE], "new_on": ahead, "agreed_on": ahead, "root_cause": "管护责任不清", "elsewhere": "排查全镇 12 个村",
        "results": {"rules_new": 1, "money_recovered": "120.50"}, "next_review_on": ahead,
        "last_on": (today + timedelta(days=200)).isoformat(), "conclusion": "通过", "where": "政府网站", "from_on": today.isoformat(),
        "to_on": (today + timedelta(days=15)).isoformat(), "scope": "全文", "review_on": (today + timedelta(days=180)).isoformat(),
        "what_failed": "路灯仍不亮", "final_on": ahead, "plan_on": ahead, "opinion": "agree", "text": "属实", "measure_no": 1,
        "until": (today + timedelta(days=80)).isoformat(), "meeting_on": ahead, "minute_no": "领组〔2026〕3号",
        "minute_on": today.isoformat(), "successor": BUREAU, "done_by": (today + timedelta(days=5)).isoformat(), "list_number": "88", "giver": FORMER, "assistant": BUREAU, "asked": "提供水源检测数据",
        "part_number": "77", "part_unit": BUREAU, "part_problem": "",
    }  # fmt: skip
    asked = {name: kind for name, kind in ACTIONS[action].asks if not kind.endswith("?")}
    return {
        name: usual[name] if name in usual else usual_of_kind(kind, today) for name, kind in asked.items()
    } | usual_verdict(action)


def usual_of_kind(kind: str, today: date) -> Any:
    """Return a sound answer of a kind, for one that has none written by hand: a day is today, of choices the first is taken."""
    of, _, choices = kind.partition(":")
    usual = {
        "text": "已说明", "date": today.isoformat(), "int": 1, "case": 1, "unit": BUREAU, "measures": [MEASURE], "judged": [{"no": 1, "verdict": "true"}], "results": {"rules_new": 1},
        "rules": [{"kind": "新建", "name": "值班制度"}], "sums": [{"kind": "清退", "amount": "100"}], "people": [{"kind": "诫勉", "name": "某某"}],
    }  # fmt: skip
    return choices.partition("|")[0] if of == "choice" else usual[of]


def usual_materials(action: str) -> tuple[Material, ...]:
    """Return all the materials that a move needs, evidence for one measure."""
    needs = [need for need in ACTIONS[action].needs if not need.endswith("?")]
    return tuple(material(need.replace("@", "@1") if need.endswith("@") else need) for need in needs)


@dataclass
class World(Record):
    """A house with its cast on one database, and the instant at which things happen."""

    now: datetime = datetime.combine(FEEDBACK_DAY, time(2), UTC)
    people: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    round_id: int = 0
    begun: int = 0
    """How many entries the founding left: what happens afterwards stands behind them."""
    spoilt: str = ""
    """What verifying must complain of at the end, where a test made rows otherwise than the register enters them."""
    posts: dict[str, int | None] = field(default_factory=dict)

    def found(self, cast: Cast = CAST) -> World:
        """Make the house and its cast, or those of it that are wanted."""
        with writing(self.engine) as work:
            profiles = profiles_in(_read(SHIPPED).profiles)
            self.place = lay_groundwork(work, "city", "示范市", profiles, self.now, rehearsal=True, os_user="root")
            self.people = open_house(work, self.place, self.now, cast)
            office = actor_of(work.driver, "office", self.today, "web")
            self.units = units_of(work, (TOWN,), office, self.now)
            village = {"name": VILLAGE, "parent": self.units[TOWN], "answerable": self.units[TOWN]}
            (self.units[VILLAGE],) = must_enter(work, [Wanted("unit", "make", None, village)], office, self.now)
            self.units |= units_of(work, (BUREAU,), office, self.now)
            self.round_id = round_of(work, "一轮", county().digest, office, self.now)
            for login, (name, role, unit) in cast.items():
                if unit is not None:
                    self.people[login] = hire(work, self.place, self.now, login, name, role, unit)
            work.commit()
        self.begun = self.size
        return self

    def hire(self, login: str, name: str, role: str, unit: str | None = None, **more: Any) -> int:
        """Let the administrators open an account with its post, or add a post; return the person."""
        with writing(self.engine) as work:
            person = self.people[login] = hire(work, self.place, self.now, login, name, role, unit, **more)
            work.commit()
        return person

    def enter(self, login: str, kind: str, act: str, /, row: Any = None, asked_by: str = "", **fields: Any) -> Any:
        """Enter something that must be taken; return the key of its row."""
        with writing(self.engine) as work:
            wanted = Wanted(kind, act, row, {name: value for name, value in fields.items() if value is not None})
            (key,) = must_enter(work, [wanted], self.actor(login), self.now, asked_by=self.people.get(asked_by))
            work.commit()
        return key

    def actor(self, login: str) -> Actor:
        """Return one of the cast as an actor with the posts they hold."""
        name, role, unit = CAST[login]
        person = self.people[login]
        if login not in self.posts:
            ((self.posts[login],),) = self.rows("SELECT MIN(id) FROM posts WHERE person_id = :person", person=person)
        post = Post(role, self.units.get(unit or ""), self.posts[login], assisting=self.assisting(role, unit))
        return Actor(self.place, login, name, (post,), "cli", person, "root")

    def assisting(self, role: str, unit: str | None) -> tuple[int, ...]:
        """Return the cases in which a unit assists now, as those of it see them."""
        if role not in UNIT_ROLES or unit is None:
            return ()
        sql = "SELECT case_id FROM assisting WHERE unit_id = :unit AND until IS NULL ORDER BY case_id"
        return tuple(case for (case,) in self.rows(sql, unit=self.units[unit]))

    def inspect(self, work: Work, unit: str) -> int:
        """Return the inspection of a unit in the round, entered today when it is new."""
        number = self.units[unit]
        return inspections_of(work, self.round_id, {number: self.today}, self.actor("office"), self.now)[number]

    def feed_back(
        self,
        count: int = 1,
        unit: str = TOWN,
        kind: str = FOCUSED,
        start: int = 1,
        on: date | None = None,
        reply_by: date | None = None,
    ) -> list[int]:
        """Feed problems back to a unit, today or as of an earlier day, answers asked for by a day or not; return their ids."""
        answers = usual_answers("feed_back", on or self.today, kind) | ({"reply_by": reply_by} if reply_by else {})
        with writing(self.engine) as work:
            inspection = self.inspect(work, unit)
            answerable = self.units[TOWN] if unit == VILLAGE else self.units[unit]
            intents = [
                Intent(
                    "feed_back",
                    birth=Birth(
                        inspection,
                        self.round_id,
                        self.units[unit],
                        answerable,
                        str(n),
                        f"路灯不亮{n}",
                        "民生",
                        "背街损坏17盏",
                    ),
                    answers=answers,
                    materials=usual_materials("feed_back"),
                )
                for n in range(start, start + count)
            ]
            outcomes = fire(work, intents, self.actor("office"), self.now)
            work.commit()
        assert all(one.outcome == "done" for one in outcomes), outcomes
        return [one.case or 0 for one in outcomes]

    def visit(self, unit: str = TOWN, days: int = 30, *, began: int = 3) -> int:
        """Begin the stay of an inspection of a unit some days ago, for so many days more; return the inspection."""
        first, last = self.today - timedelta(days=began), self.today + timedelta(days=days)
        ((name,),) = self.rows("SELECT name FROM rounds WHERE id = :id", id=self.round_id)
        stay = {"stay_from": first.isoformat(), "stay_to": last.isoformat()}
        return int(self.enter("office", "inspection", "make", round=name, unit=unit, **stay))

    def wanted(self, inspection: int, problem: str = "消防通道被占用", **answers: Any) -> Wanted_:
        """Return an order to put something right at once, as it is usually written."""
        given = {**usual_answers("order_at_once", self.today), **answers}
        return Wanted_(inspection, problem, "三楼通道堆满杂物", "民生", given, material("at_once_notice"))

    def order(self, inspection: int, problem: str = "消防通道被占用", login: str = "office", **answers: Any) -> int:
        """Order something to be put right at once; return the case."""
        with writing(self.engine) as work:
            outcome = order(work, self.wanted(inspection, problem, **answers), self.actor(login), self.now)
            work.commit()
        assert outcome.outcome == "done", outcome
        return outcome.case or 0

    def intent(
        self,
        action: str,
        case: int,
        answers: dict[str, Any] | None = None,
        materials: tuple[Material, ...] | None = None,
        **more: Any,
    ) -> Intent:
        """Return an intent with usual answers (given ones on top) and usual materials unless given."""
        usual = usual_answers(action, self.today) if action != "feed_back" else {}
        if action == "split":  # into two with the same words, which the office decides by itself
            ((usual["part_problem"],),) = self.rows("SELECT problem FROM cases WHERE id = :case", case=case)
        given = {**usual, **self.verdicts(action, case), **(answers or {})}
        return Intent(
            action, case, answers=given, materials=usual_materials(action) if materials is None else materials, **more
        )

    def try_(
        self,
        login: str,
        action: str,
        *cases: int,
        mode: Mode = "each",
        answers: dict[str, Any] | None = None,
        **more: Any,
    ) -> list[Outcome]:
        """Fire a move on cases and return what became of it."""
        with writing(self.engine) as work:
            intents = [self.intent(action, case, answers, **more) for case in cases]
            outcomes = fire(work, intents, self.actor(login), self.now, mode)
            work.commit()
        return outcomes

    def do(self, login: str, action: str, *cases: int, **more: Any) -> list[Outcome]:
        """Fire a move that must succeed."""
        outcomes = self.try_(login, action, *cases, **more)
        assert all(one.outcome == "done" for one in outcomes), outcomes
        return outcomes

    def fill(self, case: int, login: str = "office", file: str = "ab" * 32, **said: str) -> list[str]:
        """Let a ledger say something of a case's unit side; return why it may not."""
        with writing(self.engine) as work:
            refused = fill(work, {case: said}, self.actor(login), file, self.now)
            work.commit()
        return refused

    def refused(self, login: str, action: str, *cases: int, **more: Any) -> str:
        """Fire a move that must be refused; return its sentences."""
        outcomes = self.try_(login, action, *cases, **more)
        assert any(one.outcome == "refused" for one in outcomes), outcomes
        return "\n".join(sentence for one in outcomes for sentence in one.refused)

    def with_former(self) -> None:
        """Let the town have had another secretary before, who left today."""
        self.hire("former", FORMER, "secretary", TOWN, ends_on=self.today)

    def witnessed(self) -> tuple[Cosignature, ...]:
        """Return the signatures beside that who takes over from the former secretary has before them."""
        said = ((GIVER, "former", "secretary"), (WITNESS, "office2", "office"))
        return tuple(Cosignature(part, self.people[login], role, "已看过", 0) for part, login, role in said)

    def hand_over(self, work: Work, case: int) -> None:
        """Let a case be handed over by the former secretary, in the caller's transaction."""
        office = self.people["office2"]
        beside: dict[str, Any] = {"prepared_by": office, "prepared_role": "office", "cosigned": self.witnessed()}
        fire(work, [self.intent("hand_over", case, **beside)], self.actor("secretary"), self.now)

    def receive(self, action: str, *cases: int, login: str = "office2", on: date | None = None, **more: Any) -> None:
        """Let the office enter an act of the unit from its signed paper, of today or of another day."""
        papers = (material(SIGNED_PAPER), *usual_materials(action))
        self.do(login, action, *cases, materials=papers, received=True, occurred_on=on or self.today, **more)

    def disown(self, work: Work, case: int) -> None:
        """Let the secretary not own what the office entered, in the caller's transaction."""
        fire(work, [self.intent("disown_paper", case)], self.actor("secretary"), self.now)

    def pass_round(self, work: Work, case: int) -> None:
        """Give a case to the bureau and back to the town, in the caller's transaction: nobody is named for it then."""
        for successor in (BUREAU, TOWN):
            to = self.intent("transfer", case, {"successor": successor, "ground": "unit"})
            fire(work, [to], self.actor("office"), self.now)

    def ask_for_help(self, work: Work, case: int) -> None:
        """Name the bureau to assist in a case, in the caller's transaction."""
        fire(work, [self.intent("name_assisting", case)], self.actor("office"), self.now)

    def await_answers(self, work: Work, case: int) -> None:
        """Let all have signed for the copies 呈送、抄告 of a case, of which an answer is asked for."""
        asked = "UPDATE copies SET reply_by = ?, signed_version = 1, signed_by = ?, answered_version = NULL, answered_by = NULL WHERE case_id = ?"
        work.driver.put(asked, [(self.today, self.people["leader"], case)])

    def let_copies_wait(self, work: Work, case: int) -> None:
        """Let nobody have signed in time for the copies of a case."""
        late = "UPDATE copies SET due_on = ?, signed_version = NULL, signed_by = NULL WHERE case_id = ?"
        work.driver.put(late, [(self.today - timedelta(days=9), case)])

    def free_months(self, work: Work) -> Replaced:
        """Let every day of some months round today be free, in the caller's transaction; return the calendar that was there."""
        before = calendar_now(work.driver, self.place)
        free = [(self.today + timedelta(days=ahead), False, "") for ahead in range(-120, 29)]
        put_calendar(work.driver, self.place, free, calendar(free).digest)
        return Replaced(0, before)

    def with_second(
        self, first: str, second: str, action: str, case: int, answers: dict[str, Any] | None = None
    ) -> Outcome:
        """Let one prepare and another confirm."""
        with writing(self.engine) as work:
            made = draft(work, self.intent(action, case, answers), self.actor(first), self.now)
            assert made.draft, made
            outcome = confirm(work, made.draft, self.actor(second), self.now)
            work.commit()
        return outcome

    def agree(self, *cases: int) -> None:
        """Let every party that has not spoken yet agree to what lies before it."""
        spoken = "SELECT o.case_id, o.role FROM opinions o JOIN cases c ON c.id = o.case_id WHERE o.version > c.entered"
        said = {tuple(row) for row in self.rows(spoken)}
        for party in self.parties(*cases):
            if silent := [case for case in cases if (case, party) not in said]:
                self.do(party, "opine", *silent)

    def walk(self, case: int, *moves: str) -> None:
        """Take a case along usual moves, each by the one whose it is; what is to be agreed on is agreed on before."""
        for action in moves:
            if action in (*BOUND, "agree"):
                self.agree(case)
            if action.startswith(ON_PAPER):
                self.receive(action.removeprefix(ON_PAPER), case)
            elif action != "agree":
                self.do(MOVER.get(action, "office"), action, case)

    def scan(self, day: date | None = None, batch: int = 50) -> Scanned:
        """Go to that day and scan."""
        if day is not None:
            self.go(day)
        return scan(self.engine, self.now, batch)

    def go(self, day: date) -> None:
        """Let it be ten in the morning of that day."""
        self.now = datetime.combine(day, time(2), UTC)

    def later(self, days: int) -> None:
        """Let days go by."""
        self.now += timedelta(days=days)

    def at_work(self, agreed: date) -> int:
        """Return a case in rectification until that date, with all that was told signed for."""
        (case,) = self.all_at_work(1, agreed)
        self.do("secretary", "acknowledge", case)
        return case

    def all_at_work(self, count: int, agreed: date | None = None) -> list[int]:
        """Return cases of one inspection in rectification, planned and approved together."""
        cases = self.feed_back(count)
        self.do("secretary", "claim", *cases)
        self.do("secretary", "submit_plan", *cases)
        self.agree(*cases)
        self.do("office", "approve_plan", *cases, answers={"agreed_on": agreed.isoformat()} if agreed else {})
        return cases

    def open_round(self, name: str) -> None:
        """Begin a round: what is fed back from now on is of other inspections."""
        with writing(self.engine) as work:
            self.round_id = round_of(work, name, county().digest, self.actor("office"), self.now)
            work.commit()

    def tick(self, action: str, *cases: int) -> list[Outcome]:
        """Let the clock make one of its moves, as the scan would."""
        with writing(self.engine) as work:
            outcomes = fire(work, [Intent(action, case) for case in cases], scheduler(self.place), self.now)
            work.commit()
        assert all(one.outcome == "done" for one in outcomes), outcomes
        return outcomes

    def scan_days(self, first: date, last: date) -> None:
        """Scan each morning from one day to another."""
        day = first
        while day <= last:
            self.scan(day)
            day += timedelta(days=1)


BOUND = tuple(move.action for move in MOVES if "opinions_in" in move.only_if)
# Who of the cast makes a move of the unit; they are called by their post. All others are the office's.
MOVER = {move.action: move.who[0] for move in MOVES if set(move.who) <= set(UNIT_ROLES)}
ON_PAPER = "on paper "
"""Before an act in a walk: the office enters it."""
ROAD = ("claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
