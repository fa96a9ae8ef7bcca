"""The file 往来文件: lines of canonical JSON, a blank line, and a signed note over them; nothing of it is read before it is believed.

The first line says what it is, from whom to whom, and holds the checkpoint of the sender's trail; each other line is a problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from results import RESULTS
from states import KINDS, STATES
from trail.canonical import NotCanonical, canonical
from trail.note import Checkpoint, ForgedSignature, NoSignature, NoteError, label_of, open_note, sign
from trail.salt import BadSalt, commit
from trail.tree import leaf_hash, verify_inclusion

FORMAT: Final = "zhenggai-exchange/1"
ENDING: Final = ".zgx"
PROBLEMS, REPORT = "problems", "report"
SORTS: Final = {PROBLEMS: "问题", REPORT: "整改情况"}
MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 50 * 2**20
LONGEST_WORD: Final = 200
LONGEST_TEXT: Final = 20_000
MOST_AMOUNT: Final = 10**12
LARGEST: Final = 2**53 - 1
MOST_BEFORE: Final = 100
FIGURES: Final = tuple(name for name in RESULTS if name.startswith(("rules", "money")))
"""What of the results is reported: rules and money, no persons."""
_BREAK: Final = b"\n\n"
_MARK: Final = b'{"as_of":"'


class BadParcel(ValueError):
    """A file is not taken in; the sentence says why."""

    event = "exchange_refused"
    """How the security log calls it."""


class Forked(BadParcel):
    """The checkpoint of a file and those that its sender showed before cannot be of one trail."""

    event = "exchange_forked"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself."""

    sort: str
    sender: str
    """The name and number of the key that signed it."""
    to: str
    """The name and number of the key of whom it is for."""
    title: str
    stream: int
    """The round's number at the upper office: the row of files that it belongs to."""
    round: str
    """What the round is called there."""
    teams: str
    sequence: int
    as_of: str
    count: int
    checkpoint: str
    before: list[dict[str, Any]]
    """For each checkpoint of the files sent there before, by its size: the proof that this one only adds to it."""
    format: str = FORMAT

    def grew_from(self, size: int) -> tuple[bytes, ...] | None:
        """Return the proof that its checkpoint only adds to the sender's of that size; None where it has none."""
        paths = (one["path"] for one in self.before if one["size"] == size)
        found = next(paths, None)
        return None if found is None else tuple(bytes.fromhex(one) for one in found)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that is believed: whose it is, what it says of itself, the sender's checkpoint, its problems."""

    owner: int
    header: Header
    checkpoint: Checkpoint
    rows: tuple[dict[str, Any], ...]


def looks_like_one(start: bytes) -> bool:
    """Say whether a file means to be one of these."""
    return start.startswith(_MARK)


def write(header: Header, rows: Sequence[Mapping[str, Any]], key: str) -> bytes:
    """Return the file, signed."""
    return signed(b"".join(canonical(line) + b"\n" for line in (asdict(header), *rows)), key)


def signed(body: bytes, key: str) -> bytes:
    """Return lines with the note behind them."""
    return body + b"\n" + sign(_note_of(body), key)


def _note_of(body: bytes) -> str:
    return f"{FORMAT}\n{sha256(body).hexdigest()}\n"


def open_parcel(content: bytes, verifiers: Mapping[int, str], own: Sequence[str]) -> Parcel:
    """Return what a file says, once all of it is believed; BadParcel with the reason otherwise.

    `verifiers` are the keys of those whose files are taken, by their numbers; `own` the keys of this office, to which it must be addressed.
    """
    if len(content) > MOST_BYTES:
        raise BadParcel(f"文件超过 {MOST_BYTES // 2**20} MB")
    body, gap, note = content.partition(_BREAK)
    body += b"\n"
    if not looks_like_one(content) or not gap:
        raise BadParcel("这不是往来文件，或者不完整：请向对方重新索取")
    owner, said = _signed_by(note, verifiers)
    if said != _note_of(body):
        raise BadParcel("文件的内容与签名时的摘要不符：内容被改动过，或在传递中损坏，请向对方重新索取")
    header, rows = _read(body.split(b"\n")[:-1])
    if header.sender != label_of(verifiers[owner]):
        raise BadParcel("文件写的发出机构与签名的不是同一个")
    if header.to not in [label_of(one) for one in own]:
        raise BadParcel(f"这份文件是发给“{header.to}”的，不是发给本机构的")
    return Parcel(owner, header, _proved(header, rows, verifiers[owner]), rows)


def read_kept(content: bytes) -> tuple[Header, tuple[dict[str, Any], ...]]:
    """Return what a file says that was believed when it was taken in, and has been kept by its content since."""
    return _read((content.partition(_BREAK)[0] + b"\n").split(b"\n")[:-1])


def _signed_by(note: bytes, verifiers: Mapping[int, str]) -> tuple[int, str]:
    """Return whose key signed the note, and its text."""
    for owner, verifier in verifiers.items():
        try:
            return owner, open_note(note, verifier)
        except NoSignature:
            continue
        except ForgedSignature:
            raise BadParcel("签名与内容不符：文件或签名被改动过，请向对方重新索取") from None
        except NoteError:
            raise BadParcel("文件末尾的签名读不出来：文件不完整或被改动过，请向对方重新索取") from None
    raise BadParcel("文件不是登记过的往来机构签的：请核对发出的是谁，或先在“登记”的“往来机构”里登记它的公钥")


def _read(lines: Sequence[bytes]) -> tuple[Header, tuple[dict[str, Any], ...]]:
    """Read what is signed: every line as it can be written in one way alone, every value of its type."""
    if len(lines) - 1 > MOST_ROWS:
        raise BadParcel(f"文件有 {len(lines) - 1} 个问题，一份最多 {MOST_ROWS} 个")
    head = _line(lines[0], 1, HEADER)
    header = Header(**head)
    shape = PROBLEM if header.sort == PROBLEMS else STANDING
    rows = tuple(_line(line, place, shape) for place, line in enumerate(lines[1:], 2))
    if header.count != len(rows):
        raise BadParcel(f"文件写明 {header.count} 个问题，实有 {len(rows)} 个")
    return header, rows


def _line(line: bytes, place: int, shape: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any]:
    try:
        said = json.loads(line)
        sound = isinstance(said, dict) and canonical(said) == line
    except (ValueError, RecursionError, NotCanonical):
        sound = False
    if not sound:
        raise BadParcel(f"第 {place} 行不是规定的写法")
    row: dict[str, Any] = said
    wrong = sorted({*shape} ^ {*row}) or [name for name, fits in shape.items() if not fits(row[name])]
    if wrong:
        raise BadParcel(f"第 {place} 行的 {wrong[0]} 不合规定")
    return row


def _proved(header: Header, rows: Sequence[dict[str, Any]], verifier: str) -> Checkpoint:
    """Return the checkpoint: every problem was fed back as it says, by an entry of the sender's trail that it covers."""
    try:
        checkpoint = Checkpoint.parse(open_note(header.checkpoint.encode(), verifier))
    except NoteError:
        raise BadParcel("文件里的检查点不是发出机构签的") from None
    for place, row in enumerate(rows if header.sort == PROBLEMS else (), 2):
        if (why := _unproved(row, checkpoint)) is not None:
            raise BadParcel(f"第 {place} 行（编号 {row['number']}）{why}")
    return checkpoint


def _unproved(row: Mapping[str, Any], checkpoint: Checkpoint) -> str | None:
    body = row["entry"].encode()
    path = [bytes.fromhex(one) for one in row["path"]]
    if not verify_inclusion(leaf_hash(body), row["index"], checkpoint.size, path, checkpoint.root):
        return "的存证与检查点不符：不在发出机构的流转日志里"
    try:
        entry = json.loads(body)
        born, case = entry["born"], entry["case"]
        fits = born["words"] == commit(bytes.fromhex(row["salt"]), words_of(row))
        same = (case, born["number"], born["fed_back_on"]) == (row["ref"], row["number"], row["fed_back_on"])
    except (ValueError, KeyError, TypeError, BadSalt, RecursionError):
        return "的存证不是一条反馈记录"
    return None if fits and same else "的文字或编号与存证不符：不是反馈时的原文"


def words_of(row: Mapping[str, Any]) -> str:
    """Return what a birth's entry commits to: the words of the problem."""
    return canonical({name: row[name] for name in ("amount", "basis", "category", "detail", "problem")}).decode()


# What each line holds, and what may stand there


def _text(longest: int, least: int = 0) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and least <= len(value) <= longest and "\0" not in value


def _whole(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _day_or_none(value: Any) -> bool:
    return value is None or _day(value)


def _one_of(known: Mapping[str, Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in known


def _hashes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 64 and all(_hex(one, 64) for one in value)


def _hex(value: Any, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and not set(value) - set("0123456789abcdef")


def _proofs(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_BEFORE and all(_proof(one) for one in value)


def _proof(value: Any) -> bool:
    sound = isinstance(value, dict) and {*value} == {"size", "path"}
    return sound and _whole(LARGEST)(value["size"]) and _hashes(value["path"])


def _figures(value: Any) -> bool:
    amount = _whole(MOST_AMOUNT)
    return isinstance(value, dict) and all(name in FIGURES and amount(one) for name, one in value.items())


HEADER: Final[dict[str, Callable[[Any], bool]]] = {
    "format": lambda value: value == FORMAT, "sort": _one_of(SORTS), "sender": _text(LONGEST_WORD, 1), "to": _text(LONGEST_WORD, 1),
    "title": _text(LONGEST_WORD), "stream": _whole(LARGEST), "round": _text(LONGEST_WORD), "teams": _text(LONGEST_WORD),
    "sequence": _whole(LARGEST), "as_of": _day, "count": _whole(MOST_ROWS), "checkpoint": _text(LONGEST_TEXT),
    "before": _proofs,
}  # fmt: skip
PROBLEM: Final[dict[str, Callable[[Any], bool]]] = {
    "ref": _whole(LARGEST), "unit": _text(LONGEST_WORD), "number": _text(LONGEST_WORD, 1), "category": _text(LONGEST_TEXT), "problem": _text(LONGEST_TEXT),
    "detail": _text(LONGEST_TEXT), "basis": _text(LONGEST_TEXT), "amount": _text(LONGEST_TEXT), "kind": _one_of(KINDS), "fed_back_on": _day,
    "due_on": _day_or_none, "index": _whole(LARGEST), "entry": _text(LONGEST_TEXT), "salt": lambda value: _hex(value, 32), "path": _hashes,
}  # fmt: skip
STANDING: Final[dict[str, Callable[[Any], bool]]] = {
    "ref": _whole(LARGEST), "unit": _text(LONGEST_WORD), "number": _text(LONGEST_WORD, 1), "state": _one_of(STATES), "kind": _one_of(KINDS),
    "fed_back_on": _day, "due_on": _day_or_none, "submitted_on": _day_or_none, "verified_on": _day_or_none, "overdue": lambda value: isinstance(value, bool),
    "results": _figures,
}  # fmt: skip
