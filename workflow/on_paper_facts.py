"""What the acts on papers 代录 are judged by: read for a batch of cases at once."""

from __future__ import annotations

from storage.papers import disowned_here, papers_waiting, risen_by, stood_since
from storage.sql import Driver
from storage.ties import ties_with
from workflow.subject import Gathered, Wanted


def read_papers(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read which papers that the office entered wait for the secretary."""
    found = papers_waiting(driver, [case.id for case, _, _ in wanted])
    for case_row, _, _ in wanted:
        facts[case_row.id].note(papers=found.get(case_row.id, ()))


def read_of_paper(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read what the entering of a paper is judged by: nothing where none is entered."""
    of_paper = [one for one in wanted if one[2].received]
    for case_row, _, _ in wanted:
        facts[case_row.id].note(stands_since=None, enterer_ties=(), risen_by=frozenset())
    if of_paper:
        since, risen = (
            stood_since(driver, [case for case, _, _ in of_paper]),
            risen_by(driver, [case.id for case, _, _ in of_paper]),
        )
        units = {unit for case, _, _ in of_paper for unit in (case.unit_id, case.answerable_id)}
        ties = ties_with(driver, of_paper[0][0].jurisdiction, units)
        for case_row, _, _ in of_paper:
            both = ties[case_row.unit_id] | ties[case_row.answerable_id]
            facts[case_row.id].note(stands_since=since[case_row.id], enterer_ties=both, risen_by=risen[case_row.id])


def read_disowned(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read whether a case came to where it stands by a paper that the secretary does not own."""
    found = disowned_here(driver, [case.id for case, _, _ in wanted])
    for case_row, _, _ in wanted:
        facts[case_row.id].note(disowned=case_row.id in found)
