"""What may happen to a few cases of one inspection: written from the life by hand, knowing nothing of the product.

Time stands still, nobody has a second post, and what is filled in is sound: what remains is who did what before whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Words = Sequence[str]
File = tuple[int | None, str]
"""A piece of evidence: the measure that it proves, and its name."""
Paper = tuple[str, int | None, str]
"""A material: its kind, the measure that it proves, and its name."""
ROLES = {
    "secretary": "secretary", "handler": "handler", "office": "office", "office2": "office", "team": "team",
    "discipline": "discipline", "organisation": "organisation", "secretary_bureau": "a stranger",
}  # fmt: skip
SUPERVISORS = ("discipline", "organisation")
PARTIES = ("team", *SUPERVISORS)
UNDER_WAY = ("rectifying", "escalated")


@dataclass(frozen=True)
class Step:
    """A row of the life: from where, to where, by whom, prepared by whom for whom, with which papers."""

    origin: tuple[str, ...]
    to: str = ""
    who: tuple[str, ...] = ("secretary",)
    papers: tuple[str, ...] = ()
    says: str = ""
    """The answer in which the words stand; without one, nothing is said."""
    signed_for: bool = False
    second: bool = False
    together: bool = False
    quiet: bool = False

    @property
    def helper(self) -> str:
        """Return who prepares it beside those whose act it is."""
        return "handler" if "secretary" in self.who else "team" if "office" in self.who else ""


OFFICE, EITHER = ("office",), ("office", "discipline")
OPEN = ("feedback", "disputed", "claimed", "plan_review", "rectifying", "submitted", "escalated")
LIFE = {
    "claim": Step(("feedback",), "claimed", says="responsible"),
    "object": Step(("feedback",), "disputed", papers=("statement", "evidence"), says="reason"),
    "drop_objection": Step(("disputed",), "feedback"),
    "keep": Step(("disputed",), "feedback", OFFICE, ("fact_check",), "reason", signed_for=True),
    "submit_plan": Step(("claimed",), "plan_review", papers=("plan", "plan_commitment"), together=True),
    "recall_plan": Step(("plan_review",), "claimed"),
    "approve_plan": Step(("plan_review",), "rectifying", OFFICE, ("opinions",), signed_for=True),
    "submit": Step(UNDER_WAY, "submitted", papers=("report", "commitment"), says="root_cause", together=True),
    "recall": Step(("submitted",), "rectifying"),
    "return_work": Step(("submitted",), "rectifying", OFFICE, ("acceptance_record",), "reason", signed_for=True),
    "verify": Step(("submitted",), "verified", EITHER, ("acceptance_record",), "conclusion", signed_for=True),
    "rescind": Step(("verified",), "submitted", OFFICE, says="reason", signed_for=True, second=True),
    "reopen": Step(("verified",), "rectifying", EITHER, ("check_sheet",), "what_failed", signed_for=True),
    "escalate_by_hand": Step(
        ("feedback", "claimed", "plan_review", "rectifying", "submitted"), "escalated",
        ("office", "discipline", "organisation"), says="reason", signed_for=True,
    ),
    "void": Step(OPEN, "withdrawn", OFFICE, says="reason", signed_for=True, second=True),
    "acknowledge": Step((*OPEN, "verified", "withdrawn"), quiet=True),
    "opine": Step(("plan_review", "submitted"), "", PARTIES, says="text"),
    "progress": Step(UNDER_WAY, "", ("handler",), says="text"),
}  # fmt: skip


@dataclass
class Case:
    """A case as far as anybody can tell it from outside."""

    state: str = "feedback"
    version: int = 1
    shown_version: int = 1
    cycle: int = 1
    unsigned: int = 1
    responsible: str = ""
    measures: int = 0
    approved: bool = False
    objected: bool = False
    escalated: bool = False
    from_escalated: bool = False
    opinions: set[str] = field(default_factory=set)
    waiting: list[File] = field(default_factory=list)
    handed_in: list[tuple[int, int, str, int | None, str]] = field(default_factory=list)
    """Version, round, kind, measure and name of all that an entry has named."""

    @property
    def evidence(self) -> list[File]:
        """Return what proves the measures in this round, whether an entry has named it or it waits for one."""
        named = [
            (no, name) for _, cycle, kind, no, name in self.handed_in if kind == "evidence" and cycle == self.cycle
        ]
        return sorted([*named, *self.waiting], key=str)

    @property
    def was_checked(self) -> bool:
        """Say whether the facts were ever checked."""
        return any(kind == "fact_check" for _, _, kind, _, _ in self.handed_in)

    def face(self, action: str) -> tuple[object, ...]:
        """Return what who does this is shown: where it stands, the words, and for an application its evidence."""
        shown = self.state, self.shown_version, self.responsible
        return (*shown, tuple(self.evidence)) if action == "submit" else shown


@dataclass
class Wanted:
    """A step wanted of some cases, as it was shown to who signs it."""

    action: str
    cases: tuple[int, ...]
    words: str
    papers: tuple[Paper, ...]
    faces: dict[int, tuple[object, ...]]
    waiting: dict[int, list[File]]
    preparer: str = ""
    state: Literal["open", "confirmed", "dropped"] = "open"


@dataclass(frozen=True)
class Entry:
    """What the log says of one step, with the files that it names."""

    case: int
    version: int
    action: str
    origin: str
    to: str
    actor: str
    preparer: str
    papers: tuple[Paper, ...]


class Model:
    """The cases, what is prepared, what was looked at, and the log; each verb answers as the product must."""

    def __init__(self, cases: Iterable[int]) -> None:
        self.cases = {number: Case() for number in cases}
        self.drafts: dict[str, Wanted] = {}
        self.looks: dict[str, Wanted] = {}
        self.log: list[Entry] = []
        self.keys: dict[tuple[str, str], tuple[object, set[int]]] = {}

    # --- what is prepared

    def prepare(
        self, name: str, login: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]
    ) -> str:
        """Keep a step for another; the same twice is one."""
        role, step = ROLES[login], LIFE[action]
        if role == "a stranger" or role not in (*step.who, step.helper):
            return "refused"
        if any(self._unready(self.cases[case], action, cases, papers) for case in cases):
            return "refused"
        new = self._wanted(action, cases, words if step.says else "", papers, login)
        for known, old in self.drafts.items():
            if old.state == "open" and _says(old) == _says(new):
                self.drafts[name] = self.drafts[known]
                return "drafted"
        self.drafts[name] = new
        return "drafted"

    def confirm(self, login: str, name: str, key: str = "") -> Words:
        """Do what was prepared, all or none, unless anything of it has moved."""
        draft = self.drafts[name]
        if ROLES[login] == "a stranger":
            return ["not there"]
        if draft.state != "open":
            return ["already" if (login, key) in self.keys else "refused"] * len(draft.cases)
        said = self._signed(login, draft, together=True)
        if set(said) == {"done"}:
            draft.state = "confirmed"
            if key:
                self.keys[login, key] = name, set(draft.cases)
        return said

    def take_down(self, login: str, name: str, reason: str) -> str:
        """Take back one's own, or return what one would confirm, with a reason."""
        draft = self.drafts[name]
        step, own = LIFE[draft.action], draft.preparer == login
        if not own and ROLES[login] not in step.who:
            return "not there"
        if draft.state == "confirmed" or (draft.state != "open" and not own) or (not own and not reason):
            return "refused"
        draft.state = "dropped"
        return "dropped"

    # --- what is done at once

    def look(
        self, name: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]
    ) -> dict[int, list[File]]:
        """Show what would be signed; return the evidence among it."""
        self.looks[name] = self._wanted(action, cases, words, papers)
        return {case: self.cases[case].evidence if action == "submit" else [] for case in cases}

    def sign(self, login: str, name: str, key: str = "") -> Words:
        """Do what was looked at, as it was looked at; under a key the same page does it once."""
        wanted = self.looks[name]
        if (login, key) in self.keys:
            return ["already"] * len(wanted.cases)
        said = self._signed(login, wanted, together=False)
        if key and set(said) == {"done"}:
            self.keys[login, key] = name, set(wanted.cases)
        return said

    def fire(
        self,
        login: str,
        action: str,
        cases: Sequence[int],
        words: str,
        papers: Sequence[Paper],
        back: int | None,
        key: str = "",
    ) -> Words:
        """Do a step of each case for itself; `back` is how many versions old the page is, `key` what one's own repeat is known by."""
        wanted = self._wanted(action, cases, words if LIFE[action].says else "", papers)
        same, known = self.keys.get((login, key), (_says(wanted), set()))
        if known and same != _says(wanted):
            return ["refused"] * len(cases)
        stale = {case for case in cases if back is not None and not self._still_shown(case, back)}
        fresh = replace(wanted, cases=tuple(case for case in cases if case not in known))
        said = dict(zip(fresh.cases, self._done(login, fresh, stale, together=LIFE[action].together), strict=True))
        if key:
            self.keys[login, key] = _says(wanted), known | {case for case, one in said.items() if one == "done"}
        return [said.get(case, "already") for case in cases]

    # --- evidence, and what a ledger says

    def attach(self, login: str, case: int, measure: int | None, name: str) -> str:
        """Keep a file with a case until a step names it."""
        if not self._works_on(login, case):
            return "not there"
        self.cases[case].waiting.append((measure, name))
        return "kept"

    def detach(self, login: str, case: int, name: str) -> str:
        """Take back the first file of that name that no step has named."""
        found = [one for one in self.cases[case].waiting if one[1] == name]
        if not self._works_on(login, case) or not found:
            return "not there"
        self.cases[case].waiting.remove(found[0])
        return "gone"

    def fill(self, case: int, words: str) -> None:
        """Let a ledger say who is responsible; of a void case nothing more is said."""
        if self.cases[case].state != "withdrawn":
            self.cases[case].responsible = words

    # --- the rules

    def _works_on(self, login: str, case: int) -> bool:
        return ROLES[login] in ("secretary", "handler") and self.cases[case].state in UNDER_WAY

    def _still_shown(self, case: int, back: int) -> bool:
        there = self.cases[case]
        return there.shown_version <= there.version - back <= there.version

    def _wanted(
        self, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper], preparer: str = ""
    ) -> Wanted:
        faces = {case: self.cases[case].face(action) for case in cases}
        waiting = {case: list(self.cases[case].waiting) for case in cases}
        return Wanted(action, tuple(cases), words, tuple(papers), faces, waiting, preparer)

    def _signed(self, login: str, wanted: Wanted, *, together: bool) -> Words:
        moved = any(self.cases[case].face(wanted.action) != face for case, face in wanted.faces.items())
        together = together or LIFE[wanted.action].together
        if moved and ROLES[login] != "a stranger":
            return ["stale"] * len(wanted.cases)
        return self._done(login, wanted, set(), together=together)

    def _done(self, login: str, wanted: Wanted, stale: set[int], *, together: bool) -> Words:
        seen = ROLES[login] != "a stranger"
        said = {
            case: "stale" if seen and case in stale else "refused" if self._against(login, case, wanted) else "done"
            for case in wanted.cases
        }
        if together and set(said.values()) != {"done"}:
            said = {case: "refused" if one == "done" else one for case, one in said.items()}
        for case, one in said.items():
            if one == "done":
                self._move(login, case, wanted)
        return list(said.values())

    def _against(self, login: str, case: int, wanted: Wanted) -> bool:
        """Say whether anything is against it, for who does it now."""
        role, step, there = ROLES[login], LIFE[wanted.action], self.cases[case]
        if role not in step.who or self._unready(there, wanted.action, wanted.cases, wanted.papers):
            return True
        if step.second and (wanted.preparer in ("", login) or ROLES[wanted.preparer] not in step.who):
            return True
        stands_against = AGAINST.get(wanted.action)
        return stands_against is not None and stands_against(self, case, role)

    def decides_on(self, case: int) -> bool:
        """Say whether somebody prepares what is decided on an objection."""
        deciding = [draft for draft in self.drafts.values() if draft.state == "open" and draft.action == "keep"]
        return any(case in draft.cases for draft in deciding)

    def _unready(self, there: Case, action: str, batch: Sequence[int], papers: Sequence[Paper]) -> bool:
        """Say whether a step could never be confirmed as it is prepared: wrong state, papers wanting, not the whole plan."""
        step = LIFE[action]
        kinds = {kind for kind, _, _ in papers}
        if there.state not in step.origin or not kinds.issuperset(step.papers):
            return True
        if action == "submit_plan":
            return any(one.state == "claimed" and number not in batch for number, one in self.cases.items())
        if action == "progress":
            return not there.measures
        return action == "submit" and self._unproved(there, papers)

    def _unproved(self, there: Case, papers: Sequence[Paper]) -> bool:
        """Each measure wants evidence of its own, and none is given for a measure that is not there; where there are none, any will do."""
        given = {no for kind, no, _ in papers if kind == "evidence"}
        proved, wanted = given | {no for no, _ in there.evidence}, set(range(1, there.measures + 1))
        if not wanted:
            return not proved or not given <= {None}
        return not (given - {None} <= wanted <= proved)

    def _move(self, login: str, case: int, wanted: Wanted) -> None:
        step, there, action = LIFE[wanted.action], self.cases[case], wanted.action
        origin, to = there.state, step.to or there.state
        there.version += 1
        if action == "submit":
            # Exactly what was shown: had anything come or gone since, nobody would be here.
            named = [("evidence", no, name) for no, name in wanted.waiting[case]]
            there.waiting, there.from_escalated = [], origin == "escalated"
        else:
            named = []
        papers = tuple(sorted([*wanted.papers, *named], key=str))
        if action == "reopen":
            there.cycle += 1
            there.from_escalated = False
        there.handed_in += [(there.version, there.cycle, *paper) for paper in papers]
        if to != origin:
            there.opinions = set()
        if not step.quiet:
            there.shown_version = there.version
        self._follow(there, action, ROLES[login], wanted)
        there.state, there.unsigned = to, 0 if action == "acknowledge" else there.unsigned + step.signed_for
        self.log.append(Entry(case, there.version, action, origin, to, login, wanted.preparer, papers))

    def _follow(self, there: Case, action: str, role: str, wanted: Wanted) -> None:
        match action:
            case "claim":
                there.responsible = wanted.words
            case "object":
                there.objected = True
            case "submit_plan":
                there.measures = MEASURES
            case "approve_plan":
                there.approved = True
            case "escalate_by_hand":
                there.escalated, there.from_escalated = True, False
            case "opine":
                there.opinions.add(role)


MEASURES = 2
"""So many measures has a plan."""


def _waited_for(model: Model, case: int, role: str) -> bool:
    return not (model.cases[case].opinions | {role}).issuperset(PARTIES)


def _supervised(model: Model, case: int) -> bool:
    """What was once escalated is closed once both supervisors have said so themselves."""
    there = model.cases[case]
    return there.escalated and not there.opinions.issuperset(SUPERVISORS)


AGAINST: dict[str, Callable[[Model, int, str], bool]] = {
    "object": lambda model, case, role: model.cases[case].objected,
    "drop_objection": lambda model, case, role: model.decides_on(case) or model.cases[case].was_checked,
    "submit_plan": lambda model, case, role: any(one.state in ("feedback", "disputed") for one in model.cases.values()),
    "recall_plan": lambda model, case, role: bool(model.cases[case].opinions),
    "approve_plan": _waited_for,
    "submit": lambda model, case, role: not model.cases[case].approved,
    "recall": lambda model, case, role: bool(model.cases[case].opinions) or model.cases[case].from_escalated,
    "verify": lambda model, case, role: _supervised(model, case) or _waited_for(model, case, role),
    "acknowledge": lambda model, case, role: not model.cases[case].unsigned,
    "opine": lambda model, case, role: role in model.cases[case].opinions,
}
"""What stands in the way of who may do it, once papers and state are right."""


def _says(draft: Wanted) -> tuple[object, ...]:
    return draft.preparer, draft.action, draft.cases, draft.words, draft.papers
