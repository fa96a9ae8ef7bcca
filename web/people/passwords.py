"""Password rules, as configured."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from settings import WebSection
from storage.accounts import account_number, end_sessions, hashes_used
from storage.engine import reading
from storage.hashing import HASHER, hashed
from storage.tables import Account
from storage.tables.door import PasswordUsed

# Hashing is bounded work.
LONGEST = 200
# Compared when there is no such login, so that the answer takes as long.
_NOBODY = HASHER.hash("没有这个账号")


# Told by mouth and copied by hand: nothing that looks like another sign (l 1 I, O 0 o).
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"


class WeakPassword(ValueError):
    """A password does not meet the rules; the sentences say which, all of them."""

    def __init__(self, *faults: str) -> None:
        super().__init__("；".join(faults))


def matches(password: str, password_hash: str | None) -> bool:
    """Say whether the password is the one; takes as long when there is none."""
    right = HASHER.verify(password[:LONGEST], password_hash or _NOBODY)
    return right and password_hash is not None


def read_aloud() -> str:
    """Return a new password that is told once: 16 signs of every kind, none of which looks like another."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12)) + "Aa2+"


def in_words(rules: WebSection) -> str:
    """Return what a new password must be, whole, as a form says it beforehand."""
    length = f"{rules.password_length} 至 {LONGEST} 位"
    kinds = f"大写字母、小写字母、数字、符号中至少 {rules.password_kinds} 种"
    kept = f"，与最近 {rules.password_kept} 次用过的不同" if rules.password_kept else ""
    return f"{length}，{kinds}；不含账号{kept}"


def rule_faults(password: str, login: str, rules: WebSection) -> list[str]:
    """Return all that is against a password: too short or too long, of too few kinds, with the login in it."""
    kinds = [string.ascii_uppercase, string.ascii_lowercase, string.digits]
    found = sum(any(c in kind for c in password) for kind in kinds) + any(not c.isalnum() for c in password)
    faults = {
        f"密码至少 {rules.password_length} 位": len(password) < rules.password_length,
        f"密码不超过 {LONGEST} 位": len(password) > LONGEST,
        f"密码须含大写字母、小写字母、数字、符号中的至少 {rules.password_kinds} 种": found < rules.password_kinds,
        "密码不能包含账号": bool(login) and login.lower() in password.lower(),
    }
    return [sentence for sentence, against in faults.items() if against]


def check_rules(password: str, login: str, rules: WebSection) -> None:
    """Raise WeakPassword unless the password is long and mixed enough."""
    if faults := rule_faults(password, login, rules):
        raise WeakPassword(*faults)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A new password that meets the rules: the hash it replaces, and its own."""

    instead_of: str | None
    password_hash: str


def new_password(engine: Engine, account_id: int, new: str, rules: WebSection) -> NewPassword:
    """Check a new password against the rules and the ones used before; hashing is slow, so no transaction waits for it."""
    with reading(engine) as work:
        account = work.session.get_one(Account, account_id)
        earlier = hashes_used(work.session, account_id, rules.password_kept)
    faults = rule_faults(new, account.login, rules)
    if any(HASHER.verify(new[:LONGEST], kept) for kept in [*earlier, account.password_hash or _NOBODY]):
        faults.append(f"不能与最近 {rules.password_kept} 次用过的密码相同")
    if faults:
        raise WeakPassword(*faults)
    return NewPassword(account.password_hash, hashed(new))


def first_password(engine: Engine, login: str, new: str, rules: WebSection) -> str:
    """Return the hash of a password that an account, new or known, is to begin with; WeakPassword as on the pages."""
    with reading(engine) as work:
        known = account_number(work.session, login)
    if known is not None:
        return new_password(engine, known, new, rules).password_hash
    check_rules(new, login, rules)
    return hashed(new)


def change_password(session: Session, account: Account, new: NewPassword, now: int, keep: str) -> None:
    """Set a new password and end all other sessions; never commits."""
    if account.password_hash != new.instead_of:
        raise WeakPassword("密码刚刚在别处更换过，请再试一次")
    assert account.id is not None
    session.add(PasswordUsed(account_id=account.id, password_hash=account.password_hash or "", at=now))
    account.password_hash, account.password_at, account.must_change = new.password_hash, now, False
    session.add(account)
    end_sessions(session, account, now, keep=keep)
    session.flush()


def is_old(rules: WebSection, now: int, *, changed_at: int | None, must_change: bool) -> bool:
    """Say whether the password is to be changed."""
    age = now - changed_at if changed_at else 0
    return must_change or age > rules.password_days * 86_400 * 1_000_000
