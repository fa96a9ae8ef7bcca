"""The second factor of an account as rows: set up, each code taken once, taken off."""

from __future__ import annotations

from storage.accounts import end_sessions
from storage.sql import Driver
from storage.tables import Account
from storage.work import Work

_TAKE = "UPDATE accounts SET second_used = ? WHERE id = ? AND (second_used IS NULL OR second_used < ?)"


def take_step(driver: Driver, account: int, step: int) -> bool:
    """Take the code of a time step; of two who bring one code, or an older one, only the first is served. Never commits."""
    return driver.run(_TAKE, (step, account, step)) == 1


def keep_second_factor(work: Work, account: Account, kept: str, step: int, now: int, keep: str = "") -> None:
    """Give an account its second factor, whose first code is taken with it; all sessions end but the one kept. Never commits."""
    account.second_factor, account.second_used = kept, step
    work.session.add(account)
    end_sessions(work.session, account, now, keep)
    work.session.flush()


def forget_second_factor(work: Work, account: Account, now: int, keep: str = "") -> None:
    """Take the second factor off an account and end its sessions at once, but the one kept; never commits.

    What was taken stays taken: no code of before is good again.
    """
    account.second_factor = None
    work.session.add(account)
    end_sessions(work.session, account, now, keep)
    work.session.flush()
