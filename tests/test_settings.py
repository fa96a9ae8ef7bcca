"""Configuration that is wrong is refused with the place, the key and the nearest one there is."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from settings import SHIPPED, SettingsError, load
from workflow.profiles import BadProfile, Profile

SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")
COUNTY: dict[str, Any] = tomllib.loads(SHIPPED_TEXT)["profiles"]["county"]


def told(tmp_path: Path, old: str, new: str) -> str:
    """Load the shipped file with one place changed, and return what it is refused with."""
    assert SHIPPED_TEXT.count(old) >= 1
    file = tmp_path / "config.toml"
    file.write_text(SHIPPED_TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refusal:
        load(file)
    return str(refusal.value)


def test_the_shipped_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHENGGAI_HOME", str(tmp_path))
    monkeypatch.setenv("ZHENGGAI_DATABASE_URL", "postgresql://z@db/z")
    settings = load(SHIPPED)
    assert (settings.home, settings.database_url) == (tmp_path, "postgresql+psycopg://z@db/z")
    assert Profile.of("county", settings.config.profiles["county"]).title == "县（市）通用"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("idle_minutes = 15", "idle_minuts = 15", "没有 web.idle_minuts 这个键，是不是 idle_minutes？"),
        ("[uploads]", "[upload]", "没有 upload 这个键，是不是 uploads？"),
        ("largest = 52428800", "", "缺少 uploads.largest"),
        ("port = 8000", 'port = "八千"', "web.port 的值“八千”不对"),
        ("[uploads]", "[uploads", "写法有误"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in told(tmp_path, old, new)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"读不到配置文件 .*nowhere"):
        load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("limits.claim", "soon", "county.limits.claim"),
        ("limits.clam", "5 workdays", "county.limits：没有 clam 这个键，是不是 claim？"),
        ("limits.plan", None, "county.limits：缺少 plan"),
        ("rungs.claim.half", "midway", "county.rungs.claim.half：看不懂“midway”"),
        ("rungs.claim.rad", "overdue", "county.rungs.claim：没有 rad 这个键，是不是 red？"),
        ("rungs.plan.red", None, "county.rungs.plan：缺少 red"),
        ("rungs.rectfy", {}, "county.rungs：没有 rectfy 这个键，是不是 rectify？"),
        ("criteria.overdu", {"escalate": True}, "county.criteria：没有 overdu 这个键，是不是 overdue？"),
        ("criteria.overdue.escalate", None, "county.criteria.overdue：缺少 escalate"),
    ],
)
def test_a_profile_that_says_something_unknown_is_refused(path: str, value: object, words: str) -> None:
    table = copy.deepcopy(COUNTY)
    *way, last = path.split(".")
    place = table
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(BadProfile, match=re.escape(words)):
        Profile.of("county", table)
