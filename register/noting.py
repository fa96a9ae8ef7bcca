"""What the security log says of acts of the register, in the same words by every door."""

from __future__ import annotations

from register.grammar import Act
from storage.security import Event, Who


def in_words(act: Act, login: str) -> str:
    """Say what was done with an account."""
    return act.told.format(login=login) or f"{act.shown}账号 {login}"


def events_of(act: Act, who: Who, login: str) -> list[Event]:
    """Return the event that an act is by itself; none of an act that is no more than its entry."""
    return [Event(act.noted, who, words=in_words(act, login))] if act.noted else []
