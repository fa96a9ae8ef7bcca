"""Check an export 存证导出 offline, for somebody who does not trust us: this file alone, standard library only.

    python offline.py FILE [OLD_CHECKPOINT_FILE] [VERIFIER_KEY]

Exit 0: everything fits. 5: something was changed, and the first bad entry is named. 2: wrong use.
Signatures are checked where the package `cryptography` is installed; without it that is said, and all else is checked.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

FORMAT = "zhenggai-trail/1"  # of the file
ENTRY_FORMAT = 1  # `v` of an entry
HEADER = {"jurisdiction": str, "size": int, "root": str, "verifiers": list, "checkpoints": list, "definitions": dict}
BORN = "∅"
ED25519 = b"\x01"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


class Bad(Exception):
    """Something does not fit: the index of the first bad entry, and a sentence."""

    def __init__(self, index: int, why: str) -> None:
        super().__init__(why)
        self.index = index
        self.why = why


class Note(NamedTuple):
    """A checkpoint as its note says it; `signed` is None where the signature could not be checked."""

    origin: str
    size: int
    root: str
    signed: bool | None


class Arrow(NamedTuple):
    """Where a move leads, in which roles it may be made, and whether two people are needed."""

    to: str
    who: tuple[str, ...]
    second: bool


Arrows = Mapping[tuple[str, str], Arrow]


@dataclass
class CaseSoFar:
    """What the entries so far say of a case: version and state, and which entry said so."""

    version: int = 0
    state: str = BORN
    last: int = -1


@dataclass(frozen=True)
class Checked:
    """What became of the check; `checkpoints` fit, `unsigned` of them could not be checked for their signature."""

    ok: bool
    size: int
    root: str | None = None
    first_bad: int | None = None
    why: str = ""
    checkpoints: int = 0
    unsigned: int = 0
    erased: int = 0

    def report(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        if not self.ok:
            return {"ok": False, "first_bad": self.first_bad, "why": self.why}
        counts = {"checkpoints": self.checkpoints, "unsigned": self.unsigned, "erased": self.erased}
        return {"ok": True, "size": self.size, "root": self.root, **counts}


# --- the tree: RFC 6962 with SHA-256 --------------------------------------------------------------------------------


class Tree:
    """The Merkle tree over the entries so far, as the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._tops: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append the leaf of one entry: H(0x00 ‖ body)."""
        node, place = leaf, self.size
        while place & 1:
            node = sha256(b"\x01" + self._tops.pop() + node).digest()
            place >>= 1
        self._tops.append(node)
        self.size += 1

    def root(self) -> str:
        """Return the root hash in hex."""
        if not self._tops:
            return sha256(b"").hexdigest()
        node = self._tops[-1]
        for left in reversed(self._tops[:-1]):
            node = sha256(b"\x01" + left + node).digest()
        return node.hex()


# --- one entry ------------------------------------------------------------------------------------------------------


def read_entry(body: bytes, index: int, jurisdiction: str) -> dict[str, Any]:
    """Return the entry in these bytes; Bad where they are not the one canonical form of the entry of that place."""
    entry = _parse(body, index)
    found = (entry.get("index"), entry.get("jurisdiction"))
    if found != (index, jurisdiction) or found[0] is True:
        raise Bad(index, f"第 {index} 条记录的内容写的是“{found[1]}”的第 {found[0]} 条：记录被调换或挪动过")
    if entry.get("v") != ENTRY_FORMAT:
        raise Bad(index, f"第 {index} 条记录的格式版本是 {entry.get('v')!r}，本程序只认 {ENTRY_FORMAT}")
    return entry


def commitments(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return what the entry commits to, by the name under which salt and text are kept beside it."""
    found = {f"answers.{name}": value for name, value in entry.get("answers", {}).items()}
    found |= {f"columns.{name}": value for name, value in entry.get("columns", {}).items()}
    found |= {"signed": entry["signed"]} if entry.get("signed") is not None else {}
    return found | ({"words": entry["born"]["words"]} if "born" in entry else {})


def check_texts(entry: Mapping[str, Any], side: Mapping[str, Any]) -> int:
    """Check salts and texts {name: [salt, text]} against the entry; return how many are erased, Bad where one lies."""
    index = entry["index"]
    try:
        promised = commitments(entry)
        lies = [name for name, kept in side.items() if name not in promised or not _opens(promised[name], kept)]
    except (KeyError, TypeError, AttributeError):
        raise Bad(index, f"第 {index} 条记录的原文无法与记录核对：原文附表被改动过") from None
    if lies:
        raise Bad(index, f"第 {index} 条记录的原文“{lies[0]}”与记录中的摘要不符：原文被改动过")
    return len(promised) - len(side)


def _opens(commitment: str, kept: Any) -> bool:
    try:
        salt, text = kept
        return sha256(bytes.fromhex(salt) + text.encode()).hexdigest() == commitment and len(salt) == 32
    except (AttributeError, TypeError, ValueError):
        return False


def _parse(body: bytes, index: int) -> dict[str, Any]:
    # One entry, one form: with two readings of the same bytes two auditors could see two histories.
    try:
        entry = json.loads(body, parse_float=_refuse, parse_constant=_refuse)
        if isinstance(entry, dict) and _canonical(entry).encode() == body:
            return entry
    except (ValueError, TypeError, RecursionError):
        pass
    raise Bad(index, f"第 {index} 条记录的内容无法解读：内容被改动过")


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


# --- replay: every move against the table of moves it names ---------------------------------------------------------


def read_tables(definitions: Mapping[str, str]) -> dict[str, Arrows]:
    """Return the tables of moves by hash; one whose text does not give its hash is left out, so nobody can name it."""
    return {digest: table for digest, text in definitions.items() if (table := _arrows(digest, text)) is not None}


def _arrows(digest: str, text: str) -> Arrows | None:
    try:
        if sha256(text.encode()).hexdigest() != digest:
            return None
        rows = json.loads(text)["arrows"]
        return {(row["from"], row["action"]): Arrow(row["to"], tuple(row["who"]), bool(row["second"])) for row in rows}
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


@dataclass
class Replay:
    """The cases as the entries move them; each entry is taken once and in order."""

    tables: Mapping[str, Arrows]
    cases: dict[int, CaseSoFar] = field(default_factory=dict)
    at: str = ""

    def take(self, entry: Mapping[str, Any]) -> None:
        """Move on by one entry; Bad where the life does not allow it."""
        index = entry["index"]
        try:
            faults = list(self._faults(entry))
        except (KeyError, TypeError, AttributeError):
            faults = ["缺少应有的内容"]
        if faults:
            about = f"（问题 {entry['case']}）" if entry.get("case") is not None else ""
            raise Bad(index, f"第 {index} 条记录{about}{'；'.join(faults)}")

    def _faults(self, entry: Mapping[str, Any]) -> Iterator[str]:
        at = entry["at"]
        if not _INSTANT.fullmatch(at):
            yield f"的时间“{at}”不是规定写法"
        elif at < self.at:
            yield f"的时间 {at} 早于前一条的 {self.at}"
        else:
            self.at = at
        if entry["kind"] == "move":
            yield from self._move(entry)
        elif entry["kind"] == "ledger":
            yield from self._ledger(entry)

    def _ledger(self, entry: Mapping[str, Any]) -> Iterator[str]:
        if entry["case"] not in self.cases:
            yield "更新的问题没有出生记录"
        if not entry["columns"] or not entry["file"] or not entry["actor"]["role"]:
            yield "没有写明谁按哪份台账更新了哪几列"

    def _move(self, entry: Mapping[str, Any]) -> Iterator[str]:
        case, version, origin, to = entry["case"], entry["version"], entry["from"], entry["to"]
        so_far = self.cases.setdefault(case, CaseSoFar())
        if version != so_far.version + 1:
            yield f"的版本是 {version}，前一版是 {so_far.version}：有记录缺失、重复或调换"
        if origin != so_far.state:
            yield f"从“{origin}”出发，而该问题当时在“{so_far.state}”"
        if ("born" in entry) != (so_far.last < 0):
            yield "的出生内容不在第一条"
        yield from self._against_table(entry)
        if (entry["after"]["state"], entry["after"]["version"]) != (to, version):
            yield "写的办后状态与去向不符"
        if strangers := [one["case"] for one in entry.get("also", ()) if one["case"] not in self.cases]:
            yield f"牵连了没有记录的问题 {strangers[0]}"
        so_far.version, so_far.state, so_far.last = version, to, entry["index"]

    def _against_table(self, entry: Mapping[str, Any]) -> Iterator[str]:
        table = self.tables.get(entry["moves"])
        if table is None:
            yield f"引用的操作表 {entry['moves']} 不在册，或其内容被改动过"
            return
        arrow = table.get((entry["from"], entry["action"]))
        if arrow is None or arrow.to != entry["to"]:
            yield f"的“{entry['action']}”不能从“{entry['from']}”到“{entry['to']}”：操作表中没有这一步"
            return
        if entry["actor"]["role"] not in arrow.who:
            yield f"的“{entry['action']}”由“{entry['actor']['role']}”办理，操作表只许 {'、'.join(arrow.who)}"
        if arrow.second and entry["prepared_by"] in (None, entry["actor"]["person"]):
            yield f"的“{entry['action']}”须两人办理，记录中没有另一人"


# --- checkpoints: C2SP signed notes -----------------------------------------------------------------------------------


def read_note(note: str, verifiers: Sequence[str]) -> Note:
    """Return the checkpoint of a signed note; ValueError where it is none."""
    text, blank, signatures = note.rpartition("\n\n")
    origin, size, root, *_ = text.split("\n")
    if not blank or not size.isdecimal():
        raise ValueError(note)
    return Note(origin, int(size), b64decode(root, validate=True).hex(), _signed(text + "\n", signatures, verifiers))


def _signed(text: str, signatures: str, verifiers: Sequence[str]) -> bool | None:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 the one thing the standard library lacks
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        return None
    for name, key_id, public in map(_verifier, verifiers):
        for line in signatures.splitlines():
            raw = b64decode(line.rpartition(" ")[2])
            if line.startswith(f"\u2014 {name} ") and raw[:4] == key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
                except InvalidSignature:
                    continue
                return True
    return False if verifiers else None


def _verifier(key: str) -> tuple[str, bytes, bytes]:
    name, key_id, encoded = key.strip().split("+", 2)
    raw = b64decode(encoded, validate=True)
    fits = sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == key_id
    if not fits or not raw.startswith(ED25519):
        raise ValueError(key)
    return name, bytes.fromhex(key_id), raw[1:]


# --- the whole file -------------------------------------------------------------------------------------------------


def check_export(path: str | Path, old_note: str | None = None, verifier: str | None = None) -> Checked:
    """Check every hash, the root, the checkpoints (and an older one kept apart), and replay the moves.

    Without a verifier key the file's own keys are taken: then the signatures say only that the file fits itself.
    """
    with Path(path).open("rb") as file:
        check = _Check(file, old_note, verifier)
        try:
            check.read_all()
            check.compare()
        except Bad as bad:
            return Checked(ok=False, size=check.tree.size, first_bad=bad.index, why=bad.why)
    return Checked(
        ok=True, size=check.tree.size, root=check.tree.root(), checkpoints=len(check.notes), unsigned=check.unsigned,
        erased=check.erased,
    )  # fmt: skip


class _Check:
    """One pass over the file, in constant memory beside one small row for each case."""

    def __init__(self, lines: Iterable[bytes], old_note: str | None, verifier: str | None) -> None:
        self.lines = iter(lines)
        self.old_note = old_note
        self.verifier = verifier
        self.tree = Tree()
        self.notes: list[Note | None] = []
        self.roots: dict[int, str] = {}
        self.late: Bad | None = None
        self.unsigned = self.erased = 0

    def read_all(self) -> None:
        """Read the file once; Bad where bytes are missing or unreadable. What breaks a rule is kept for later."""
        self.header = header = _header(next(self.lines, b""))
        self._read_notes([self.old_note] if self.old_note else [], header["checkpoints"])
        replay = Replay(read_tables(header["definitions"]))
        for line in self.lines:
            self._note_root()
            self._take(_line(line, self.tree.size), replay)
        self._note_root()
        if self.tree.size != header["size"]:
            raise Bad(self.tree.size, f"第 {self.tree.size} 条记录起缺失：文件开头写明共 {header['size']} 条")

    def _read_notes(self, old: Sequence[str], own: Sequence[str]) -> None:
        keys = [self.verifier] if self.verifier else self.header["verifiers"]
        for text in (*old, *own):
            try:
                self.notes.append(read_note(text, keys))
            except (ValueError, AttributeError):
                self.notes.append(None)
        self.wanted = {note.size for note in self.notes if note}

    def _note_root(self) -> None:
        if self.tree.size in self.wanted:
            self.roots[self.tree.size] = self.tree.root()

    def _take(self, row: dict[str, Any], replay: Replay) -> None:
        index, body = self.tree.size, row.get("body")
        if row.get("idx") != index or not isinstance(body, str):
            raise Bad(index, f"第 {index} 条记录缺失，或不是文字：文件或原库中该条已损坏")
        raw = body.encode("utf-8", "surrogatepass")
        leaf = sha256(b"\x00" + raw).digest()
        if row.get("leaf") != leaf.hex():
            raise Bad(index, f"第 {index} 条记录的内容与其摘要不符：内容或摘要被改动过")
        entry = read_entry(raw, index, self.header["jurisdiction"])
        self.tree.add(leaf)
        try:
            if self.late is None:
                replay.take(entry)
                self.erased += check_texts(entry, row["texts"]) if "texts" in row else 0
        except Bad as bad:
            self.late = bad

    def compare(self) -> None:
        """Compare with every checkpoint and the root in the header; Bad names the last checkpoint that still fits."""
        faults = [fault for note in self.notes if (fault := self._against(note))]
        fitting = [note.size for note in self.notes if note and not self._against(note)]
        if self.tree.root() != self.header["root"]:
            faults.append("根摘要与文件开头写的不符")
        if faults:
            raise Bad(max(fitting, default=0), f"{faults[0]}：历史被改写、截断，或文件不是出自同一棵树")
        if self.late:
            raise self.late
        self.unsigned = sum(note.signed is None for note in self.notes if note)

    def _against(self, note: Note | None) -> str | None:
        if note is None or note.origin != f"zhenggai/{self.header['jurisdiction']}":
            return "有一个检查点无法识别、公钥不对，或属于别的机构"
        if note.signed is False:
            return f"第 {note.size} 条处的检查点签名不符"
        if note.size > self.tree.size:
            return f"只有 {self.tree.size} 条记录，少于检查点的 {note.size} 条"
        return None if self.roots[note.size] == note.root else f"前 {note.size} 条记录与检查点不一致"


def _header(line: bytes) -> dict[str, Any]:
    header = _line(line, 0)
    if header.get("format") != FORMAT:
        raise Bad(0, f"不是 {FORMAT} 格式的存证导出文件")
    if not all(isinstance(header.get(name), kind) for name, kind in HEADER.items()):
        raise Bad(0, "文件开头一行不完整")
    return header


def _line(line: bytes, index: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise Bad(index, f"第 {index} 条记录所在的行无法解读：文件损坏")
    return row


def main(words: Sequence[str]) -> int:
    """Check the named file; say what was found on standard output as JSON."""
    if not 1 <= len(words) <= 3:
        sys.stderr.write("用法：python offline.py 导出文件 [旧检查点文件] [公钥]\n")
        return 2
    old = Path(words[1]).read_text(encoding="utf-8") if len(words) > 1 else None
    checked = check_export(words[0], old, words[2] if len(words) > 2 else None)
    sys.stdout.write(json.dumps(checked.report(), ensure_ascii=False) + "\n")
    return 0 if checked.ok else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
