"""One click is one move: the deed is fired once, its case is locked and read once, and a look costs no write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

from tests.web.conftest import Door
from tests.web.statements import Statement, listening
from tests.web.test_shown import case, checked

__all__ = ["case"]


@dataclass
class Counted:
    """What a request asked of the database."""

    heard: list[Statement] = field(default_factory=list)
    begun: list[bool] = field(default_factory=list)
    """Of each transaction, whether it may write."""

    def reads_of_case(self) -> int:
        """Count the statements that read the rows of cases as the rules look at them."""
        return sum(bool(re.search(r"SELECT .*\bc\.shown_version\b.*FROM cases c", one.sql)) for one in self.heard)


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    counted = Counted()

    def begin(connection: object) -> None:
        counted.begun.append(connection.get_execution_options().get("zhenggai_writes", False))  # type: ignore[attr-defined]

    event.listen(engine, "begin", begin)
    try:
        with listening(engine) as counted.heard:
            yield counted
    finally:
        event.remove(engine, "begin", begin)


def test_a_signed_deed_reads_its_case_once_to_show_it_and_once_behind_the_lock(door: Door, case: int) -> None:
    _, sent = checked(door, case, **{f"e{case}.evidence@1": ("修好的路灯.pdf", b"%PDF-1.7\n%night")})
    secretary, engine = door.as_("secretary"), door.world.engine
    with counting(engine) as look:
        assert secretary.submit("/acts/submit", sent | {"step": "check"}).status_code == 200
    with counting(engine) as deed:
        answer = secretary.submit("/acts/submit", sent)
    assert (answer.status_code, door.world.case(case).state) == (200, "submitted")
    print(
        f"look: {len(look.heard)} statements, {len(look.begun)} transactions, {look.reads_of_case()} reads of the case"
    )
    print(
        f"deed: {len(deed.heard)} statements, {len(deed.begun)} transactions, {deed.reads_of_case()} reads of the case"
    )
    assert look.begun == [False] * len(look.begun), "a look takes no right to write"
    assert len(look.begun) <= 3, "who asks, which act, what it would do"
    assert len(deed.begun) <= 5, "besides these the deed, the password, how it stands afterwards"
    assert look.reads_of_case() <= 2, "once for the page, once for the rules"
    assert deed.reads_of_case() <= 3, "and once more as it stands afterwards"
    assert sum(deed.begun) <= 2, "the deed itself, and the check of the password"
