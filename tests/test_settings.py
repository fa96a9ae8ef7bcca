"""Configuration that is wrong is refused with the place, the key and the nearest one there is."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cli.traces import Logbook
from settings import SHIPPED, SettingFault, SettingsError, load
from states import CRITERIA
from workflow.days.profiles import BadProfile, Profile, When, defaults, faults_in

SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")
VERSION = f"version = {tomllib.loads(SHIPPED_TEXT)['profiles']['county']['version']}"
COUNTY: dict[str, Any] = tomllib.loads(SHIPPED_TEXT)["profiles"]["county"]


INVISIBLE = ("", "  ", "\\u0000", "a\\u0000b", "\\u3164", "\\u2800", "\\u200b", "\\uFE0F")
DEEP = "[" * 5000 + "]" * 5000


def told(tmp_path: Path, old: str, new: str) -> str:
    """Load the shipped file with one place changed, and return what it is refused with."""
    assert SHIPPED_TEXT.count(old) >= 1
    file = tmp_path / "config.toml"
    file.write_text(SHIPPED_TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refusal:
        load(file, judged)
    return str(refusal.value)


def judged(name: str, table: Mapping[str, Any]) -> Iterator[SettingFault]:
    """Judge a profile as the commands do."""
    return (SettingFault(("profiles", *fault.place), str(fault)) for fault in faults_in(name, table))


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
        ("rungs.claim.half", "midway", "county.rungs.claim.half：看不懂“midway”"),
        ("rungs.claim.rad", "overdue", "county.rungs.claim：没有 rad 这个键，是不是 red？"),
        ("rungs.rectfy", {}, "county.rungs：没有 rectfy 这个键，是不是 rectify？"),
        ("criteria.overdu", {"escalate": True}, "county.criteria：没有 overdu 这个键，是不是 overdue？"),
        ("criteria.overdue.escalate", 1, "county.criteria.overdue.escalate：“1”不对，应为 true 或 false"),
        ("limits", "5 workdays", "county.limits：应为一节"),
        ("version", None, "county：缺少 version"),
        ("verifiers", None, "county：缺少 verifiers"),
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


def test_what_a_profile_does_not_write_is_as_the_life_has_it() -> None:
    """The shipped profile writes every number, for the reader, as the life has them; the hash covers what is written."""
    plain = {name: COUNTY[name] for name in ("title", "version", "verifiers")}
    whole, bare = Profile.of("county", COUNTY), Profile.of("county", plain)
    assert (whole.unwritten, set(bare.unwritten)) == ((), set(defaults()))
    assert (bare.limits, bare.rungs) == (whole.limits, whole.rungs)
    assert [bare.criterion(name) for name in CRITERIA] == [whole.criterion(name) for name in CRITERIA]
    assert json.loads(bare.body) == {"name": "county", **plain}
    assert sha256(bare.body.encode()).hexdigest() == bare.digest != whole.digest


def test_a_profile_may_write_what_differs_alone() -> None:
    table = {name: COUNTY[name] for name in ("version", "verifiers")} | {
        "limits": {"claim": "3 workdays"}, "rungs": {"claim": {"eve": "2 workdays before"}}, "criteria": {"overdue": {"days": 30}}
    }  # fmt: skip
    profile = Profile.of("town", table)
    assert (str(profile.limits["claim"]), str(profile.limits["plan"])) == ("3 个工作日", "1 个月")
    assert profile.rungs["claim"] == {
        "half": When("half"),
        "eve": When("before", 2, workdays=True),
        "red": When("overdue"),
    }
    assert profile.criterion("overdue") == {"days": 30, "escalate": True}
    assert profile.writes("limits", "claim")
    assert not profile.writes("limits", "plan")
    assert set(defaults()) - set(profile.unwritten) == {
        ("limits", "claim"), ("rungs", "claim", "eve"), ("criteria", "overdue", "days")
    }  # fmt: skip


def line_with(text: str, start: str) -> int:
    """Return the line, from 1, that begins so."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'sender = "zhenggai@localhost"',
            'sender = "整改督办 <zhenggai@localhost>"',
            "mail.sender 的值“整改督办 <zhenggai@localhost>”不对，应为邮箱地址，如",
        ),
        ('sender = "zhenggai@localhost"', "sender = 5", "mail.sender 的值“5”不对，应为邮箱地址，如"),
        (
            'user = ""',
            'link = "http://127.0.0.1:8000"',
            "mail.link 已不在配置文件里：请删去这一行，网址由巡察办在网页的",
        ),
        ("port = 8000", "port = 800000", "web.port 的值“800000”不对，应为 1 到 65535 的整数"),
        ("port = 8000", "port = 0", "web.port 的值“0”不对，应为 1 到 65535 的整数"),
        ("port = 8000", '"port" = "8000"', "web.port 的值“8000”不对，应为 1 到 65535 的整数"),
        ("port = 25", "port = -25", "mail.port 的值“-25”不对，应为 1 到 65535 的整数"),
        ("idle_minutes = 15", "idle_minutes = -15", "web.idle_minutes 的值“-15”不对，应为 1 到 10080 的整数（分钟）"),
        ("password_kinds = 3", "password_kinds = 5", "web.password_kinds 的值“5”不对，应为 1 到 4 的整数"),
        ("secure_cookies = false", "secure_cookies = 0", "web.secure_cookies 的值“0”不对，应为 true 或 false"),
        (
            'second_factor = ["sysadmin"',
            'second_factor = ["sysadmn"',
            'web.second_factor 的值“sysadmn、secadmin、secauditor”不对，应为角色的列表，如 ["sysadmin"]',
        ),
        ('second_factor = ["sysadmin"', "second_factor = [1", "web.second_factor.0 的值“1”不对，应为角色的列表"),
        (
            'second_factor = ["sysadmin", "secadmin", "secauditor"]',
            'second_factor = "sysadmin"',
            "web.second_factor 的值“sysadmin”不对，应为角色的列表",
        ),
        ("second_factor =", "second_facto =", "没有 web.second_facto 这个键，是不是 second_factor？"),
        ("threads = 4", "threads = true", "web.threads 的值“true”不对，应为 1 到 128 的整数"),
        ('tls = "none"', 'tls = "ssl"', "mail.tls 的值“ssl”不对，应为 none、starttls 或 tls"),
        ("scan = 60", "scan = 0.5", "scheduler.scan 的值“0.5”不对，应为 1 到 31536000 的整数（秒）"),
        (
            'code = ""',
            'code = "City 1"',
            "jurisdiction.code 的值“City 1”不对，应为空，或 1 到 40 个小写字母、数字或横线",
        ),
        (
            'default = "county"',
            'default = "cuonty"',
            "profile.default 的值“cuonty”不对，没有这个时限方案，应为已有的：county",
        ),
        ("page = 50", "pagge = 50", "没有 web.pagge 这个键，是不是 page？"),
        ("page = 50", "xyzzy = 50", "没有 web.xyzzy 这个键，这里可以写 host、port、"),
        (
            'claim = "5 workdays"',
            'claim = "soon"',
            "时限方案 county.limits.claim：看不懂的期限“soon”：请写作 5 workdays",
        ),
        ('claim = "5 workdays"', "claim = 5", "时限方案 county.limits.claim：看不懂的期限“5”"),
        ('claim = "5 workdays"', 'claim = "-5 workdays"', "时限方案 county.limits.claim：看不懂的期限“-5 workdays”"),
        (
            "overdue = { days = 15,",
            "overdue = { days = -15,",
            "时限方案 county.criteria.overdue.days：“-15”不对，应为 1 到 9999 的整数",
        ),
        ('verifiers = ["office", "discipline"]', 'verifiers = [["office"]]', "时限方案 county.verifiers：“"),
        ('verifiers = ["office", "discipline"]', "verifiers = [[]]", "时限方案 county.verifiers：“"),
        ('verifiers = ["office", "discipline"]', f"verifiers = {DEEP}", "写法有误，读不下去：括号套得太深"),
        (
            'verifiers = ["office", "discipline"]',
            f"verifiers = [{{ {'.'.join('a' * 5000)} = 1 }}]",
            "写法有误，读不下去：括号套得太深",
        ),
        (VERSION, f"version = {'1' * 5000}", "写法有误，读不下去：括号套得太深，或数字太长"),
        (VERSION, f"version = 0x{'f' * 5000}", "写法有误，读不下去：括号套得太深，或数字太长"),
        *(
            ('title = "县（市）通用"', f'title = "{one}"', "时限方案 county.title：应为加引号的文字，不能为空")
            for one in INVISIBLE
        ),
        *(('user = ""', f'user = "{one}"', "mail.user 的值“") for one in INVISIBLE if one),
        *(('name = ""', f'name = "{one}"', "jurisdiction.name 的值“") for one in INVISIBLE if one),
        ('verifiers = ["office", "discipline"]', 'verifiers = ["ofice"]', "时限方案 county.verifiers：“['ofice']”不对"),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert f"第 {line_with(SHIPPED_TEXT, old)} 行：{words}" in told(tmp_path, old, new)


def test_a_missing_key_is_told_at_its_section(tmp_path: Path) -> None:
    sentence = told(tmp_path, "largest = 52428800", "")
    assert sentence.endswith(
        f"第 {line_with(SHIPPED_TEXT, '[uploads]')} 行：缺少 uploads.largest，应为 1 到 10737418240 的整数（字节）"
    )


def test_a_file_that_cannot_be_read_on_says_where(tmp_path: Path) -> None:
    line = line_with(SHIPPED_TEXT, "port = 25")
    assert f"第 {line} 行：写法有误" in told(tmp_path, "port = 25 ", "port = ")
    (tmp_path / "gbk.toml").write_bytes(SHIPPED_TEXT.encode("gbk"))
    with pytest.raises(SettingsError, match="第 1 行：写法有误，不是 UTF-8 编码"):
        load(tmp_path / "gbk.toml")


def test_all_faults_are_told_in_the_order_of_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    text = SHIPPED_TEXT.replace("port = 8000", "port = 800000").replace('claim = "5 workdays"', 'claim = "soon"')
    file.write_text(
        text.replace("port = 25 ", "prot = 25 ").replace('default = "county"', 'default = "x"'), encoding="utf-8"
    )
    with pytest.raises(SettingsError) as refusal:
        load(file, judged)
    told_of = ("没有 mail.prot", "web.port", "profile.default", "county.limits.claim")
    lines = str(refusal.value).splitlines()
    assert len(lines) == 5, "a key that is called otherwise is also missing"
    assert [line for line in lines if "缺少 mail.port" not in line] == [
        next(line for line in lines if words in line) for words in told_of
    ]


def test_the_address_of_the_database_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands there may hold a password."""
    sentence = told(tmp_path, 'url = ""', 'url = "mysql://z:Ge-Heim-17@db/z"')
    assert "database.url 的值不对，应为空，或 sqlite:///文件" in sentence
    monkeypatch.setenv("ZHENGGAI_DATABASE_URL", "postgresql://z:Ge-Heim-17@db:port/z")
    with pytest.raises(SettingsError, match="环境变量 ZHENGGAI_DATABASE_URL 的值不对") as refusal:
        load(SHIPPED)
    assert "Ge-Heim-17" not in sentence + str(refusal.value)


RAW = "postgresql://joe:Sek@ret77@host/x"


@pytest.mark.parametrize("address", [RAW, "postgres://joe:a/b@ret77@host/x", "postgresql+psycopg://joe:ret77@@h/x"])
def test_a_password_with_a_plain_at_sign_is_refused_and_nothing_of_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """What stood behind the first sign was read, and said, as the host."""
    sentence = told(tmp_path, 'url = ""', f'url = "{address}"')
    monkeypatch.setenv("ZHENGGAI_DATABASE_URL", address)
    with pytest.raises(SettingsError, match="%40") as refusal:
        load(SHIPPED)
    assert "%40" in sentence
    assert "ret77" not in sentence + str(refusal.value)
    monkeypatch.setenv("ZHENGGAI_DATABASE_URL", "postgresql://joe:Sek%40ret77@host/x")
    assert "ret77" not in load(SHIPPED).shown_database()
    monkeypatch.setenv("ZHENGGAI_DATABASE_URL", f"sqlite:///{tmp_path}/a@b@c.db")
    assert load(SHIPPED).database_url.endswith("a@b@c.db")


def test_an_address_is_masked_up_to_its_last_at_sign() -> None:
    book = Logbook(Path())
    for address in (RAW, "postgresql://joe:a/Sek@ret77@host/x", "smtp://joe:Sek/ret77@host"):
        shown = book.masked(f"no way to {address}, at all")
        assert "Sek" not in shown
        assert "ret77" not in shown
        assert shown.startswith("no way to ")
        assert "joe:***@host" in shown
    assert book.masked("网页：http://127.0.0.1:8000/x") == "网页：http://127.0.0.1:8000/x"


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SHIPPED_TEXT.replace("\n", "\r\n").encode())
    assert load(file).config == load(SHIPPED).config
