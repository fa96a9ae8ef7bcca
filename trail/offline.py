"""Check an export 存证导出 offline, for somebody who does not trust us: this file alone, standard library only.

    python offline.py FILE [OLD_CHECKPOINT_FILE] [VERIFIER_KEY]
    python verify.py                     in the folder of an unpacked 案卷: its entries and every file of it

Exit 0: everything fits. 5: something was changed, and the first bad entry is named. 2: wrong use.
Signatures are checked where the package `cryptography` is installed; without it that is said, and all else is checked.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

FORMAT = "zhenggai-trail/1"  # of the file
ENTRY_FORMAT = 1  # `v` of an entry
TRAIL, LIST, CHECKPOINT = "trail.jsonl", "files.jsonl", "checkpoint.txt"  # in the folder of a dossier
PAPER_FILES = "pdf", "scan"  # columns of a paper
HEADER = {"jurisdiction": str, "size": int, "root": str, "verifiers": list, "checkpoints": list, "definitions": dict}
BORN = "∅"
MAY = {
    "transfers": ("transferred", "变更责任主体"),
    "amends": ("amended", "更正问题的文字"),
    "renumbers": ("renumbered", "变更编号"),
    "assists": ("assisting", "明确或取消协办单位"),
    "acknowledges": ("acknowledged", "签收了哪些呈送、抄告件"),
    "answers_copies": ("answered", "回复了哪些呈送、抄告件"),
    "presses_copies": ("pressed", "催办了哪些呈送、抄告件"),
}  # what a move alone may do that its row says
SPLITS_OFF = "splits_off"  # what is born by it is a part of another problem
ON_PAPER = "on_paper"  # what may be entered from the secretary's paper
OPERATOR, RELEASE = "operator", "release"
ED25519 = b"\x01"
_FIGURE = re.compile(r"(0|[1-9]\d*) (分|项|人)", re.ASCII)
_LEAF = re.compile("[0-9a-f]{64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


class Bad(Exception):
    """Something does not fit: the index of the first bad entry, and a sentence."""

    def __init__(self, index: int, why: str) -> None:
        super().__init__(why)
        self.index, self.why = index, why


class Note(NamedTuple):
    """A checkpoint as its note says it; `signed` is None where the signature could not be checked."""

    origin: str
    size: int
    root: str
    signed: bool | None


Rows = Mapping[tuple[str, str], Mapping[str, Any]]  # of moves by state and action, of the register by kind and act


@dataclass
class CaseSoFar:
    """What the entries so far say of a case: version, state, who answers for it and who assists, its number; which entry said so; its round and inspection."""

    version: int = 0
    state: str = BORN
    last: int = -1
    born: tuple[int, ...] = ()
    answerable: int = -1
    number: str = ""
    assisting: set[int] = field(default_factory=set)
    gap: bool = False
    """Of an entry of it there was the leaf alone: where it belonged before is not known."""

    def belongs(self, entry: Mapping[str, Any]) -> Iterator[str]:
        """Follow where the case belongs, fixed at its birth: who answers, and its number, change by a move of their own from where the last left it."""
        if "born" in entry:
            self.born = entry["born"]["round"], entry["born"]["inspection"]
            self.answerable = entry["born"]["answerable"]
            self.number = entry["born"]["number"]
        if transferred := entry.get("transferred"):
            if transferred["from"] != self.answerable and not self.gap:
                yield f"写的原责任主体是 {transferred['from']}，而该问题当时由 {self.answerable} 负责"
            self.answerable = transferred["to"]
            self.assisting.discard(self.answerable)
        if said := entry.get("assisting"):
            if said["assists"] is (said["unit"] in self.assisting) and not self.gap:
                yield f"写的协办单位 {said['unit']}，当时{'已经' if said['assists'] else '并没有'}协办"
            (self.assisting.add if said["assists"] else self.assisting.discard)(said["unit"])
        if renumbered := entry.get("renumbered"):
            if renumbered["from"] != self.number and not self.gap:
                yield f"写的原编号是 {renumbered['from']}，而该问题当时的编号是 {self.number}"
            self.number = renumbered["to"]


@dataclass(frozen=True)
class Checked:
    """What became of the check; `checkpoints` fit, `unsigned` of them with a signature not checked; of `withheld` entries there was the leaf alone."""

    ok: bool
    size: int
    root: str | None = None
    first_bad: int | None = None
    why: str = ""
    checkpoints: int = 0
    unsigned: int = 0
    erased: int = 0
    withheld: int = 0

    def report(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        if not self.ok:
            return {"ok": False, "first_bad": self.first_bad, "why": self.why}
        return {name: said for name, said in vars(self).items() if name not in ("first_bad", "why")}


# --- the tree: RFC 6962 with SHA-256 --------------------------------------------------------------------------------
class Tree:
    """The Merkle tree over the entries so far, as the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._tops: list[bytes] = []

    def add(self, node: bytes, height: int = 0) -> None:
        """Append the leaf of one entry, H(0x00 ‖ body); or the node of 2^height of them, where as many lie before it."""
        place = self.size >> height
        while place & 1:
            node = sha256(b"\x01" + self._tops.pop() + node).digest()
            place >>= 1
        self._tops.append(node)
        self.size += 1 << height

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
    found: dict[str, str] = {}
    for part in ("answers", "columns", "sealed"):
        for name, value in entry.get(part, {}).items():
            # Of figures each is promised by itself: one is opened without the others.
            each = {f".{figure}": one for figure, one in value.items()} if isinstance(value, dict) else {"": value}
            found |= {f"{part}.{name}{figure}": one for figure, one in each.items()}
    found |= {"reason": entry["reason"]} if entry["kind"] == "register" and entry["reason"] is not None else {}
    found |= {"signed": entry["signed"]} if entry.get("signed") is not None else {}
    found |= {f"signed.{one['part']}": one["signed"] for one in entry.get("cosigned", ())}
    said = entry.get("amended") or entry.get("born")
    return found | ({"words": said["words"]} if said else {})


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
    if untyped := [name for name, kept in side.items() if name.count(".") > 1 and not _FIGURE.fullmatch(kept[1])]:
        raise Bad(index, f"第 {index} 条记录的“{untyped[0]}”不是带单位的整数")
    return len(promised) - len(side)


def _opens(commitment: str, kept: Any) -> bool:
    with suppress(AttributeError, TypeError, ValueError):
        salt, text = kept
        return sha256(bytes.fromhex(salt) + text.encode()).hexdigest() == commitment and len(salt) == 32
    return False


def _parse(body: bytes, index: int) -> dict[str, Any]:
    # One entry, one form: with two readings of the same bytes two auditors could see two histories.
    with suppress(ValueError, TypeError, RecursionError):
        entry = json.loads(body, parse_float=_refuse, parse_constant=_refuse)
        if isinstance(entry, dict) and _canonical(entry).encode() == body:
            return entry
    raise Bad(index, f"第 {index} 条记录的内容无法解读：内容被改动过")


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


# --- replay: every move against the table of moves it names ---------------------------------------------------------
def read_tables(definitions: Mapping[str, str]) -> dict[str, Rows]:
    """Return the tables of moves by hash; one whose text does not give its hash is left out, so nobody can name it."""
    return dict(_read(definitions, _arrows))


def read_registers(definitions: Mapping[str, str]) -> dict[str, Rows]:
    """Return the tables of the register's kinds by hash, as `read_tables` does those of moves."""
    return dict(_read(definitions, _acts))


def _read(definitions: Mapping[str, str], table: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    for digest, text in definitions.items():
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            if sha256(text.encode()).hexdigest() == digest:
                yield digest, table(json.loads(text))


def _arrows(said: Any) -> Rows:
    rules = {rule["action"]: rule for rule in said.get("rules", ())}
    named = (*MAY, SPLITS_OFF, ON_PAPER)
    found = ((row, rules.get(row["action"], {})) for row in said["arrows"])
    return {
        (row["from"], row["action"]): {
            **row,
            "copied": rule.get("copied"),
            **{name: bool(rule.get(name)) for name in named},
        }
        for row, rule in found
    }


def _acts(said: Any) -> Rows:
    return {(row["kind"], row["act"]): row for row in said["register"]}


@dataclass
class Replay:
    """The cases as the entries move them, each entry once and in order; of each kind of filing the last, with what is left of it."""

    tables: Mapping[str, Rows]
    registers: Mapping[str, Rows]
    cases: dict[int, CaseSoFar] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    named: dict[str, int] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    posts: dict[str, tuple[int, str]] = field(default_factory=dict)
    filings: dict[tuple[int, int, str], tuple[Mapping[str, Any], set[int], int]] = field(default_factory=dict)
    unsigned: set[tuple[int, int, str]] = field(default_factory=set)  # copies, by case, version and role
    unanswered: set[tuple[int, int, str]] = field(default_factory=set)
    copied: dict[int, int] = field(default_factory=dict)  # the cases of copies, each with the entry that named it first
    at: str = ""
    withheld: int = 0  # entries of which there was the leaf alone: what they say of others is not known
    excerpt: bool = (
        False  # of some cases alone, as they are there for somebody: of a case, too, there may be leaves alone
    )

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

    def end(self) -> None:
        """Say after the last entry that every filing is whole; Bad names the first entry of one that is not."""
        for digest, first in self.named.items():
            if digest not in self.adopted and not self.withheld:
                raise Bad(first, f"第 {first} 条记录引用的操作表或登记表 {digest} 没有启用的记录")
        for _, left, first in self.filings.values():
            if left and not self.withheld:
                raise Bad(first, f"第 {first} 条记录的报送件列有问题 {min(left)}，该问题却没有随之报送的记录")
        for case, first in self.copied.items():
            if case not in self.cases and not self.withheld:
                raise Bad(first, f"第 {first} 条记录的呈送、抄告件列有问题 {case}，该问题却没有记录")

    def _faults(self, entry: Mapping[str, Any]) -> Iterator[str]:
        at = entry["at"]
        if not _INSTANT.fullmatch(at):
            yield f"的时间“{at}”不是规定写法"
        elif at < self.at:
            yield f"的时间 {at} 早于前一条的 {self.at}"
        self.at = at
        if taken := {"move": self._move, "ledger": self._ledger, "register": self._register}.get(entry["kind"]):
            yield from self._who(entry["actor"])
            yield from taken(entry)

    def _who(self, actor: Mapping[str, Any]) -> Iterator[str]:
        person, role, post = actor["person"], actor["role"], actor.get("post")
        if (person is None) != (post is None) or not actor["login"]:
            yield "没有写明谁凭哪个职务办理"
        elif person is not None and not self.withheld and self.posts.get(f"post:{post!r}") != (person, role):
            yield f"凭的职务 {post}，没有登记为人员 {person} 的“{role}”"

    def _register(self, entry: Mapping[str, Any]) -> Iterator[str]:
        about, table = entry["about"], self.registers.get(entry["kinds"])
        self.named.setdefault(entry["kinds"], entry["index"])
        act = (table or {}).get((about.partition(":")[0], entry["act"]))
        if act is None:
            yield f"的“{about}”“{entry['act']}”不在它引用的登记表里，或登记表被改动过"
            return
        kind, _, row = about.partition(":")
        if kind not in ("calendar", "entry") and not self.withheld and act["makes"] == (about in self.rows):
            yield f"又登记了已有的 {about}" if act["makes"] else f"登记的 {about} 没有设立的记录"
        self.rows.add(about)
        if kind == "post":
            self.posts[about] = entry["after"]["person_id"], entry["after"]["role"]
        role, asked, person = entry["actor"]["role"], entry["prepared_by"], entry["actor"]["person"]
        if person is None:
            theirs = RELEASE in act["enters"] if role == RELEASE else act["enters"] != [RELEASE] and kind != "entry"
            if (role, entry["via"]) not in ((OPERATOR, "cli"), (OPERATOR, "web"), (RELEASE, RELEASE)) or not theirs:
                yield f"的登记没有写明是谁办的（{role}）"
            elif kind == "definition" and role == RELEASE:
                self.adopted.add(row)
        elif role not in (act["approves"] or act["enters"]):
            yield f"由“{role}”登记，登记表只许 {'、'.join(act['approves'] or act['enters'])}"
        elif act["approves"] and asked in (None, person):
            yield "须两人办理，申请人和审批人却是同一人，或没有申请人"

    def _ledger(self, entry: Mapping[str, Any]) -> Iterator[str]:
        if entry["case"] not in self.cases:
            yield "更新的问题没有出生记录"
        if not entry["columns"] or not entry["file"] or not entry["actor"]["role"]:
            yield "没有写明谁按哪份台账更新了哪几列"

    def _move(self, entry: Mapping[str, Any]) -> Iterator[str]:
        case, version, origin, to = entry["case"], entry["version"], entry["from"], entry["to"]
        so_far = self.cases.setdefault(case, CaseSoFar())
        missing = version - so_far.version - 1
        skipped = self.excerpt and 0 < missing <= self.withheld
        so_far.gap = so_far.gap or skipped
        if missing and not skipped:
            yield f"的版本是 {version}，前一版是 {so_far.version}：有记录缺失、重复或调换"
        if origin != so_far.state and not skipped:
            yield f"从“{origin}”出发，而该问题当时在“{so_far.state}”"
        if ("born" in entry) != (so_far.last < 0) and not so_far.gap:
            yield "的出生内容不在第一条"
        yield from self._against_table(entry)
        if (entry["after"]["state"], entry["after"]["version"]) != (to, version):
            yield "写的办后状态与去向不符"
        yield from so_far.belongs(entry)
        whole = entry.get("born", {}).get("split_from")
        if whole is not None and (whole not in self.cases or whole == case) and not self.withheld:
            yield f"写明由问题 {whole} 拆分，该问题却没有记录"
        if entry.get("filing") and not self.withheld:
            yield from self._filing(entry, entry["filing"])
        yield from self._copies(entry)
        strangers = [one["case"] for one in entry.get("also", ()) if one["case"] not in self.cases]
        if strangers and not self.withheld:
            yield f"牵连了没有记录的问题 {strangers[0]}"
        so_far.version, so_far.state, so_far.last = version, to, entry["index"]

    def _filing(self, entry: Mapping[str, Any], filing: Mapping[str, Any]) -> Iterator[str]:
        whose = filing["round"], filing["answerable"], filing["kind"]
        said, left, first = self.filings.get(whose, ({"version": 0}, set(), -1))
        if not left and filing["version"] == said["version"] + 1:
            said, left, first = self.filings[whose] = filing, set(filing["cases"]), entry["index"]
        if filing != said or entry["case"] not in left:
            yield f"的报送件不是上一次加一，或与第 {first} 条记录写的不同"
        left.discard(entry["case"])
        theirs = sorted({(self.cases[case].answerable, *self.cases[case].born) for case in filing["cases"]})
        if theirs != [(filing["answerable"], filing["round"], one) for one in filing["inspections"]]:
            yield "的报送件所列的巡察、轮次、责任党组织，与所列的问题不符"

    def _copies(self, entry: Mapping[str, Any]) -> Iterator[str]:
        case, arrow = entry["case"], self.tables.get(entry["moves"], {}).get((entry["from"], entry["action"]), {})
        if letter := entry.get("copied"):
            if case not in letter["cases"] or not letter["to"] or letter["to"] != arrow.get("copied"):
                yield "写的呈送、抄告件与操作表不符，或没有列本问题"
            to = {(case, entry["version"], role) for role in letter["to"]}
            self.unsigned |= to
            self.unanswered |= to if letter.get("reply_by") else set()
            for one in letter["cases"]:
                self.copied.setdefault(one, entry["index"])
        unsigned, unanswered = self.unsigned, self.unanswered
        owed = {"acknowledged": unsigned, "answered": unanswered - unsigned, "pressed": unsigned | unanswered}
        for name, there in owed.items():
            found = [(case, one["version"], one["role"]) for one in entry.get(name, ())]
            if (not set(found) <= there or len(set(found)) < len(found)) and not self.withheld:
                yield f"的 {name} 写着 {found}，而没有这一件，或已经签收、回复，或还没有签收"
            {"acknowledged": unsigned, "answered": unanswered}.get(name, set()).difference_update(found)

    def _against_table(self, entry: Mapping[str, Any]) -> Iterator[str]:
        table = self.tables.get(entry["moves"])
        self.named.setdefault(entry["moves"], entry["index"])
        if table is None:
            yield f"引用的操作表 {entry['moves']} 不在册，或其内容被改动过"
            return
        arrow = table.get((entry["from"], entry["action"]))
        if arrow is None or arrow["to"] != entry["to"]:
            yield f"的“{entry['action']}”不能从“{entry['from']}”到“{entry['to']}”：操作表中没有这一步"
            return
        if entry.get("on_behalf") == "secretary":
            yield from _from_paper(entry, arrow)
        elif entry["actor"]["role"] not in arrow["who"]:
            yield f"的“{entry['action']}”由“{entry['actor']['role']}”办理，操作表只许 {'、'.join(arrow['who'])}"
        for name, (field_of, what) in MAY.items():
            if arrow[name] != (field_of in entry):
                yield f"的“{entry['action']}”{'没有写明' if arrow[name] else '不能'}{what}"
        if arrow[SPLITS_OFF] != ("split_from" in entry.get("born", {})):
            yield f"的“{entry['action']}”{'没有写明' if arrow[SPLITS_OFF] else '不能写明'}由哪个问题拆分"
        if arrow["second"] and entry["prepared_by"] in (None, entry["actor"]["person"]):
            yield f"的“{entry['action']}”须两人办理，记录中没有另一人"


def _from_paper(entry: Mapping[str, Any], arrow: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an act of the unit that the office entered from the paper that its secretary signed 代录."""
    papers = [one for one in entry["materials"] if one["kind"] == "signed_paper"]
    if not arrow[ON_PAPER] or entry["actor"]["role"] != "office":
        yield f"的“{entry['action']}”由“{entry['actor']['role']}”代录，操作表不许"
    elif not papers or not entry["occurred_on"]:
        yield f"的“{entry['action']}”是代录的，却没有签字件或签字日期"


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
                with suppress(InvalidSignature):
                    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
                    return True
    return False if verifiers else None


def _verifier(key: str) -> tuple[str, bytes, bytes]:
    name, key_id, encoded = key.strip().split("+", 2)
    raw = b64decode(encoded, validate=True)
    if sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id or not raw.startswith(ED25519):
        raise ValueError(key)
    return name, bytes.fromhex(key_id), raw[1:]


def check_export(path: str | Path, old_note: str | None = None, verifier: str | None = None) -> Checked:
    """Check every hash, the root, the checkpoints (and an older one kept apart), and replay the moves.

    Without a verifier key the file's own keys are taken: then the signatures say only that the file fits itself.
    """
    with Path(path).open("rb") as file:
        check = _Check(file)
        try:
            check.read_all(old_note, verifier)
            check.compare()
        except Bad as bad:
            return Checked(ok=False, size=check.tree.size, first_bad=bad.index, why=bad.why)
    return check.checked()


class _Check:
    """One pass over the file, in constant memory beside one small row for each case."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.lines = iter(lines)
        self.tree = Tree()
        self.notes: list[Note | None] = []
        self.roots = {0: self.tree.root()}
        self.late: Bad | None = None
        self.unsigned = self.erased = 0
        self.files: dict[str, int] | None = (
            None  # by the hash of each file that an entry names the entry, where files are checked
        )

    def read_all(self, old_note: str | None, verifier: str | None) -> None:
        """Read the file once; Bad where bytes are missing or unreadable. What breaks a rule is kept for later."""
        self.header = header = _header(next(self.lines, b""))
        own = header["checkpoints"]
        self._read_notes([old_note, *own] if old_note else own, [verifier] if verifier else header["verifiers"])
        tables, registers = read_tables(header["definitions"]), read_registers(header["definitions"])
        self.replay = Replay(tables, registers, excerpt=header.get("excerpt") is True)
        for line in self.lines:
            self._take(_line(line, self.tree.size))
            if self.tree.size in self.wanted:
                self.roots[self.tree.size] = self.tree.root()
        if self.tree.size != header["size"]:
            raise Bad(self.tree.size, f"第 {self.tree.size} 条记录起缺失：文件开头写明共 {header['size']} 条")

    def _read_notes(self, texts: Sequence[str], keys: Sequence[str]) -> None:
        for text in texts:
            self.notes.append(None)
            with suppress(ValueError, AttributeError):
                self.notes[-1] = read_note(text, keys)
        self.wanted = {note.size for note in self.notes if note}

    def _take(self, row: dict[str, Any]) -> None:
        index, body, height = self.tree.size, row.get("body"), row.get("height", 0)
        if row.get("withheld") is True and row.get("idx") == index and _LEAF.fullmatch(str(row.get("leaf"))):
            if height not in range(64) or index % (1 << height):
                raise Bad(index, f"第 {index} 条记录起只给摘要的一段，长短不对：文件损坏")
            self.tree.add(bytes.fromhex(row["leaf"]), height)
            self.replay.withheld += 1 << height
            return
        if row.get("idx") != index or not isinstance(body, str):
            raise Bad(index, f"第 {index} 条记录缺失，或不是文字：文件或原库中该条已损坏")
        raw = body.encode("utf-8", "surrogatepass")
        leaf = sha256(b"\x00" + raw).digest()
        if row.get("leaf") != leaf.hex():
            raise Bad(index, f"第 {index} 条记录的内容与其摘要不符：内容或摘要被改动过")
        entry = read_entry(raw, index, self.header["jurisdiction"])
        self.tree.add(leaf)
        if self.files is not None:
            for digest in files_of(entry):
                self.files.setdefault(digest, index)
        try:
            if self.late is None:
                self.replay.take(entry)
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
        self.replay.end()
        self.unsigned = sum(note.signed is None for note in self.notes if note)

    def checked(self) -> Checked:
        """Return what was found where everything fits."""
        counts: dict[str, Any] = {"checkpoints": len(self.notes), "unsigned": self.unsigned, "erased": self.erased}
        return Checked(ok=True, size=self.tree.size, root=self.tree.root(), withheld=self.replay.withheld, **counts)

    def _against(self, note: Note | None) -> str | None:
        if note is None or note.origin != f"zhenggai/{self.header['jurisdiction']}":
            return "有一个检查点无法识别、公钥不对，或属于别的机构"
        if note.signed is False:
            return f"第 {note.size} 条处的检查点签名不符"
        if note.size > self.tree.size:
            return f"只有 {self.tree.size} 条记录，少于检查点的 {note.size} 条"
        if note.size not in self.roots:
            return f"第 {note.size} 条处落在只给摘要的一段里，这份摘录不能与那里的检查点比对"
        return None if self.roots[note.size] == note.root else f"前 {note.size} 条记录与检查点不一致"


# --- a dossier 案卷: the entries of some cases, and the files beside them ---------------------------------------------
class Dossier(NamedTuple):
    """What became of the check of a dossier: its entries; files that are wrong, that no entry names, that its list lacks; entries whose files are left out."""

    checked: Checked
    wrong: Sequence[str] = ()
    unnamed: Sequence[str] = ()
    strangers: Sequence[str] = ()
    left_out: Sequence[int] = ()


def check_dossier(folder: Path) -> Dossier:
    """Check the entries of an unpacked dossier, each file of its list, and that each file that an entry names is there or said to be left out."""
    note = folder / CHECKPOINT
    with (folder / TRAIL).open("rb") as file:
        check = _Check(file)
        named = check.files = {}
        try:
            check.read_all(note.read_text(encoding="utf-8", errors="replace") if note.is_file() else None, None)
            check.compare()
        except Bad as bad:
            return Dossier(Checked(ok=False, size=check.tree.size, first_bad=bad.index, why=bad.why))
    rows = [json.loads(row) for row in (folder / LIST).read_bytes().splitlines()]
    there, left_out = [row for row in rows if not row.get("left_out")], [row for row in rows if row.get("left_out")]
    wrong = [f"{row['path']}：{fault}" for row in there if (fault := _fault_of(folder, row, named))]
    known = {row["sha256"] for row in rows}
    missing = [(index, one) for one, index in named.items() if one not in known]
    wrong += [f"第 {index} 条记录写明的一份文件不在包里：被去掉或换过（摘要 {one}）" for index, one in missing]
    unnamed = [row["path"] for row in there if row.get("entry") is None]
    strangers = _strangers(folder, {row["path"] for row in there})
    return Dossier(check.checked(), wrong, unnamed, strangers, sorted({row["entry"] for row in left_out}))


def _strangers(folder: Path, listed: set[str]) -> list[str]:
    """Return the files in the folders of a dossier, and beside them, that its list does not have."""
    parts = [one for one in folder.iterdir() if any(path.startswith(f"{one.name}/") for path in listed)]
    files = [*folder.iterdir(), *(file for part in parts for file in part.rglob("*"))]
    names = (file.relative_to(folder).as_posix() for file in files if file.is_file())
    return sorted(name for name in names if name not in listed and name not in (TRAIL, LIST))


def _fault_of(folder: Path, row: Mapping[str, Any], named: Mapping[str, int]) -> str:
    path = folder / row["path"]
    if ".." in Path(row["path"]).parts or Path(row["path"]).is_absolute():
        return "清单里的路径不对"
    if row.get("entry") is not None and row["sha256"] not in named:
        return f"第 {row['entry']} 条记录没有写明这份文件：清单或文件被改动过"
    if not path.is_file():
        return "不在了"
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return "" if digest.hexdigest() == row["sha256"] else "内容与摘要不符：被改动过"


def files_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes of the files that an entry names for a dossier: of a move its materials, of a paper what was printed and scanned."""
    if entry["kind"] == "move":
        yield from (str(one.get("sha256")) for one in entry.get("materials") or ())
    if entry["kind"] == "register":
        after = entry.get("after") or {}
        yield from (str(after[name]) for name in PAPER_FILES if after.get(name))


def _header(line: bytes) -> dict[str, Any]:
    header = _line(line, 0)
    if header.get("format") != FORMAT:
        raise Bad(0, f"不是 {FORMAT} 格式的存证导出文件")
    if not all(isinstance(header.get(name), kind) for name, kind in HEADER.items()):
        raise Bad(0, "文件开头一行不完整")
    return header


def _line(line: bytes, index: int) -> dict[str, Any]:
    with suppress(ValueError):
        if isinstance(row := json.loads(line), dict):
            return row
    raise Bad(index, f"第 {index} 条记录所在的行无法解读：文件损坏")


def _say(found: Dossier) -> int:
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a console may lack a name's character
    checked = found.checked
    ok = checked.ok and not found.wrong
    faults = [*([] if checked.ok else [f"记录：{checked.why}"]), *(f"文件：{one}" for one in found.wrong)]
    told = checked.size - checked.withheld
    good = f"记录 {told} 条、文件都与流转日志相符（全部记录 {checked.size} 条，根 {checked.root}）"
    lines = [f"不符，共 {len(faults)} 处：", *faults] if faults else [f"完好 OK：{good}"]
    unsure = f"检查点的签名没有核对（本机没有 cryptography）：{checked.unsigned} 个"
    adrift = "没有检查点：只说明包里前后一致，是不是出自原来的流转日志，要与另外保存的检查点比对"
    unnamed = "以下文件不是流转日志写明的（打包时由系统生成，或还没有随办理交来），只核对了与清单相符："
    left_out = "清单写明没有附的文件（取出的人看不到，或在以前归档的包里），写明它们的记录："
    lines += [unsure] if checked.unsigned else [adrift] if checked.ok and not checked.checkpoints else []
    lines += [unnamed, *found.unnamed] if found.unnamed else []
    lines += ["以下文件不在清单里，不是这个案卷的：", *found.strangers] if found.strangers else []
    lines += [left_out + "、".join(f"第 {index} 条" for index in found.left_out)] if found.left_out else []
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if ok else 5


def main(words: Sequence[str]) -> int:
    """Check the named file, or the dossier that this file lies in; say what was found on standard output, of a file as JSON."""
    here = Path(__file__).resolve().parent
    if not words and (here / LIST).is_file():
        return _say(check_dossier(here))
    if not 1 <= len(words) <= 3:
        sys.stderr.write("用法：python offline.py 导出文件 [旧检查点文件] [公钥]\n")
        return 2
    old = Path(words[1]).read_text(encoding="utf-8") if len(words) > 1 else None
    checked = check_export(words[0], old, words[2] if len(words) > 2 else None)
    sys.stdout.write(json.dumps(checked.report(), ensure_ascii=False) + "\n")
    return 0 if checked.ok else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
