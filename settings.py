"""Settings 配置: read at the edge and handed down; an unknown key is an error naming the nearest one."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED = Path(__file__).parent / "config.toml"


class SettingsError(ValueError):
    """The configuration cannot be used; says which file and key, and what to do."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JurisdictionSection(_Section):
    """The jurisdiction that `init` makes."""

    code: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str


class DatabaseSection(_Section):
    """Where the rows are."""

    url: str = ""


class SchedulerSection(_Section):
    """Seconds between two runs of each duty."""

    scan: PositiveInt
    deliver: PositiveInt
    checkpoint: PositiveInt
    verify: PositiveInt


class ScanSection(_Section):
    """Cases in a batch of the scan."""

    batch: PositiveInt
    batch_sqlite: PositiveInt


class MailSection(_Section):
    """How mail leaves the house."""

    transport: Literal["folder", "smtp"]
    sender: str
    link: str
    host: str
    port: PositiveInt
    tls: Literal["none", "starttls", "tls"]
    user: str
    password_env: str
    timeout: PositiveInt
    retry_first: PositiveInt
    retry_longest: PositiveInt
    retry_for: PositiveInt


class UploadsSection(_Section):
    """Limits of a file."""

    largest: PositiveInt


class WebSection(_Section):
    """The pages: where they listen, how long a sign-in lasts, what a password must be."""

    host: str
    port: PositiveInt
    secure_cookies: bool
    idle_minutes: PositiveInt
    session_hours: PositiveInt
    password_length: PositiveInt
    password_kinds: PositiveInt
    password_kept: PositiveInt
    password_days: PositiveInt
    lock_after: PositiveInt
    lock_minutes: PositiveInt
    threads: PositiveInt
    page: PositiveInt


class ProfileSection(_Section):
    """Which profile a new round gets."""

    default: str


class Configuration(_Section):
    """The whole of config.toml."""

    jurisdiction: JurisdictionSection
    database: DatabaseSection
    scheduler: SchedulerSection
    scan: ScanSection
    mail: MailSection
    uploads: UploadsSection
    web: WebSection
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

    def smtp_password(self) -> str:
        """Return the password of the mail relay from the environment; never from the file."""
        return os.environ.get(self.config.mail.password_env, "")


def load(file: Path | None = None) -> Settings:
    """Read the configuration file and the environment; SettingsError says what is wrong and where."""
    environment = _Environment()
    path = file or environment.config or SHIPPED
    config = _read(path)
    home = environment.home.absolute()
    url = environment.database_url or config.database.url or f"sqlite:///{home / 'zhenggai.db'}"
    return Settings(file=path, home=home, database_url=_with_driver(url), config=config)


def _with_driver(url: str) -> str:
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _read(path: Path) -> Configuration:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"读不到配置文件 {path}：{error.strerror}"
        raise SettingsError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"配置文件 {path} 写法有误：{error}"
        raise SettingsError(message) from error
    try:
        return Configuration.model_validate(table)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(path, one) for one in error.errors())) from error


def _sentence(path: Path, error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(str(error["loc"][-1]), _known(error["loc"][:-1]), n=1)
        hint = f"，是不是 {nearest[0]}？" if nearest else ""
        return f"配置文件 {path}：没有 {place} 这个键{hint}"
    if error["type"] == "missing":
        return f"配置文件 {path}：缺少 {place}"
    return f"配置文件 {path}：{place} 的值“{error['input']}”不对（{error['msg']}）"


def _known(place: tuple[Any, ...]) -> list[str]:
    model: Any = Configuration
    for part in place:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
