"""Recording: one move becomes its entry, its messages and its rows, in the order they must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from notifications.outbox import Message, messages
from states import FILINGS, GROUP, UNBORN, UNIT_SIDE
from storage.rows import Changes
from storage.standings import Standing, any_paused, standing_of
from trail.append import Growth
from trail.entry import Dice, Sealed, instant, plain, seal_answers
from trail.fold import WORDS, after_of, born_of, clock_after, words_text
from workflow.people import who_acts
from workflow.repeat import stored_key
from workflow.rules import DEFINITION_HASH
from workflow.subject import Birth, Change, Subject

Stood = dict[int, Standing]
"""How cases stand that a batch has changed so far."""


def record(
    growth: Growth, s: Subject, c: Change, dice: Dice, changes: Changes, digest: str | None, stood: Stood
) -> int:
    """Append the entry of a move and collect its rows; return the entry's index."""
    sealed = Sealed(dice, {})
    birth = s.intent.birth
    said = words_of(birth) if birth else words_text(c.amended) if s.move.amends else None
    words = sealed.seal("words", said) if said is not None else None
    fields = _fields(s, c, sealed, words)
    index, body, leaf = growth.add("move", fields)
    person = s.actor.person_id
    trail = (
        growth.head.jurisdiction,
        index,
        body,
        leaf,
        stored_key(s.actor, s.intent),
        digest,
        s.case.id,
        s.version,
        s.move.action,
        person,
        s.intent.prepared_by,
        growth.at,
    )
    changes.rows["trail"].append(trail)
    if sealed.kept:
        changes.rows["texts"].append((growth.head.jurisdiction, index, sealed.side()))
    _collect(s, c, changes, words)
    changes.rows["outbox"] += messages_of(s, c, growth, index)
    for case, version, before, after in _standings(s, c):
        if stood.get(case, before) != after:
            stood[case] = after
            if before is not None:
                changes.rows["standings_ended"].append((growth.at, case))
            changes.rows["standings"].append((case, index, version, growth.at, *after))
    return index


def _standings(s: Subject, c: Change) -> Iterator[tuple[int, int, Standing | None, Standing]]:
    """Yield the cases that a move may change, each with its version, how it stood, where it was born, and how it stands then."""
    before = standing_of(s.case, paused=any_paused(s.facts.clocks.values())) if s.case.state != UNBORN else None
    yield s.case.id, s.version, before, standing_of(c.case, paused=any_paused(c.clocks.values()))
    for case, plan in c.also.items():
        row, clocks = s.facts.claimed_siblings[case]
        new = row.copy()
        new.state_due_on = plan.due_on
        then = standing_of(new, paused=any_paused((*(one for one in clocks.values() if one.name != plan.name), plan)))
        yield case, row.version, standing_of(row, paused=any_paused(clocks.values())), then


def messages_of(s: Subject, c: Change, growth: Growth, index: int) -> list[Message]:
    """Return whom the move tells: the rows of the outbox for the entry of that index."""
    if not s.bears_letter:
        return []
    return messages(
        s.move,
        s.case,
        c.case,
        c.telling,
        jurisdiction=growth.head.jurisdiction,
        index=index,
        at=growth.at,
        reminder=c.reminder,
        copied=bool(c.copied),
    )


def words_of(birth: Birth) -> str:
    """Return the words of a problem as the text that its birth commits to."""
    return words_text({name: getattr(birth, name) for name in WORDS})


def _fields(s: Subject, c: Change, sealed: Sealed, words: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "case": s.case.id, "version": s.version, "action": s.move.action, "from": s.case.state, "to": c.case.state,
        "actor": who_acts(s.actor, s.post),
        "via": s.actor.via, "os_user": s.actor.os_user, "on_behalf": s.on_behalf,
        "prepared_by": s.intent.prepared_by, "occurred_on": plain(s.intent.occurred_on),
        "shown": s.intent.shown.digest if s.intent.shown else None,
        "signed": sealed.seal("signed", s.intent.signed) if s.intent.signed else None,
        "written_at": instant(s.now),
        "answers": seal_answers(s.answers, sealed),
        "materials": [{"kind": m.kind, "measure": m.measure, "sha256": m.sha256} for m in (*s.intent.materials, *s.attached)],
        "decision": _decision(s), "filing": filing_of(s),
        "moves": DEFINITION_HASH, "profile": s.profile.digest,
        "after": after_of(c.case, c.clocks),
    }  # fmt: skip
    fields |= _of_some_moves(s, c, words)
    if s.intent.cosigned:
        fields["cosigned"] = [
            {
                "part": one.part,
                "person": one.person,
                "role": one.role,
                "at": instant(one.at),
                "signed": sealed.seal(f"signed.{one.part}", one.text),
            }
            for one in s.intent.cosigned
        ]
    if c.inputs:
        fields["inputs"] = c.inputs
    if c.also:
        fields["also"] = [
            {"case": case, "state_due_on": plain(row.due_on), "clocks": {"plan": clock_after(row)}}
            for case, row in sorted(c.also.items())
        ]
    return fields


def _of_some_moves(s: Subject, c: Change, words: str | None) -> dict[str, Any]:
    """Return what the entries of some moves alone say."""
    amends, assisting = s.move.amends, c.assisting
    said: dict[str, Any] = {
        "born": born_of(s.case, words) if words is not None and not amends else None,
        "amended": {"words": words} if words is not None and amends else None,
        "renumbered": {"from": s.case.number, "to": c.case.number} if s.move.renumbers else None,
        "transferred": {"from": s.case.answerable_id, "to": c.case.answerable_id} if s.move.transfers else None,
        "assisting": dict(zip(("unit", "assists"), assisting, strict=True)) if assisting is not None else None,
        "copied": _letter_of(s, c) if c.copied else None,
        **{
            name: [{"version": version, "role": role} for version, role in found] or None
            for name, found in (("acknowledged", c.acknowledged), ("answered", c.answered), ("pressed", c.pressed))
        },
    }
    return {name: value for name, value in said.items() if value is not None}


def _letter_of(s: Subject, c: Change) -> dict[str, Any]:
    asked = {"reply_by": plain(c.reply_by)} if c.reply_by else {}
    return {"to": list(s.move.copied), "cases": list(c.copied), **asked}


def _decision(s: Subject) -> dict[str, Any] | None:
    if s.on_behalf != GROUP:
        return None
    return {"number": s.answers.get("minute_no"), "on": plain(s.answers.get("minute_on"))}


def filing_of(s: Subject) -> dict[str, Any] | None:
    """Return the filing: the document that all cases of the batch share, with the commitment signed for it; it names what it covers."""
    if s.move.filing is None:
        return None
    kinds = {m.kind: m.sha256 for m in s.intent.materials}
    kind = FILINGS[s.move.filing]
    now = s.facts.filing
    return {
        "kind": kind.name, "version": now.version, "sha256": kinds.get(kind.document, ""), "commitment": kinds.get(kind.commitment),
        "round": s.case.round_id, "answerable": s.case.answerable_id, "inspections": now.inspections, "cases": now.cases,
    }  # fmt: skip


def _collect(s: Subject, c: Change, changes: Changes, words: str | None) -> None:
    if s.case.state == UNBORN and s.intent.birth and words:
        changes.born.append((c.case, _words_row(s.intent.birth, c.words, words)))
    elif s.move.amends and words:
        changes.move(s.case, c.case, {**c.words, **c.amended, "words": words})
        problem, detail = (f"{c.amended[name]}\n{s.facts.found_words[name]}" for name in ("problem", "detail"))
        changes.amended.append((s.case.id, s.case.unit_id, s.case.number, problem, detail))
    else:
        changes.move(s.case, c.case, c.words)
    if s.move.renumbers:
        both, found = f"{c.case.number}\n{s.case.number}", s.facts.found_words
        changes.amended.append((s.case.id, s.case.unit_id, both, found["problem"], found["detail"]))
    if filing := filing_of(s):
        filed = filing["round"], filing["answerable"], filing["kind"], filing["version"]
        signed = filing["sha256"], filing["commitment"], s.actor.person_id, s.now
        changes.rows["filings"].append((s.case.jurisdiction, *filed, *signed))
        changes.rows["filing_inspections"].append((*filed, s.case.inspection_id))
    if s.attached:
        changes.rows["attached"].append((s.version, s.case.id))
    for m in s.intent.materials:
        row: tuple[Any, ...] = (
            s.case.id,
            s.version,
            c.case.cycle,
            m.kind,
            m.measure,
            m.sha256,
            m.name,
            m.size,
            s.actor.person_id,
        )
        changes.rows["materials"].append(row)
    for name, rows in c.rows.items():
        changes.rows[name] += rows


def _words_row(birth: Birth, named: Mapping[str, str], words: str) -> tuple[str, ...]:
    """Return the texts of a newborn: the ledger's, or what the move itself names."""
    found = (birth.category, birth.problem, birth.detail, birth.basis, birth.amount, words)
    return (*found, *(named.get(name, getattr(birth, name)) for name in UNIT_SIDE))
