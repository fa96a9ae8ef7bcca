"""Signed checkpoints against the notes of Go's sumdb and of C2SP, round trips, and every tampering refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trail.note import (
    MAX_SIGNATURES,
    BadKey,
    BadName,
    Checkpoint,
    ForgedSignature,
    MalformedCheckpoint,
    MalformedNote,
    NoSignature,
    NoteError,
    new_key,
    open_note,
    origin_of,
    sign,
)

# The worked example of golang.org/x/mod/sumdb/note: Ed25519 is deterministic, so that our bytes must be these.
PETER_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}".encode()

# The text of the example in C2SP tlog-checkpoint.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

ORIGIN = origin_of("云川市")
CHECKPOINT = Checkpoint(ORIGIN, 20_852_163, bytes(range(32)), ("time 2026-03-05T08:00:00.000000Z",))


def test_our_signature_is_the_one_of_the_reference_implementation() -> None:
    assert sign(TEXT, PETER_KEY) == NOTE


def test_a_note_of_the_reference_implementation_opens() -> None:
    assert open_note(NOTE, PETER) == TEXT


def test_a_note_signed_twice_opens_for_either_key() -> None:
    both = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()
    assert open_note(both, PETER) == open_note(both, ENOCH) == TEXT


def test_a_signature_we_do_not_know_is_ignored_even_when_it_is_false() -> None:
    stranger = PETER_LINE.replace("PeterNeumann", "CarmenSandiego")
    assert open_note(f"{TEXT}\n{stranger}{PETER_LINE}".encode(), PETER) == TEXT


def test_a_second_and_false_signature_of_the_known_key_refuses_the_whole_note() -> None:
    false = PETER_LINE.replace("/ZJk", "/ZJl")
    with pytest.raises(ForgedSignature):
        open_note(f"{TEXT}\n{PETER_LINE}{false}".encode(), PETER)


def test_a_note_nobody_we_know_signed_is_refused() -> None:
    with pytest.raises(NoSignature, match="没有“EnochRoot”用所给公钥作出的签名，不得采信"):
        open_note(NOTE, ENOCH)


def test_the_same_name_with_another_key_is_another_signer() -> None:
    key, _ = new_key(ORIGIN)
    _, other = new_key(ORIGIN)
    with pytest.raises(NoSignature):
        open_note(sign(CHECKPOINT.format(), key), other)


def test_a_changed_text_is_refused_in_words() -> None:
    with pytest.raises(ForgedSignature, match=r"检查点上“PeterNeumann”的签名与内容不符.*不得采信"):
        open_note(NOTE.replace(b"answer", b"Answer"), PETER)


def test_no_byte_of_a_note_can_be_changed() -> None:
    key, verifier = new_key(ORIGIN)
    note = sign(CHECKPOINT.format(), key)
    for place in range(len(note)):
        for bit in range(8):
            tampered = note[:place] + bytes([note[place] ^ 1 << bit]) + note[place + 1 :]
            with pytest.raises(NoteError):
                open_note(tampered, verifier)


def test_no_byte_of_a_note_can_be_left_out_or_doubled() -> None:
    for place in range(len(NOTE)):
        for tampered in (NOTE[:place] + NOTE[place + 1 :], NOTE[: place + 1] + NOTE[place:]):
            with pytest.raises(NoteError):
                open_note(tampered, PETER)


def test_no_part_of_a_note_is_a_note() -> None:
    for cut in range(len(NOTE)):
        with pytest.raises(NoteError):
            open_note(NOTE[:cut], PETER)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        f"{TEXT}\n".encode(),
        f"{TEXT}\n{PETER_LINE}"[:-1].encode(),
        f"{TEXT}{PETER_LINE}".encode(),
        f"\x01{TEXT}\n{PETER_LINE}".encode(),
        f"{TEXT}\r\n{PETER_LINE}".encode(),
        b"\xff" + NOTE,
        f"{TEXT}\n— Bad Name {PETER_LINE.split()[2]}\n".encode(),
        f"{TEXT}\n—  {PETER_LINE.split()[2]}\n".encode(),
        f"{TEXT}\n— PeterNeumann\n".encode(),
        f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
        f"{TEXT}\n{PETER_LINE.replace('— ', '- ')}".encode(),
        f"{TEXT}\n{PETER_LINE.replace('AM=', 'AN=')}".encode(),
        f"{TEXT}\n{PETER_LINE.replace('AM=', 'AM')}".encode(),
        f"{TEXT}\n{PETER_LINE.replace('go/Z', 'go_Z')}".encode(),
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n".encode(),
        f"{TEXT}\n{PETER_LINE * (MAX_SIGNATURES + 1)}".encode(),
        f"{'x' * 2**20}\n\n{PETER_LINE}".encode(),
    ],
)
def test_what_is_not_a_signed_note_is_refused_in_words(note: bytes) -> None:
    with pytest.raises(MalformedNote, match=r"签名检查点格式不对（.+）.*请重新取得原件"):
        open_note(note, PETER)


def test_a_hundred_signatures_are_still_read() -> None:
    assert open_note(f"{TEXT}\n{PETER_LINE * MAX_SIGNATURES}".encode(), PETER) == TEXT


@given(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])), min_size=1))
@settings(deadline=None, derandomize=True)
def test_any_lines_of_text_come_back_from_their_note(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert open_note(sign(text, PETER_KEY), PETER) == text


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\r\n", "a\x00\n", "half \ud800\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign(text, PETER_KEY)


def test_a_new_key_is_written_in_the_c2sp_encodings() -> None:
    key, verifier = new_key(ORIGIN)
    name, key_id, public = verifier.split("+", 2)
    raw = base64.b64decode(public)
    assert name == "zhenggai/云川市"
    assert (raw[0], len(raw)) == (1, 33)
    assert key_id == hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    assert key.startswith(f"PRIVATE+KEY+{name}+{key_id}+")
    assert len(base64.b64decode(key.split("+", 4)[4])) == 33


def test_every_new_key_is_another_key_and_fits_its_verifier() -> None:
    pairs = [new_key(ORIGIN) for _ in range(20)]
    assert len({key for key, _ in pairs}) == len({verifier for _, verifier in pairs}) == 20
    for key, verifier in pairs:
        assert open_note(sign("x\n", key), verifier) == "x\n"


def test_a_key_read_from_a_file_may_end_in_a_newline() -> None:
    assert open_note(sign(TEXT, PETER_KEY + "\n"), PETER + "\n") == TEXT


def test_no_byte_of_a_key_can_be_changed_and_no_part_of_it_is_a_key() -> None:
    for place in range(len(PETER_KEY)):
        for mangled in (
            PETER_KEY[:place],
            PETER_KEY[place + 1 :],
            PETER_KEY[:place] + chr(ord(PETER_KEY[place]) + 1) + PETER_KEY[place + 1 :],
        ):
            with pytest.raises(BadKey):
                sign(TEXT, mangled)


def test_no_byte_of_a_verifier_can_be_changed_and_no_part_of_it_is_a_verifier() -> None:
    for place in range(len(PETER)):
        for mangled in (
            PETER[:place],
            PETER[place + 1 :],
            PETER[:place] + chr(ord(PETER[place]) + 1) + PETER[place + 1 :],
        ):
            with pytest.raises(BadKey):
                open_note(NOTE, mangled)


@pytest.mark.parametrize(
    "verifier",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER_KEY,
    ],
    ids=["long key", "unknown algorithm", "a private key"],
)
def test_a_verifier_of_another_kind_is_refused(verifier: str) -> None:
    with pytest.raises(BadKey):
        open_note(NOTE, verifier)


def test_a_refused_private_key_is_not_repeated_in_the_sentence() -> None:
    secret = PETER_KEY.rsplit("+", 1)[1]
    with pytest.raises(BadKey) as refused:
        sign(TEXT, PETER_KEY.replace("c74f20a3", "c74f20a4"))
    assert secret not in str(refused.value)
    assert "请核对 keys 目录" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u3000b", "a\u00a0b", "a\nb", "a\tb", "a\x1fb", "a\u2028b", "\ud800"]
)
def test_a_name_that_cannot_stand_in_a_note_is_refused(name: str) -> None:
    with pytest.raises(BadName, match="不能用于检查点签名"):
        new_key(name)
    with pytest.raises(BadName):
        origin_of(name)


def test_the_origin_names_the_jurisdiction() -> None:
    assert origin_of("yunchuan") == "zhenggai/yunchuan"


def test_a_checkpoint_is_written_line_by_line() -> None:
    assert CHECKPOINT.format() == (
        "zhenggai/云川市\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 2026-03-05T08:00:00.000000Z\n"
    )


def test_the_example_of_the_specification_is_read_and_written_again() -> None:
    checkpoint = Checkpoint.parse(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.root.hex().startswith("0ac5186a9186")
    assert checkpoint.extra_lines == ()
    assert checkpoint.format() == SOFA


@pytest.mark.parametrize("size", [0, 1, 10, 2**63 - 1])
@pytest.mark.parametrize("extra", [(), ("time x",), ("一", "二 三")])
def test_a_checkpoint_comes_back_from_its_signed_note(size: int, extra: tuple[str, ...]) -> None:
    checkpoint = Checkpoint(ORIGIN, size, hashlib.sha256(b"%d" % size).digest(), extra)
    key, verifier = new_key(ORIGIN)
    assert Checkpoint.parse(open_note(sign(checkpoint.format(), key), verifier)) == checkpoint


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "o\n",
        "o\n1\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n1_0\n{ROOT}\n",
        f"o\n１\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{10**400}\n{ROOT}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT.replace('2I=', '2J=')}\n",
        f"o\n1\n{ROOT.replace('/', '_')}\n",
        f"o\n1\n {ROOT}\n",
        "o\n1\nAAAA\n",
        "o\n1\n\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\nx\n",
        f"o\n1\n{ROOT}\nx\ty\n",
        f"o\r\n1\n{ROOT}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused_in_words(text: str) -> None:
    with pytest.raises(MalformedCheckpoint, match=r"检查点内容格式不对（.+）：请核对"):
        Checkpoint.parse(text)


def test_a_checkpoint_that_could_not_be_read_again_is_never_made() -> None:
    root = bytes(32)
    for origin, size, head, extra in (
        ("", 1, root, ()),
        ("a\nb", 1, root, ()),
        ("o", -1, root, ()),
        ("o", 2**63, root, ()),
        ("o", 1, root[1:], ()),
        ("o", 1, root, ("",)),
        ("o", 1, root, ("a\nb",)),
    ):
        with pytest.raises(MalformedCheckpoint):
            Checkpoint(origin, size, head, extra)
