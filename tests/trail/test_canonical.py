"""Canonical bytes against the package rfc8785, what they refuse, and the salted commitments that stand in them."""

from __future__ import annotations

import random
import secrets
from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from hashlib import sha3_256, sha256
from typing import NamedTuple

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from trail.canonical import (
    MAX_INTEGER,
    FloatRefused,
    IntegerTooLarge,
    KeyRefused,
    NotCanonical,
    NotUnicode,
    TooDeep,
    TypeRefused,
    canonical,
)
from trail.salt import SALT_BYTES, BadSalt, commit, matches, new_salt

SURROGATES = range(0xD800, 0xE000)
EVERY_CHARACTER = "".join(chr(code) for code in range(0x110000) if code not in SURROGATES)

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=40,
)


class State(StrEnum):
    RECTIFYING = "rectifying"


class Rung(IntEnum):
    SECOND = 2


class Pair(NamedTuple):
    left: int
    right: str


@given(values)
@settings(max_examples=250, deadline=None, derandomize=True)
def test_the_bytes_are_those_of_rfc8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_every_character_of_unicode_is_written_as_rfc8785_writes_it() -> None:
    assert canonical(EVERY_CHARACTER) == rfc8785.dumps(EVERY_CHARACTER)


def test_control_characters_are_escaped_short_where_json_has_a_name_and_nothing_else_is() -> None:
    assert canonical("\x00\x08\t\n\x0b\x0c\r\x1f") == rb'"\u0000\b\t\n\u000b\f\r\u001f"'
    assert canonical('"\\/') == rb'"\"\\/"'
    assert canonical("\x7f\u2028\u2029\ufeff\ue000") == '"\x7f\u2028\u2029\ufeff\ue000"'.encode()


def test_keys_of_all_ascii_characters_stand_in_the_order_of_rfc8785() -> None:
    value = {chr(code) * times: code for code in reversed(range(128)) for times in (2, 1)}
    assert canonical(value) == rfc8785.dumps(value)


def test_an_entry_looks_like_this() -> None:
    entry = {
        "v": 1,
        "kind": "move",
        "action": "verify",
        "at": "2026-03-05T08:00:00.000000Z",
        "reason": None,
        "after": {"state": "verified", "version": 9, "flagged": False},
        "materials": ["验收记录", "销号单"],
    }
    assert (
        canonical(entry)
        == (
            '{"action":"verify","after":{"flagged":false,"state":"verified","version":9},"at":"2026-03-05T08:00:00.000000Z",'
            '"kind":"move","materials":["验收记录","销号单"],"reason":null,"v":1}'
        ).encode()
    )


@pytest.mark.parametrize(
    "value",
    [{}, [], (), "", 0, -1, True, False, None, [[]], {"a": {}}, [{}, ()], MAX_INTEGER, -MAX_INTEGER],
    ids=repr,
)
def test_small_values_are_written_as_rfc8785_writes_them(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_named_values_are_written_as_what_they_stand_for() -> None:
    value = OrderedDict([(State.RECTIFYING, [State.RECTIFYING, Rung.SECOND]), ("pair", Pair(1, "右"))])
    assert canonical(value) == '{"pair":[1,"右"],"rectifying":["rectifying",2]}'.encode()


@pytest.mark.parametrize("value", [1.0, 0.0, -0.0, 2.5, 1e300, float("nan"), float("inf")])
def test_a_float_is_refused_wherever_it_stands(value: float) -> None:
    for holder, place in ((value, "整体"), ([0, value], " 1 "), ({"a": [{"b": value}]}, " a.0.b ")):
        with pytest.raises(FloatRefused, match=f"存证内容{place}是小数 .*请换成最小单位的整数"):
            canonical(holder)


@pytest.mark.parametrize("value", [MAX_INTEGER + 1, -MAX_INTEGER - 1, 10**30])
def test_an_integer_that_others_would_round_is_refused(value: int) -> None:
    with pytest.raises(IntegerTooLarge, match=r"存证内容 money\.0 的整数超出"):
        canonical({"money": [value]})
    with pytest.raises(rfc8785.IntegerDomainError):
        rfc8785.dumps(value)


@pytest.mark.parametrize("key", [1, None, True, 1.5, "问题", "é", "\x80", b"a", ("a",)])
def test_a_key_that_is_not_ascii_text_is_refused(key: object) -> None:
    with pytest.raises(KeyRefused, match=r"存证内容 after\.0 的字段名 .* 不可用"):
        canonical({"after": [{"state": 1, key: 2}]})


@pytest.mark.parametrize(
    "value",
    [Decimal(1), b"a", {1}, date(2026, 3, 5), datetime(2026, 3, 5, tzinfo=UTC), object(), 1j],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(TypeRefused, match=f"存证内容 at 的类型 {type(value).__name__} 无法写入"):
        canonical({"at": value})


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_a_surrogate_pair_is_refused_and_shown_where_it_stands(code: int) -> None:
    for text in (f"整改{chr(code)}完成", f"整改{chr(code)}{chr(0xDC00)}"):
        for value in (text, {"reason": [text]}):
            with pytest.raises(NotUnicode, match=rf"整改”之后有一个残缺字符 U\+{code:04X}"):
                canonical(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append({"again": loop})
    with pytest.raises(TooDeep, match="嵌套过深"):
        canonical(loop)


def test_every_refusal_is_a_type_error_with_a_sentence() -> None:
    for value in (1.5, 2**60, {1: 1}, b"", "\ud800"):
        with pytest.raises(NotCanonical) as refused:
            canonical(value)
        assert isinstance(refused.value, TypeError)
        assert str(refused.value).endswith("。")


def test_a_commitment_is_the_hash_of_salt_and_text() -> None:
    salt = bytes(range(16))
    assert commit(salt, "满意度 87 分") == sha256(salt + "满意度 87 分".encode()).hexdigest()
    assert commit(salt, "", sha3_256) == sha3_256(salt).hexdigest()


def test_a_commitment_is_met_by_its_own_salt_and_text_only() -> None:
    salt, other = new_salt(secrets.token_bytes), new_salt(secrets.token_bytes)
    commitment = commit(salt, "87")
    assert matches(commitment, salt, "87")
    assert not matches(commitment, salt, "88")
    assert not matches(commitment, other, "87")
    assert not matches(commitment[:-1], salt, "87")
    assert not matches(commitment, salt, "87", sha3_256)


def test_equal_texts_under_fresh_salts_do_not_show_that_they_are_equal() -> None:
    assert len({commit(new_salt(secrets.token_bytes), "通过") for _ in range(100)}) == 100


def test_a_salt_comes_from_the_given_source() -> None:
    assert new_salt(random.Random(1).randbytes) == random.Random(1).randbytes(SALT_BYTES)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    # Otherwise salt ‖ text could be cut elsewhere: the same hash for another text.
    with pytest.raises(BadSalt, match=f"应为 16 字节，现为 {length} 字节"):
        commit(bytes(length), "x")
    with pytest.raises(BadSalt):
        new_salt(lambda _: bytes(length))


def test_half_a_surrogate_pair_cannot_be_committed_to() -> None:
    with pytest.raises(NotUnicode, match="残缺字符"):
        commit(bytes(16), "整改\ud800")
