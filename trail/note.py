"""Signed checkpoints: the C2SP formats tlog-checkpoint and signed-note, with Ed25519 keys in their text encodings."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trail.tree import HASH_BYTES

ED25519: Final = b"\x01"
ID_BYTES: Final = 4
KEY_BYTES: Final = 32
MAX_SIGNATURES: Final = 100
MAX_BYTES: Final = 2**20
MAX_SIZE: Final = 2**63 - 1

_DASH: Final = "\u2014 "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class NoteError(ValueError):
    """A checkpoint, note or key that must not be relied upon; the sentence says why and what to do."""


class BadName(NoteError):
    """A name that cannot stand in a key or a signature line."""

    def __init__(self, name: str) -> None:
        super().__init__(f"名称 {name!r} 不能用于检查点签名：不得为空，不得含空格、加号或控制字符，请换一个名称。")


class BadKey(NoteError):
    """A key text that does not parse or whose parts do not belong together; the text itself is never repeated."""

    def __init__(self, why: str) -> None:
        super().__init__(f"签名密钥无法使用（{why}）：请核对 keys 目录下的密钥文件是否完整、是否拿错。")


class MalformedNote(NoteError):
    """Bytes that are no signed note, or a text that cannot become one."""

    def __init__(self, why: str) -> None:
        super().__init__(f"签名检查点格式不对（{why}）：内容可能被截断或改动，请重新取得原件。")


class MalformedCheckpoint(NoteError):
    """A signed text that is no checkpoint."""

    def __init__(self, why: str) -> None:
        super().__init__(f"检查点内容格式不对（{why}）：请核对文件是否为本系统签出的检查点。")


class ForgedSignature(NoteError):
    """The signature of the key we trust does not fit the text."""

    def __init__(self, name: str) -> None:
        super().__init__(f"检查点上“{name}”的签名与内容不符，内容或签名被改动过，不得采信：请向签发方索取原件。")


class NoSignature(NoteError):
    """None of the signatures is by the key we trust."""

    def __init__(self, name: str) -> None:
        super().__init__(f"检查点上没有“{name}”用所给公钥作出的签名，不得采信：请核对公钥与检查点是否配套。")


@dataclass(frozen=True)
class Checkpoint:
    """The head of one tree at one size: what is signed, handed out and later held against us."""

    origin: str
    size: int
    root: bytes
    extra_lines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedCheckpoint(f"记录数 {self.size} 不在范围内")
        if len(self.root) != HASH_BYTES:
            raise MalformedCheckpoint(f"根摘要应为 {HASH_BYTES} 字节，现为 {len(self.root)} 字节")
        for line in (self.origin, *self.extra_lines):
            if not line or "\n" in line or _CONTROL.search(line):
                raise MalformedCheckpoint(f"一行 {line!r} 为空或含控制字符")

    def format(self) -> str:
        """Return the note text: origin, size, root and extension lines, each ended by a newline."""
        lines = (self.origin, str(self.size), _base64(self.root), *self.extra_lines)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint of which this is the exact text; raise MalformedCheckpoint otherwise."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise MalformedCheckpoint("应有来源、记录数、根摘要三行，且以换行结尾")
        origin, size, root, *extra = lines
        if not _DECIMAL.fullmatch(size):
            raise MalformedCheckpoint(f"记录数 {size!r} 不是不带前导零的十进制数")
        raw = _unbase64(root)
        if raw is None:
            raise MalformedCheckpoint(f"根摘要 {root!r} 不是标准 Base64")
        return cls(origin, int(size), raw, tuple(extra))


def origin_of(jurisdiction: str) -> str:
    """Return the origin line, and key name, of a jurisdiction's tree."""
    return _checked_name(f"zhenggai/{jurisdiction}" if jurisdiction else "")


def new_key(name: str) -> tuple[str, str]:
    """Return a fresh Ed25519 key as (private text to keep secret, verifier text to hand out)."""
    _checked_name(name)
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    label = f"{name}+{_key_id(name, public).hex()}"
    secret = _base64(ED25519 + private.private_bytes_raw())
    return f"PRIVATE+KEY+{label}+{secret}", f"{label}+{_base64(ED25519 + public)}"


def label_of(verifier: str) -> str:
    """Return the name and number of a verifier key, as people compare them; BadKey where it is none."""
    name, key_id, _ = _parse_verifier(verifier)
    return f"{name}+{key_id.hex()}"


def sign(text: str, key: str) -> bytes:
    """Return the note: the text, a blank line, and its signature by this private key."""
    name, private = _parse_private(key)
    signed = _checked_text(text)
    key_id = _key_id(name, private.public_key().public_bytes_raw())
    return signed + f"\n{_DASH}{name} {_base64(key_id + private.sign(signed))}\n".encode()


def open_note(note: bytes, verifier: str) -> str:
    """Return the note's text if this key signed it; raise a NoteError otherwise. Other keys' signatures are ignored."""
    name, key_id, public = _parse_verifier(verifier)
    text, signatures = _split(note)
    ours = [raw for signer, raw in signatures if signer == name and raw.startswith(key_id)]
    if not ours:
        raise NoSignature(name)
    for raw in ours:
        try:
            public.verify(raw[ID_BYTES:], text.encode())
        except InvalidSignature:
            raise ForgedSignature(name) from None
    return text


def _split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > MAX_BYTES:
        raise MalformedNote("超过 1 MiB")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise MalformedNote("不是 UTF-8 文字") from None
    if _CONTROL.search(whole):
        raise MalformedNote("含控制字符")
    body, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise MalformedNote("正文之后应有一个空行和以换行结尾的签名行")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNote(f"签名超过 {MAX_SIGNATURES} 个")
    return body + "\n", [_parse_signature(line) for line in lines]


def _parse_signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _unbase64(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or raw is None or len(raw) <= ID_BYTES:
        raise MalformedNote(f"签名行 {line[:80]!r} 无法识别")
    return name, raw


def _parse_private(key: str) -> tuple[str, Ed25519PrivateKey]:
    first, _, rest = key.strip().partition("+")
    second, _, label = rest.partition("+")
    if (first, second) != ("PRIVATE", "KEY"):
        raise BadKey("不是私钥")
    name, key_id, seed = _parse_label(label)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    if key_id != _key_id(name, private.public_key().public_bytes_raw()).hex():
        raise BadKey("密钥与其编号不符")
    return name, private


def _parse_verifier(verifier: str) -> tuple[str, bytes, Ed25519PublicKey]:
    name, key_id, raw = _parse_label(verifier.strip())
    if key_id != _key_id(name, raw).hex():
        raise BadKey("公钥与其编号不符")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw)


def _parse_label(label: str) -> tuple[str, str, bytes]:
    name, _, rest = label.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _unbase64(encoded)
    if not _is_name(name) or raw is None or len(raw) != len(ED25519) + KEY_BYTES:
        raise BadKey("格式不对")
    if not raw.startswith(ED25519):
        raise BadKey("不是 Ed25519 密钥")
    return name, key_id, raw.removeprefix(ED25519)


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_BYTES]


def _checked_text(text: str) -> bytes:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNote("正文须以换行结尾，且不含控制字符")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise MalformedNote("正文含残缺字符") from None


def _checked_name(name: str) -> str:
    if not _is_name(name):
        raise BadName(name)
    return name


def _is_name(name: str) -> bool:
    clean = "+" not in name and not _CONTROL.search(name) and not any(letter.isspace() for letter in name)
    return bool(name) and clean and not any("\ud800" <= letter <= "\udfff" for letter in name)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _unbase64(text: str) -> bytes | None:
    # Strict to the last bit: two spellings of one signature would be two files of one checkpoint.
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if _base64(raw) == text else None
