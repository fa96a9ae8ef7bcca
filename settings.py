"""Settings 配置: read at the edge and handed down; every fault of the file is told at once, each with its line."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import toml_lines
from states import ROLES
from storage.addresses import is_address
from storage.visible import is_plain

SHIPPED = Path(__file__).parent / "config.toml"
HOME_NAMED: Final = "ZHENGGAI_HOME"
"""The variable of the environment that names the home."""
MASKED: Final = frozenset({("database", "url")})
MOVED: Final = {
    "mail.link": "请删去这一行，网址由巡察办在网页的“登记”的“设置”里写，或执行 zhenggai register setting make --set link=网址",
}
"""Keys that have another home now, and what to do."""
DATABASE = "空，或 sqlite:///文件、postgresql+psycopg://用户@主机/库；密码里的 @ 写作 %40"


class SettingsError(ValueError):
    """The configuration cannot be used; one sentence a line for every fault: file, line, key, what is wrong, what is allowed."""


@dataclass(frozen=True, slots=True)
class SettingFault:
    """What is wrong at one key of the configuration."""

    place: toml_lines.Path
    why: str


Judge = Callable[[str, Mapping[str, Any]], Iterable[SettingFault]]
"""Finds what is wrong in a profile by its name and table; what profiles may say is known to `workflow`."""


def _is(good: Callable[[Any], bool]) -> AfterValidator:
    def judged(text: Any) -> Any:
        if not good(text):
            raise ValueError(text)
        return text

    return AfterValidator(judged)


def _is_user(text: str) -> bool:
    return not text or is_plain(text)


def is_database(text: str) -> bool:
    """Say whether the text is the address of a database that can be opened here."""
    try:
        url = make_url(_with_driver(text))
        port = url.port
    except (ArgumentError, ValueError):
        return False
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return bool(url.database)
    # Of two signs the first would end the password, and the rest of it be said as the host.
    return text.count("@") <= 1 and url.drivername == "postgresql+psycopg" and (port is None or 0 < port < 65536)


_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
Bool = Annotated[bool, Field(description="true 或 false")]
Count = Annotated[int, Field(ge=1, le=100_000, description="1 到 100000 的整数")]
Few = Annotated[int, Field(ge=1, le=128, description="1 到 128 的整数")]
Seconds = Annotated[int, Field(ge=1, le=31_536_000, description="1 到 31536000 的整数（秒）")]
Minutes = Annotated[int, Field(ge=1, le=10_080, description="1 到 10080 的整数（分钟）")]
Hours = Annotated[int, Field(ge=1, le=168, description="1 到 168 的整数（小时）")]
Days = Annotated[int, Field(ge=1, le=3650, description="1 到 3650 的整数（天）")]
MonthDay = Annotated[int, Field(ge=1, le=31, description="1 到 31 的整数（日）")]
Percent = Annotated[int, Field(ge=1, le=100, description="1 到 100 的整数（%）")]
Kinds = Annotated[int, Field(ge=1, le=4, description="1 到 4 的整数")]
Bytes = Annotated[int, Field(ge=1, le=10 * 1024**3, description="1 到 10737418240 的整数（字节）")]
Port = Annotated[int, Field(ge=1, le=65535, description="1 到 65535 的整数")]
User = Annotated[str, _is(_is_user), Field(description="空，或账号，不能有看不见的字符")]
Name = Annotated[
    str,
    _is(lambda text: is_plain(text) and text == text.strip()),
    Field(description="加引号的文字，不能为空，不能有看不见的字符"),
]
NoName = Annotated[
    str,
    _is(lambda text: not text or (is_plain(text) and text == text.strip())),
    Field(description="空，或加引号的文字，不能有看不见的字符"),
]
Roles = Annotated[
    list[str],
    _is(lambda roles: set(roles) <= set(ROLES)),
    Field(description=f'角色的列表，如 ["sysadmin"]，不要求的写 []；角色有 {"、".join(ROLES)}'),
]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]+$", description="主机名或 IP 地址，如 127.0.0.1")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,40}$", description="空，或 1 到 40 个小写字母、数字或横线")]
Variable = Annotated[
    str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="环境变量的名字，如 ZHENGGAI_SMTP_PASSWORD")
]
OfficeHours = Annotated[
    str,
    Field(pattern=rf"^$|^{_TIME}-{_TIME}$", description="空，或一天里的一段时间，如 08:30-17:30（加引号）"),
    _is(lambda text: not text or text[:5] < text[6:]),
]
TimeOfDay = Annotated[str, Field(pattern=rf"^$|^{_TIME}$", description="空，或一天里的时刻，如 08:30（加引号）")]
Sender = Annotated[
    str, _is(is_address), Field(description="邮箱地址，如 zhenggai@example.gov.cn，名称在网页的“登记”的“设置”里写")
]
Database = Annotated[str, _is(lambda text: not text or is_database(text)), Field(description=DATABASE)]


class _Section(BaseModel):
    # TOML tells "8000" from 8000 and true from 1: so do we.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class JurisdictionSection(_Section):
    """Which jurisdiction of the database is meant, and what `init` makes; empty for the only one there is."""

    code: Code
    name: NoName


class DatabaseSection(_Section):
    """Where the rows are."""

    url: Database = ""


class SchedulerSection(_Section):
    """Seconds between two runs of each duty; and without any run for how many it is an outage."""

    scan: Seconds
    deliver: Seconds
    checkpoint: Seconds
    verify: Seconds
    report: Seconds = 3600
    outage: Seconds = 3600


class ScanSection(_Section):
    """Cases in a batch of the scan."""

    batch: Count
    batch_sqlite: Count


class MailSection(_Section):
    """How mail leaves the house."""

    transport: Annotated[Literal["folder", "smtp"], Field(description="folder 或 smtp（加引号）")]
    sender: Sender
    host: Host
    port: Port
    tls: Annotated[Literal["none", "starttls", "tls"], Field(description="none、starttls 或 tls（加引号）")]
    user: User
    password_env: Variable
    timeout: Seconds
    retry_first: Seconds
    retry_longest: Seconds
    retry_for: Seconds
    office_hours: OfficeHours = "08:30-17:30"
    daily: TimeOfDay = "08:30"


class UploadsSection(_Section):
    """Limits of a file."""

    largest: Bytes


class WebSection(_Section):
    """The pages: where they listen, how long a sign-in lasts, what a password must be."""

    host: Host
    port: Port
    secure_cookies: Bool
    idle_minutes: Minutes
    session_hours: Hours
    password_length: Few
    password_kinds: Kinds
    password_kept: Few
    password_days: Days
    lock_after: Few
    lock_minutes: Minutes
    second_factor: Roles
    threads: Few
    page: Count


class PostsSection(_Section):
    """How long posts are held: the most days of a stand-in."""

    stand_in_days: Days = 30


class FiguresSection(_Section):
    """How figures are reported: on which day of a month the month of reporting 统计月 begins."""

    month_begins: MonthDay = 26


class RecurrenceSection(_Section):
    """From how alike on an earlier problem of the unit is proposed as the same again."""

    alike: Percent = 50


Families = Annotated[
    list[str],
    _is(lambda names: bool(names) and all(is_plain(one) and one == one.strip() for one in names)),
    Field(description='字体名称的列表，如 ["仿宋_GB2312", "FangSong_GB2312"]，先写的先用，不能为空'),
]


class FontsSection(_Section):
    """By which families a paper's parts are set, those that are usual where nothing is said; what is not there is replaced, and that is said."""

    title: Families = []
    text: Families = []
    kai: Families = []
    hei: Families = []
    song: Families = []

    @property
    def families(self) -> dict[str, list[str]]:
        """Return the families by role."""
        return dict(self)


class PapersSection(_Section):
    """How papers are printed."""

    fonts: FontsSection = FontsSection()


class ArchiveSection(_Section):
    """How long what is archived is kept, by the kind of paper or material, where that is not as usual."""

    retention: dict[str, Literal["永久", "30年", "10年"]] = {}


class ProfileSection(_Section):
    """Which profile a new round gets."""

    default: Name


class Configuration(_Section):
    """The whole of config.toml."""

    jurisdiction: JurisdictionSection
    database: DatabaseSection
    scheduler: SchedulerSection
    scan: ScanSection
    mail: MailSection
    uploads: UploadsSection
    web: WebSection
    posts: PostsSection = PostsSection()
    figures: FiguresSection = FiguresSection()
    recurrence: RecurrenceSection = RecurrenceSection()
    papers: PapersSection = PapersSection()
    archive: ArchiveSection = ArchiveSection()
    profile: ProfileSection
    profiles: dict[str, dict[str, Any]]


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ZHENGGAI_")

    config: Path | None = None
    database_url: str = ""
    home: Path = Path("var")


class Settings(BaseModel):
    """The configuration with what the environment says: home, database and file."""

    model_config = ConfigDict(frozen=True)

    file: Path
    home: Path
    database_url: str
    config: Configuration

    def shown_database(self) -> str:
        """Return the address of the database as people may see it."""
        return make_url(self.database_url).render_as_string(hide_password=True)

    @property
    def code(self) -> str | None:
        """Return the jurisdiction that is meant, None for the only one the database holds."""
        return self.config.jurisdiction.code or None

    @property
    def link(self) -> str:
        """Return how links begin where the office has not set it: where the pages listen."""
        web = self.config.web
        return f"{'https' if web.secure_cookies else 'http'}://{web.host}:{web.port}"

    def smtp_password(self) -> str:
        """Return the password of the mail relay from the environment; never from the file."""
        return os.environ.get(self.config.mail.password_env, "")


def load(file: Path | None = None, judge: Judge | None = None) -> Settings:
    """Read the configuration file and the environment; SettingsError says all that is wrong and where."""
    environment = _Environment()
    path = file or environment.config or SHIPPED
    config = _read(path, judge)
    home = environment.home.absolute()
    if environment.database_url and not is_database(environment.database_url):
        raise SettingsError(f"环境变量 ZHENGGAI_DATABASE_URL 的值不对，应为{DATABASE}")
    url = environment.database_url or config.database.url or f"sqlite:///{home / 'zhenggai.db'}"
    return Settings(file=path, home=home, database_url=_with_driver(url), config=config)


def home_of_environment() -> Path:
    """Return the home, which the environment alone names."""
    return _Environment().home.absolute()


def _with_driver(url: str) -> str:
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _read(path: Path, judge: Judge | None = None) -> Configuration:
    text = _text(path)
    if line := toml_lines.line_beyond_reading(text):
        raise SettingsError(f"配置文件 {path}{_at(line)}：写法有误，读不下去：括号套得太深，或数字太长")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_unreadable(path, text, str(error))) from error
    faults = [*_profile_faults(table, judge)]
    try:
        config = Configuration.model_validate(table)
    except ValidationError as error:
        faults += [_fault(one) for one in error.errors()]
    if faults:
        lines = toml_lines.key_lines(text)
        told = sorted((toml_lines.line_of(lines, fault.place) or 0, fault.why) for fault in faults)
        raise SettingsError("\n".join(f"配置文件 {path}{_at(line)}：{why}" for line, why in told))
    return config


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        why = {
            FileNotFoundError: "没有这个文件",
            PermissionError: "没有读的权限",
            IsADirectoryError: "它是目录，不是文件",
        }
        raise SettingsError(f"读不到配置文件 {path}：{why.get(type(error), error.strerror)}") from error
    try:
        # Windows editors put a mark before the first letter.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingsError(f"配置文件 {path}{_at(line)}：写法有误，不是 UTF-8 编码，请另存为 UTF-8") from error


def _unreadable(path: Path, text: str, told: str) -> str:
    found = re.search(r"at line (\d+), column (\d+)", told)
    line = int(found[1]) if found else text.count("\n") + 1
    return f"配置文件 {path}{_at(line)}：写法有误，读不下去，应为 [节] 或 键 = 值，文字加引号，键不重复"


def _at(line: int) -> str:
    return f" 第 {line} 行" if line else ""


def _profile_faults(table: Mapping[str, Any], judge: Judge | None) -> Iterable[SettingFault]:
    profiles = table.get("profiles")
    if not isinstance(profiles, dict):
        return
    section = table.get("profile")
    default = section.get("default") if isinstance(section, dict) else None
    if isinstance(default, str) and default.strip() and default not in profiles:
        known = "、".join(profiles) or "无"
        yield SettingFault(
            ("profile", "default"), f"profile.default 的值“{default}”不对，没有这个时限方案，应为已有的：{known}"
        )
    for name, profile in profiles.items():
        if judge is not None and isinstance(profile, dict):
            yield from judge(name, profile)


def _fault(error: Any) -> SettingFault:
    place: toml_lines.Path = error["loc"]
    key = ".".join(map(str, place))
    if error["type"] == "extra_forbidden" and key in MOVED:
        return SettingFault(place, f"{key} 已不在配置文件里：{MOVED[key]}")
    if error["type"] == "extra_forbidden":
        return SettingFault(place, unknown_key(key, str(place[-1]), _known(place[:-1])))
    allowed = _allowed(place)
    if error["type"] == "missing":
        return SettingFault(place, f"缺少 {key}，应为{_spaced(allowed)}")
    value = "" if place in MASKED else f"“{_written(error['input'])}”"
    return SettingFault(place, f"{key} 的值{value}不对，应为{_spaced(allowed)}")


def unknown_key(key: str, written: str, known: Iterable[str]) -> str:
    """Return the sentence about a key that does not exist, with the nearest one, or all there are."""
    names = list(known)
    nearest = difflib.get_close_matches(written, names, n=1)
    return f"没有 {key} 这个键，" + (f"是不是 {nearest[0]}？" if nearest else f"这里可以写 {'、'.join(names)}")


def _spaced(words: str) -> str:
    """Set words that begin with a letter or a digit off from the character before them."""
    return f" {words}" if words[:1].isascii() else words


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "表" if isinstance(value, dict) else "、".join(map(str, value)) if isinstance(value, list) else str(value)
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _allowed(place: toml_lines.Path) -> str:
    model: Any = Configuration
    for part in place:
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            break
        field = fields[part]
        if field.description:
            return str(field.description)
        model = field.annotation
    return f"[{'.'.join(map(str, place))}] 一节"


def _known(place: toml_lines.Path) -> list[str]:
    model: Any = Configuration
    for part in place:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
