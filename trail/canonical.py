"""Canonical JSON (RFC 8785) for what an entry may hold: ASCII keys, text, whole numbers, lists; never a float."""

from __future__ import annotations

from collections.abc import Iterable
from json import encoder
from typing import Any, Final

MAX_INTEGER: Final = 2**53 - 1  # beyond it a reader that keeps numbers as doubles reads another number

_PLAIN: Final = frozenset({str, bool, type(None)})
# What JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode makes anew for each
# value, made once: no circle check, no default, no indent, no keys but text.
_pieces: Final[Any] = encoder.c_make_encoder(None, None, encoder.encode_basestring, None, ":", ",", True, False, False)  # type: ignore[attr-defined]


class NotCanonical(TypeError):
    """The value has no canonical form; the sentence says where and what to do."""


class FloatRefused(NotCanonical):
    """A float: two machines may write it differently."""

    def __init__(self, path: tuple[object, ...], value: float) -> None:
        super().__init__(
            f"存证内容{_place(path)}是小数 {value!r}：存证只收整数，请换成最小单位的整数（如分）或写成文字。"
        )


class IntegerTooLarge(NotCanonical):
    """An integer that other readers of JSON would round."""

    def __init__(self, path: tuple[object, ...]) -> None:
        super().__init__(f"存证内容{_place(path)}的整数超出 ±{MAX_INTEGER}：别的程序会读成另一个数，请写成文字。")


class KeyRefused(NotCanonical):
    """A key that is not ASCII text: only ASCII keys sort alike everywhere."""

    def __init__(self, path: tuple[object, ...], key: object) -> None:
        super().__init__(f"存证内容{_place(path)}的字段名 {key!r} 不可用：字段名须是英文字母、数字等 ASCII 文字。")


class TypeRefused(NotCanonical):
    """A value that JSON has no form for."""

    def __init__(self, path: tuple[object, ...], value: object) -> None:
        kind = type(value).__name__
        super().__init__(f"存证内容{_place(path)}的类型 {kind} 无法写入：请先换成文字、整数、是否、列表或字段表。")


class TooDeep(NotCanonical):
    """A value nested without end, or holding itself."""

    def __init__(self) -> None:
        super().__init__("存证内容嵌套过深或首尾相套，无法写入：请减少层次。")


class NotUnicode(NotCanonical):
    """Text with half a surrogate pair: it has no UTF-8 bytes."""

    def __init__(self, error: UnicodeEncodeError) -> None:
        before = error.object[max(0, error.start - 12) : error.start]
        code = ord(error.object[error.start])
        super().__init__(f"文字“{before}”之后有一个残缺字符 U+{code:04X}，无法存证：请删去该字符后重新填写。")


def canonical(value: object) -> bytes:
    """Return the one RFC 8785 form of the value in UTF-8; raise NotCanonical with a sentence where it has none."""
    try:
        if type(value) not in _PLAIN and not _is_sound(value):
            _check(value, ())
        return "".join(_pieces(value, 0)).encode()
    except UnicodeEncodeError as error:
        raise NotUnicode(error) from None
    except RecursionError:
        raise TooDeep from None


def _is_sound(value: object) -> bool:
    """Quickly say that nothing is in the way; where this says no, `_check` looks closely and names the place."""
    if type(value) is dict:
        try:
            if not "".join(value).isascii():
                return False
        except TypeError:  # a key that is not text
            return False
        items: Iterable[object] = value.values()
    elif type(value) is list or type(value) is tuple:
        items = value
    else:
        return False
    for item in items:
        kind = type(item)
        if kind is int:
            if not -MAX_INTEGER <= item <= MAX_INTEGER:  # type: ignore[operator]
                return False
        elif kind not in _PLAIN and not _is_sound(item):
            return False
    return True


def _check(value: object, path: tuple[object, ...]) -> None:
    if isinstance(value, dict):
        _check_keys(value, path)
        for key, item in value.items():
            if type(item) not in _PLAIN:
                _check(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for place, item in enumerate(value):
            if type(item) not in _PLAIN:
                _check(item, (*path, place))
    else:
        _check_scalar(value, path)


def _check_keys(value: dict[object, object], path: tuple[object, ...]) -> None:
    # json.dumps would turn 1, True and None into text without a word, and sorts by code point where RFC 8785
    # sorts by UTF-16 unit: the two agree on ASCII.
    for key in value:
        if not (isinstance(key, str) and key.isascii()):
            raise KeyRefused(path, key)


def _check_scalar(value: object, path: tuple[object, ...]) -> None:
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise IntegerTooLarge(path)
    elif isinstance(value, float):
        raise FloatRefused(path, value)
    elif not isinstance(value, str):
        raise TypeRefused(path, value)


def _place(path: tuple[object, ...]) -> str:
    return f" {'.'.join(map(str, path))} " if path else "整体"
