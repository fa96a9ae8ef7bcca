"""Avoidance 回避: who is tied to a unit keeps away from what is decided on its cases."""

from __future__ import annotations

from collections.abc import Collection

from storage.ties import WHY, Tie
from workflow.rule import Said, rule
from workflow.subject import Subject


@rule("ties", lasting=True)
def not_tied(s: Subject) -> Said:
    """Who is tied to the unit, to the one that answers or to one above decides nothing on its cases, nor prepares it."""
    ties: Collection[Tie] = s.facts.ties
    held = {tie.person: tie.why for tie in ties if tie.on(s.today)}
    # Why is for nobody but who is tied.
    if s.actor.person_id in held:
        return f"您对该党组织有回避关系（{WHY[held[s.actor.person_id]]}），不能办理“{s.move.shown}”，须由他人办理"
    return f"起草人对该党组织有回避关系，“{s.move.shown}”须由他人起草" if s.intent.prepared_by in held else None
