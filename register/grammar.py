"""The grammar of the register: what a kind and an act of kinds.py say, and what follows from it. No row of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from register.fields import Field
from states import ADMINISTRATORS, OFFICE, ROLES

OPERATOR, RELEASE = "operator", "release"
"""The operator of the server at the command line, whose entries stand at once; and the product itself, when it is laid or upgraded."""
WHO: Final = {**ROLES, OPERATOR: "系统操作员", RELEASE: "本程序"}
READERS: Final = (OFFICE, *ADMINISTRATORS)
"""Who has a part in the register: a kind says where it is fewer."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done with a row of a kind; asked fields end in `?` where they may be left out."""

    name: str
    shown: str
    asks: tuple[str, ...]
    enters: tuple[str, ...]
    approves: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    makes: bool = False
    """A row begins by it."""
    composed: bool = False
    """It has no row of its own: what follows are entries of other kinds."""
    aside: tuple[str, ...] = ()
    """Fields asked that are not kept in the row: what follows looks at them."""
    gives_password: bool = False
    """An account has a first password by it: told once, changed at the first sign-in."""
    noted: str = ""
    """The event of the security log that it is by itself, however it was asked and approved."""
    said: str = ""
    """What it is called in a sentence, where that is not the act's words before the kind's."""
    told: str = ""
    """What the security log says of it, where it is not the act's words before the account; with `{login}`."""

    of_oneself: bool = False
    """Everybody in office enters it by whatever post, about themselves or what is addressed to them: a guard says who."""
    told_by: str = ""
    """Many of them may come in one sheet, whose rows this field tells apart; empty where each is entered by itself."""

    @property
    def begins(self) -> bool:
        """Say whether it is about no row that is there: one begins by it, or several of other kinds."""
        return self.makes or self.composed

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields asked."""
        return tuple(name.rstrip("?") for name in self.asks)

    def requires(self, name: str) -> bool:
        """Say whether the act cannot be done without the field."""
        return name in self.asks


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its words, what tells its rows apart for people, its fields and its acts."""

    name: str
    shown: str
    meaning: str
    fields: tuple[Field, ...]
    acts: tuple[Act, ...]
    named_by: tuple[str, ...] = ("name",)
    """The fields whose values name a row on pages."""
    found_by: str = ""
    """The field by which a row is named at the command line, where its number is not known."""
    referred_by: str = ""
    """The field by which rows of other kinds refer to a row, where that is not its number: a code that never changes."""
    ordered_by: str = ""
    """The field by whose numbers its rows stand in order; those without one behind the others."""
    brief: tuple[str, ...] = ()
    """The fields that its list shows beside the name, where all of them would be a wall."""
    reads: tuple[str, ...] = READERS
    """Who sees its rows."""
    reads_own: tuple[str, ...] = ()
    """Who sees those rows alone that are theirs, by what they say themselves (see register.theirs)."""
    rowless: bool = False
    """It has no rows of its own: its acts are done with entries, which stand as they are."""
    unrighted: bool = False
    """Nobody's rights or dates hang on it: what the operator enters of it is not listed to be looked at."""
    renewed: bool = False
    """What has ended is followed by another of the same name: a rule that was revised."""
    newest_first: bool = False
    """Its list begins with the newest: what people look for is of late."""

    def act(self, name: str) -> Act:
        """Return the act of that name."""
        return next(one for one in self.acts if one.name == name)

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(one for one in self.fields if one.name == name)

    def begins_with(self, name: str) -> bool:
        """Say whether no row begins without the field, so that it is never emptied."""
        return any(act.makes and act.requires(name) for act in self.acts)

    @property
    def of_case(self) -> str:
        """Return the column that names the case that a row is about; nothing where it is about none, or about several."""
        return next((one.column for one in self.fields if one.type == "case" or one.name == "case_id"), "")

    def said(self, row_act: Act) -> str:
        """Return kind and act in words, as the log and requests say it."""
        return row_act.said or f"{row_act.shown}{self.shown}"
