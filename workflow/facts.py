"""Facts 事实: what rules need beside the case, read set-wise in statements after the lock."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from dis import get_instructions
from itertools import pairwise
from types import CodeType
from typing import Any

from clock import from_micros, local_date
from grammar import Move
from states import CLAIMED, DISPUTED, MOVES, TRANSFERS, UNIT_ACTIONS, UNIT_ROLES
from storage.looks import Looks
from storage.meetings import group_meetings, plain_number
from storage.rows import CaseRow, ask_clocks, claimed_cases, clocks_of, read_clocks
from storage.sql import Driver, Question, Row, as_date
from storage.stays import stays_of
from storage.ties import ties_with
from trail.fold import WORDS
from workflow.answers import read_answers
from workflow.assisting import read_assistants
from workflow.at_once import Presence
from workflow.copies import read_copies, read_known
from workflow.handing_facts import read_put_aside, read_secretaries, read_takers, read_to_hand_over
from workflow.machine import EFFECTS, GUARDS, facts_of
from workflow.on_paper_facts import read_disowned, read_of_paper, read_papers
from workflow.subject import Birth, Facts, Filing, Gathered, Material, Successor, Wanted

Reader = Callable[[Driver, Wanted, Gathered], None]


def needs_of(move: Move) -> frozenset[str]:
    """Return the names of the facts that a move's rules look at: what they declare, and what its row asks."""
    names = set(facts_of(move))
    if "evidence@" in move.needs:
        names |= {"measures", "evidence", "attached"}
    if touches_siblings(move):
        names.add("disputed")
    if move.transfers or (DISPUTED in {move.to, *move.origin} and move.to is not None):
        names.add("claimed_siblings")
    if move.filing:
        names.add("filing")
    if move.on_paper:
        names |= {"stands_since", "enterer_ties", "risen_by"}
    return frozenset(names)


def touches_siblings(move: Move) -> bool:
    """Say whether a move may start or stop a dispute, or start a plan clock, or take a case from its siblings: then these matter."""
    ends = {move.to, *move.origin} if move.to else set()
    return move.transfers or bool(ends & {DISPUTED}) or move.to == CLAIMED


_NEEDS = {move.action: needs_of(move) for move in MOVES}


def ask_first(driver: Driver, ids: Sequence[int], actions: Collection[str]) -> list[Question]:
    """Return what can be asked before the cases are seen: their clocks, and who is disputed beside them."""
    if not ids:
        return []
    among, params = driver.among("id", ids)
    disputed = (
        "SELECT inspection_id, id, answerable_id FROM cases WHERE state = 'disputed' "
        f"AND inspection_id IN (SELECT inspection_id FROM cases WHERE {among})"
    )
    siblings = [(disputed, params)] if any("disputed" in _NEEDS.get(action, ()) for action in actions) else []
    return [ask_clocks(driver, ids), *siblings]


def read_facts(driver: Driver, wanted: Wanted, first: Sequence[Sequence[Row]] | None = None) -> Gathered:
    """Return the facts of each living case of a batch: what was asked first, and a statement for each other kind needed."""
    if not wanted:
        return {}
    ids = [case.id for case, _, _ in wanted]
    facts = {case: Facts() for case in ids}
    readers: list[tuple[Reader, Wanted]] = [(_read_first(first), wanted)]
    readers += [
        (read, own) for given, read in _READERS if (own := [one for one in wanted if given & _NEEDS[one[1].action]])
    ]
    looks = Looks(driver)
    for read, needing in readers:
        if driver.looking:
            looks.at(read, needing, facts)
        else:  # a batch asks for thousands of cases: each statement is planned by itself
            read(driver, needing, facts)
    looks.settle()
    return facts


def read_birth_disputes(driver: Driver, births: Sequence[Birth]) -> dict[int, dict[int, int]]:
    """Return by inspection the problems disputed there with who answers for each: what is born claimed waits for them too."""
    among, params = driver.among("inspection_id", {birth.inspection_id for birth in births})
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for inspection, case, answerable in driver.all(
        f"SELECT inspection_id, id, answerable_id FROM cases WHERE {among} AND state = '{DISPUTED}'", params
    ):
        found[inspection][case] = answerable
    return found


def _read_first(first: Sequence[Sequence[Row]] | None) -> Reader:
    """Return the reader of what can be asked before the cases are seen, and perhaps was."""

    def read(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
        ids, actions = [case.id for case, _, _ in wanted], {move.action for _, move, _ in wanted}
        clocks, *disputed = first or driver.ask(*ask_first(driver, ids, actions))
        for case, own in clocks_of(ids, clocks).items():
            facts[case].clocks = own
        if disputed:
            _note_disputed(wanted, disputed[0], facts)

    return read


def read_birth_facts(
    driver: Driver, births: Sequence[Birth]
) -> tuple[dict[int, set[str]], dict[int, tuple[date | None, date | None]]]:
    """Return the numbers taken in each inspection (void cases hold none), and the life-time of each unit named."""
    numbers: dict[int, set[str]] = {birth.inspection_id: set() for birth in births}
    among, params = driver.among("inspection_id", numbers)
    for inspection, number in driver.all(f"SELECT inspection_id, number FROM cases WHERE {among} AND NOT void", params):
        numbers[inspection].add(number)
    units = {unit for birth in births for unit in (birth.unit_id, birth.answerable_id)}
    among, params = driver.among("id", units)
    rows = driver.all(f"SELECT id, starts_on, ends_on FROM units WHERE {among}", params)
    return numbers, {unit: (as_date(start), as_date(end)) for unit, start, end in rows}


def read_birth_visits(driver: Driver, births: Sequence[Birth]) -> dict[int, Presence]:
    """Return of the inspections that problems are ordered in when the team is there, and whether feedback was given."""
    among, params = driver.among("i.id", {birth.inspection_id for birth in births})
    rows = driver.all(
        "SELECT i.id, i.stay_from, i.stay_to, i.feedback_on, (SELECT COUNT(*) FROM cases c "
        f"WHERE c.inspection_id = i.id AND NOT c.void AND c.ordered_on IS NULL) FROM inspections i WHERE {among}",
        params,
    )
    return {
        number: Presence(as_date(start), as_date(end), fed_back=bool(count or feedback))
        for number, start, end, feedback, count in rows
    }


def _read_siblings(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    among, params = driver.among("inspection_id", {case.inspection_id for case, _, _ in wanted})
    found: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    sql = f"SELECT inspection_id, answerable_id, id, state FROM cases WHERE {among}"
    for inspection, answerable, case, state in driver.all(sql, params):
        found[inspection, answerable][case] = state
    for case_row, _, _ in wanted:
        facts[case_row.id].siblings = found[case_row.inspection_id, case_row.answerable_id]


def _note_disputed(wanted: Wanted, rows: Sequence[Row], facts: Gathered) -> None:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for inspection, case, answerable in rows:
        found[inspection][case] = answerable
    for case_row, _, _ in wanted:
        facts[case_row.id].disputed = found[case_row.inspection_id]


def _read_opinions(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    found: dict[int, list[tuple[int, str, int, str]]] = defaultdict(list)
    among, params = driver.among("case_id", {case.id for case, _, _ in wanted})
    sql = f"SELECT case_id, version, role, person_id, opinion FROM opinions WHERE {among} ORDER BY version"
    for case, version, role, person, opinion in driver.all(sql, params):
        found[case].append((version, role, person, opinion))
    for case_row, _, _ in wanted:
        facts[case_row.id].opinions = found[case_row.id]


def _read_rectifiers(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    # Whoever had a hand in it for the unit, or held its post since feedback, in whatever post today; of a case that was
    # transferred the posts of those that answered for it before count too, and those of the units that assist or did.
    found, beside = _hands_in(driver, [case.id for case, _, _ in wanted])
    units = {case.id: {case.unit_id, case.answerable_id, *beside[case.id]} for case, _, _ in wanted}
    among, params = driver.among("unit_id", set().union(*units.values()))
    roles, names = driver.among("role", UNIT_ROLES)
    held = driver.all(f"SELECT unit_id, person_id, ends_on FROM posts WHERE {among} AND {roles}", [*params, *names])
    for case_row, _, _ in wanted:
        own = {
            person for unit, person, ends in held if unit in units[case_row.id] and _since(ends, case_row.fed_back_on)
        }
        facts[case_row.id].rectifiers = frozenset(found[case_row.id] | own)


def _read_urged(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Note who urged the unit of each case, and on which day last."""
    own, cases = driver.among("case_id", [case.id for case, _, _ in wanted])
    sql = f"SELECT case_id, actor_id, MAX(at) FROM trail WHERE {own} AND action = 'urge' GROUP BY case_id, actor_id"
    found: dict[int, set[tuple[int, date]]] = defaultdict(set)
    for case, person, at in driver.all(sql, cases):
        found[case].add((person, local_date(from_micros(at))))
    for case_row, _, _ in wanted:
        facts[case_row.id].note(urged=frozenset(found[case_row.id]))


def _hands_in(driver: Driver, cases: Sequence[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return who moved each case for its unit, prepared such a move, confirmed or not, or kept evidence with it; and who answered before, or assisted."""
    own, params = driver.among("case_id", cases)
    acts, words = driver.among("action", UNIT_ACTIONS)
    passing, given = driver.among("action", TRANSFERS)
    sql = (
        f"SELECT case_id, actor_id, prepared_by, NULL, CAST(NULL AS BIGINT) FROM trail WHERE {own} AND {acts} "
        f"UNION SELECT case_id, NULL, NULL, body, NULL FROM trail WHERE {own} AND {passing} "
        f"UNION SELECT case_id, NULL, NULL, NULL, unit_id FROM assisting WHERE {own} "
        f"UNION SELECT case_id, added_by, NULL, NULL, NULL FROM materials WHERE {own} AND kind = 'evidence' "
        "UNION SELECT x.case_id, d.prepared_by, NULL, NULL, NULL "
        f"FROM (SELECT draft_id, case_id FROM draft_cases WHERE {own}) x JOIN drafts d ON d.id = x.draft_id WHERE {acts}"
    )
    people: dict[int, set[int]] = defaultdict(set)
    units: dict[int, set[int]] = defaultdict(set)
    asked = [*params, *words, *params, *given, *params, *params, *params, *words]
    for case, one, another, transfer, assisting in driver.all(sql, asked):
        people[case] |= {person for person in (one, another) if person is not None}
        if transfer is not None:
            units[case].add(json.loads(bytes(transfer))["transferred"]["from"])
        if assisting is not None:
            units[case].add(assisting)
    return people, units


def _since(ends: Any, day: date) -> bool:
    ended = as_date(ends)
    return ended is None or ended >= day


def _read_words(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    among, params = driver.among("id", {case.id for case, _, _ in wanted})
    rows = driver.all(f"SELECT id, {', '.join(WORDS)} FROM cases WHERE {among}", params)
    found = {case: dict(zip(WORDS, words, strict=True)) for case, *words in rows}
    for case_row, _, _ in wanted:
        facts[case_row.id].note(found_words=found[case_row.id])


def _read_measures(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    found: dict[int, list[tuple[int, date | None]]] = defaultdict(list)
    excused: dict[int, set[int]] = defaultdict(set)
    among, params = driver.among("case_id", {case.id for case, _, _ in wanted})
    for case, number, due, why in driver.all(
        f"SELECT case_id, no, due_on, why FROM measures WHERE {among} AND until_version IS NULL ORDER BY case_id, no",
        params,
    ):
        found[case].append((number, as_date(due)))
        excused[case] |= {number} if why else set()
    for case_row, _, _ in wanted:
        facts[case_row.id].measures = tuple(found[case_row.id])
        facts[case_row.id].excused = frozenset(excused[case_row.id])


def _read_evidence(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    # What was attached beforehand (version 0) counts, and is named by the entry that uses it.
    found: dict[tuple[int, int], set[int | None]] = defaultdict(set)
    attached: dict[int, list[Material]] = defaultdict(list)
    among, params = driver.among("case_id", {case.id for case, _, _ in wanted})
    sql = f"SELECT case_id, cycle, measure_no, version, sha256, name, size FROM materials WHERE {among} AND kind = 'evidence' ORDER BY id"
    for case, cycle, measure, version, sha256, name, size in driver.all(sql, params):
        found[case, cycle].add(measure)
        if version == 0:
            attached[case].append(Material("evidence", sha256, name, size, measure))
    for case_row, _, _ in wanted:
        facts[case_row.id].evidence = frozenset(found[case_row.id, case_row.cycle])
        facts[case_row.id].attached = tuple(attached[case_row.id])


def _read_duplicates(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    named = {case.id: read_answers(move, intent.answers)[0].get("duplicate_of") for case, move, intent in wanted}
    numbers = {number for number in named.values() if number is not None}
    known: set[int] = set()
    if numbers:
        among, params = driver.among("id", numbers)
        known = {
            row[0]
            for row in driver.all(
                f"SELECT id FROM cases WHERE jurisdiction = ? AND {among}", [wanted[0][0].jurisdiction, *params]
            )
        }
    for case_row, _, _ in wanted:
        facts[case_row.id].note(duplicate_exists=named[case_row.id] in known)


def _read_successors(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    said = {case.id: read_answers(move, intent.answers)[0] for case, move, intent in wanted}
    named = {case: answers.get("successor", answers.get("part_unit")) for case, answers in said.items()}
    names = sorted({name for name in named.values() if name is not None})
    known: dict[str, Successor] = {}
    if names:
        among, params = driver.among("u.name", names)
        sql = (
            "SELECT u.name, a.id, a.name, u.starts_on, a.starts_on, u.ends_on, a.ends_on FROM units u "
            f"JOIN units a ON a.id = COALESCE(u.answerable_id, u.id) WHERE u.jurisdiction = ? AND {among}"
        )
        for name, answerable, of, *days in driver.all(sql, [wanted[0][0].jurisdiction, *params]):
            first, its_first, last, its_last = map(as_date, days)
            starts = max(filter(None, (first, its_first)), default=None)
            known[name] = Successor(name, answerable, of, starts, min(filter(None, (last, its_last)), default=None))
    for case_row, _, _ in wanted:
        facts[case_row.id].successor = known.get(named[case_row.id] or "")


def _read_drafts(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    among, params = driver.among("x.case_id", {case.id for case, _, _ in wanted})
    acts, words = driver.among("d.action", UNIT_ACTIONS)
    sql = (
        "SELECT x.case_id, d.id FROM draft_cases x JOIN drafts d ON d.id = x.draft_id "
        f"WHERE {among} AND {acts} AND d.state = 'open' ORDER BY d.id"
    )
    found: dict[int, list[int]] = defaultdict(list)
    for case, number in driver.all(sql, [*params, *words]):
        found[case].append(number)
    for case_row, _, _ in wanted:
        facts[case_row.id].note(prepared=tuple(found[case_row.id]))


def _read_claimed_siblings(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    among, params = driver.among("inspection_id", {case.inspection_id for case, _, _ in wanted})
    rows = claimed_cases(driver, among, params)
    clocks = read_clocks(driver, [row.id for row in rows]) if rows else {}
    for case_row, _, _ in wanted:
        facts[case_row.id].claimed_siblings = {
            row.id: (row, clocks[row.id])
            for row in rows
            if row.inspection_id == case_row.inspection_id and row.id != case_row.id
        }


def _read_filings(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    # What is filed together is one filing or is refused: so each kind is counted once for all of it.
    rounds, params = driver.among("round_id", {case.round_id for case, _, _ in wanted})
    units, more = driver.among("answerable_id", {case.answerable_id for case, _, _ in wanted})
    grouped = "round_id, answerable_id, kind"
    sql = f"SELECT {grouped}, MAX(version) FROM filings WHERE {rounds} AND {units} GROUP BY {grouped}"
    last = {tuple(whose): version for *whose, version in driver.all(sql, [*params, *more])}
    together: dict[tuple[str, int], list[CaseRow]] = defaultdict(list)
    for case_row, move, _ in wanted:
        together[move.action, case_row.round_id].append(case_row)
    covered = {what: _covered(cases) for what, cases in together.items()}
    for case_row, move, _ in wanted:
        before = last.get((case_row.round_id, case_row.answerable_id, move.filing), 0)
        facts[case_row.id].filing = Filing(before + 1, *covered[move.action, case_row.round_id])


def _covered(cases: Sequence[CaseRow]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(sorted({case.inspection_id for case in cases})), tuple(sorted(case.id for case in cases))


def _read_decisions(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    # What is prepared and waits, and whether the facts were checked: one statement for both.
    among, params = driver.among("x.case_id", {case.id for case, _, _ in wanted})
    papers, again = driver.among("case_id", {case.id for case, _, _ in wanted})
    sql = (
        f"SELECT x.case_id, d.action FROM draft_cases x JOIN drafts d ON d.id = x.draft_id WHERE {among} AND d.state = 'open' "
        f"UNION SELECT case_id, '' FROM materials WHERE {papers} AND kind = 'fact_check'"
    )
    found: dict[int, set[str]] = defaultdict(set)
    for case, action in driver.all(sql, [*params, *again]):
        found[case].add(action)
    for case_row, _, _ in wanted:
        there = found[case_row.id]
        facts[case_row.id].note(drafted=frozenset(there - {""}), fact_checked="" in there)


def _read_listed(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    # Whether the list of feedback has them already, and which numbers are taken: one statement for both.
    own, params = driver.among("case_id", {case.id for case, _, _ in wanted})
    acts, names = driver.among("action", [move.action for move in MOVES if move.renumbers])
    around, more = driver.among("inspection_id", {case.inspection_id for case, _, _ in wanted})
    sql = (
        f"SELECT case_id, '' FROM trail WHERE {own} AND {acts} "
        f"UNION SELECT inspection_id, number FROM cases WHERE {around} AND NOT void"
    )
    listed: set[int] = set()
    numbers: dict[int, set[str]] = defaultdict(set)
    for key, number in driver.all(sql, [*params, *names, *more]):
        if number:
            numbers[key].add(number)
        else:
            listed.add(key)
    for case_row, _, _ in wanted:
        taken = frozenset(numbers[case_row.inspection_id])
        facts[case_row.id].note(listed=case_row.id in listed, inspection_numbers=taken)


def _read_leaders(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    among, params = driver.among("id", {case.id for case, _, _ in wanted})
    for case, leader in driver.all(f"SELECT id, responsible FROM cases WHERE {among}", params):
        facts[case].note(led_by=leader or "")


def _read_ties(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    units = {unit for case, _, _ in wanted for unit in (case.unit_id, case.answerable_id)}
    found = ties_with(driver, wanted[0][0].jurisdiction, units)
    for case_row, _, _ in wanted:
        facts[case_row.id].note(ties=found[case_row.unit_id] | found[case_row.answerable_id])


def _read_meetings(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read the meetings that bear the numbers of decisions: none where no number is given."""
    given = {case.id: intent.answers.get("minute_no") for case, _, intent in wanted}
    said = {case: plain_number(number) for case, number in given.items() if isinstance(number, str)}
    numbers = {number for number in said.values() if number}
    found = group_meetings(driver, wanted[0][0].jurisdiction, numbers) if numbers else {}
    for case in given:
        facts[case].note(meetings=found.get(said.get(case, ""), ()))


def _read_stays(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    found = stays_of(driver, [case for case, _, _ in wanted])
    for case_row, _, _ in wanted:
        facts[case_row.id].note(stays=found[case_row.id])


_READERS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset(["assistant", "assisting"]), read_assistants),
    (frozenset(["claimed_siblings"]), _read_claimed_siblings), (frozenset(["copies"]), read_copies), (frozenset(["copies_known"]), read_known),
    (frozenset(["duplicate_exists"]), _read_duplicates),
    (frozenset(["drafted", "fact_checked"]), _read_decisions),
    (frozenset(["evidence", "attached"]), _read_evidence), (frozenset(["filing"]), _read_filings),
    (frozenset(["listed", "inspection_numbers"]), _read_listed),
    (frozenset(["found_words"]), _read_words), (frozenset(["led_by"]), _read_leaders),
    (frozenset(["measures", "excused"]), _read_measures), (frozenset(["meetings"]), _read_meetings), (frozenset(["opinions"]), _read_opinions),
    (frozenset(["papers"]), read_papers), (frozenset(["stands_since", "enterer_ties", "risen_by"]), read_of_paper), (frozenset(["disowned"]), read_disowned),
    (frozenset(["prepared"]), _read_drafts), (frozenset(["rectifiers"]), _read_rectifiers), (frozenset(["siblings"]), _read_siblings),
    (frozenset(["put_aside"]), read_put_aside), (frozenset(["secretaries"]), read_secretaries),
    (frozenset(["to_hand_over", "first_fed_back"]), read_to_hand_over),
    (frozenset(["takers"]), read_takers), (frozenset(["urged"]), _read_urged),
    (frozenset(["stays"]), _read_stays), (frozenset(["successor"]), _read_successors), (frozenset(["ties"]), _read_ties),
)  # fmt: skip
"""What each statement gives: one for each kind of fact that is needed, whatever the number of cases."""
# What is read elsewhere: before the cases are seen, and of problems about to be born.
_GIVEN = frozenset(["disputed", "numbers", "round_ended", "units_in_being", "visit", "whole"]).union(
    *(given for given, _ in _READERS)
)


ALWAYS = frozenset(["clocks"])
"""What is read of every case without being declared, beside the case itself."""


def must_be_read(needs: Mapping[str, frozenset[str]]) -> None:
    """Stop the start, with a LookupError, where a rule or an effect looks at a fact that nobody reads."""
    for name, needed in needs.items():
        if unknown := min(needed - _GIVEN, default=""):
            known = (
                "问题和它的时钟一直都在，不用声明" if unknown in ALWAYS else f"可以声明的有 {'、'.join(sorted(_GIVEN))}"
            )
            message = f"{name} 用到未知的事实 {unknown}：{known}"
            raise LookupError(message)


def must_be_declared(built: Mapping[str, tuple[Callable[..., Any], frozenset[str]]]) -> None:
    """Raise LookupError where what a rule or an effect is built of looks itself at a fact that it does not declare."""
    for name, (function, declared) in built.items():
        if silent := min(_looked_at(function.__code__) - declared - ALWAYS, default=""):
            message = f"{name} 看了事实 {silent} 却没有声明：请写进定义处的 @rule(…) 或 @effect(…)"
            raise LookupError(message)


def _looked_at(code: CodeType) -> set[str]:
    """Return what is read of `s.facts` in a function, and in what is written inside it."""
    within = (_looked_at(one) for one in code.co_consts if isinstance(one, CodeType))
    words = [(one.opname, one.argval) for one in get_instructions(code)]
    own = {after[1] for before, after in pairwise(words) if before == ("LOAD_ATTR", "facts") and after[0] in _READING}
    return own.union(*within)


_READING = ("LOAD_ATTR", "LOAD_METHOD")


def named_rules() -> dict[str, tuple[Callable[..., Any], frozenset[str]]]:
    """Return the guards and effects of the table: each with its function, and the facts that it declares."""
    return {f"条件 {name}": (one.judge, one.facts) for name, one in GUARDS.items()} | {
        f"效果 {name}": (one.build, one.facts) for name, one in EFFECTS.items()
    }


must_be_read({name: declared for name, (_, declared) in named_rules().items()} | _NEEDS)
