"""Search in Chinese: pairs of neighbouring characters, made here, looked up by either database's own full text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from storage.initials import initials
from storage.looks import Looks
from storage.sql import Driver, Row, array

TABLE: Final = "case_words"
BATCH: Final = 1000
# PostgreSQL keeps the places of words up to 16,383; what stands behind them could not be found on both databases.
MOST_WORDS: Final = 16_000
LONGEST_WORD: Final = 64
LONGEST_QUERY: Final = 200
LONGEST_NAME: Final = 60
# Chinese is written without blanks: from here on neighbouring characters are paired, below it words stand whole.
_NUMBER = re.compile(r"第\s*([^\s第号]{1,20})\s*号")
"""A number as the pages write it, “第 2 号”."""
_RUNS = re.compile(r"(?P<pairs>[^\W_\u0000-\u2e7f]+)|[^\W_\u2e80-\U0010ffff]+")
MANY: Final = 2000
"""What finds more cases than this is looked for among the cases; what finds fewer leads to them."""
_PUT_SQLITE = f"INSERT INTO {TABLE} (rowid, words) VALUES (?, ?)"
_PUT_POSTGRES = (
    f"INSERT INTO {TABLE} (case_id, words) SELECT v.id, to_tsvector('simple', v.words) "
    "FROM unnest(?::bigint[], ?::text[]) AS v(id, words)"
)
_ADD_POSTGRES = f"{_PUT_POSTGRES} ON CONFLICT (case_id) DO UPDATE SET words = {TABLE}.words || excluded.words"
_OF_CASES = "SELECT id, unit_id, number, problem, detail FROM cases"
NAMES: Final = ("responsible", "department", "person")
"""Who a case is with, by the columns: they are found by their initials too."""
SAID: Final = (*NAMES, "measures_said")
NOTHING: Final = "SELECT 0 AS id WHERE 1 = 0"
_FOUND_SQLITE = f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH ?"
_FOUND_POSTGRES = f"SELECT case_id AS id FROM {TABLE} WHERE words @@ to_tsquery('simple', ?)"

Words = Row
"""A case as it is found: its id, unit, number, problem and detail."""


def statements(dialect: str) -> Iterator[str]:
    """Yield the DDL of the table of words; neither database's kind of table can be said in the models."""
    if dialect == "sqlite":
        # Nothing is kept but the index: the words stand in the case.
        yield f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')"
    else:
        yield f"CREATE TABLE {TABLE} (case_id BIGINT NOT NULL, words TSVECTOR NOT NULL, CONSTRAINT pk_{TABLE} PRIMARY KEY (case_id))"
        yield f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words)"


def is_own_table(name: str | None) -> bool:
    """Say whether a table is the search's: not in the models, so that comparing with them must pass it over."""
    return name is not None and (name == TABLE or name.startswith(f"{TABLE}_"))


def index_births(driver: Driver, born: Sequence[Words]) -> None:
    """Let cases be found from now on, in the transaction of their birth."""
    _index(driver, born, _PUT_POSTGRES)


def index_amended(driver: Driver, amended: Sequence[Words]) -> None:
    """Let cases be found by all words given here, which hold those before: who has the old paper in hand finds them too."""
    _index(driver, amended, f"{_PUT_POSTGRES} ON CONFLICT (case_id) DO UPDATE SET words = excluded.words")


def index_more(driver: Driver, told: Mapping[int, Sequence[str]]) -> None:
    """Let cases be found by further texts, beside those before: measures, evidence, who works on them; what they replace still finds them."""
    if driver.sqlite:
        # There the words that are written last are the only ones whose places are known: without all of them phrases would fall apart.
        among, params = driver.among("id", list(told))
        _index(driver, driver.all(f"{_OF_CASES} WHERE {among}", params) if told else [], "")
    elif rows := [(case, words) for case, texts in told.items() if (words := words_of(*dict.fromkeys(texts)))]:
        _write(driver, rows, _ADD_POSTGRES)


def called(name: str) -> str:
    """Return a name as it is found: by itself, and by its initials in pinyin 拼音首字母."""
    return f"{name} {initials(name)}" if 0 < len(name) <= LONGEST_NAME else name


def _index(driver: Driver, born: Sequence[Words], on_postgres: str) -> None:
    for start in range(0, len(born), BATCH):
        _write(driver, _found_by(driver, born[start : start + BATCH]), on_postgres)


def _found_by(driver: Driver, born: Sequence[Words]) -> list[tuple[int, str]]:
    """Return by which words each case is found."""
    looks = Looks(driver)
    among, params = driver.among("id", sorted({unit for _, unit, *_ in born}))
    named = looks.all(f"SELECT id, name FROM units WHERE {among}", params)
    told = looks.at(_told, [case for case, *_ in born])()
    units: dict[int, str] = {row[0]: row[1] for row in named()}
    return [
        (case, words_of(number, called(units.get(unit, "")), problem, detail, *dict.fromkeys(told.get(case, ()))))
        for case, unit, number, problem, detail in born
    ]


def _told(driver: Driver, cases: Sequence[int]) -> dict[int, list[str]]:
    """Return by which texts cases are found beside what was found there: who they are with, their measures, the names of their evidence."""
    looks = Looks(driver)
    among, params = driver.among("id", cases)
    themselves = looks.all(f"SELECT id, {', '.join(SAID)} FROM cases WHERE {among}", params)
    among, params = driver.among("case_id", cases)
    measures = looks.all(f"SELECT case_id, text, person, department FROM measures WHERE {among}", params)
    evidence = looks.all(f"SELECT case_id, name FROM materials WHERE {among} AND kind = 'evidence'", params)
    found: dict[int, list[str]] = defaultdict(list)
    for case, *said in themselves():
        found[case] += [*map(called, said[:-1]), said[-1]]
    for case, text, person, department in measures():
        found[case] += [text, called(person), called(department)]
    for case, name in evidence():
        found[case].append(name)
    return found


def _write(driver: Driver, rows: Iterable[tuple[int, str]], on_postgres: str) -> None:
    if driver.sqlite:
        driver.put(_PUT_SQLITE, list(rows))
    else:
        driver.send(on_postgres, [array(column) for column in zip(*rows, strict=True)])


def index_all(driver: Driver) -> int:
    """Index every case anew; return how many. For databases from before there was a search."""
    driver.run(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')" if driver.sqlite else f"DELETE FROM {TABLE}")
    sql = f"{_OF_CASES} WHERE id > ? ORDER BY id LIMIT ?"
    last = count = 0
    while rows := driver.all(sql, (last, BATCH)):
        index_births(driver, rows)
        last, count = rows[-1][0], count + len(rows)
    return count


def found_by(driver: Driver, asked: str) -> tuple[str, list[Any]]:
    """Return a query for the ids of the cases in which a text is found, and its parameters; any text is only text."""
    phrases = list(dict.fromkeys(_phrases(asked)))
    if not phrases:
        return NOTHING, []
    if driver.sqlite:
        return _FOUND_SQLITE, [
            " ".join(f'"{" ".join(words)}"{"*" if open_ended else ""}' for words, open_ended in phrases)
        ]
    return _FOUND_POSTGRES, [
        " & ".join(" <-> ".join(words) + (":*" if open_ended else "") for words, open_ended in phrases)
    ]


def is_rare(driver: Driver, asked: str) -> bool:
    """Say whether a text is found in few cases, which neither database's planner can tell."""
    sql, params = found_by(driver, asked)
    row = driver.one(f"SELECT COUNT(*) FROM ({sql} LIMIT {MANY + 1}) AS found", params)
    return row is None or row[0] <= MANY


def words_of(*texts: str) -> str:
    """Return the words by which texts are found: each pair of neighbouring characters, and whatever stands whole."""
    return " ".join(_words(" \n ".join(texts))[:MOST_WORDS])


def _words(text: str) -> list[str]:
    words: list[str] = []
    for run, paired in _runs(text):
        if paired:
            # The last character is a word of its own too: so every character begins a word, and a single one can be found.
            words += [*map("".join, pairwise(run)), run[-1]]
        else:
            words.append(run[:LONGEST_WORD])
    return words


def _phrases(asked: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the words that must stand together, and whether the last one may be the beginning of a longer word."""
    for run, paired in _runs(_NUMBER.sub(r" \1 ", asked[:LONGEST_QUERY])):
        if paired and len(run) > 1:
            yield tuple(map("".join, pairwise(run))), False
        else:
            yield (run[:LONGEST_WORD],), not run.isdigit()


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield runs of letters and digits as they are compared, and whether their characters are paired."""
    for found in _RUNS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        yield found[0], found["pairs"] is not None
