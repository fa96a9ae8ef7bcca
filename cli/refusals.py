"""Known errors as what the operator reads: one sentence and the number the command ends with."""

from __future__ import annotations

import errno
from typing import Final

from cli.logbook import log_fault
from cli.talk import Refused
from ledger.dates import NotALimit
from ledger.refusals import LedgerRefused
from ledger.sheet_out import CellTooLong, TooManyProblems
from notifications.settings import BadSender
from register.groundwork import ProfileChanged
from register.household import NotEntered
from seeding.play import NotPlayed
from seeding.seed import BegunTooLate, NotEmpty, NotRehearsal
from settings import SettingsError
from storage.accounts import BadAccount
from storage.engine import Unmerged
from storage.files import TooLarge
from storage.jurisdictions import OtherJurisdiction
from storage.migrate import BrokenReferences, ForeignTables, NewerDatabase, OlderDatabase
from storage.troubles import database_errors, first_line, trouble_of
from trail.checkpoint import ForkDetected, WithheldSignature
from trail.note import NoteError
from trail.prove import NotProvable
from workflow.days.limits import BadLimit
from workflow.days.profiles import BadProfile

DOUBT: Final = 5
"""How a command ends that found the log not to be what it was."""
IN_DOUBT: Final = (ForkDetected, WithheldSignature)
SAID: Final = (
    SettingsError, LedgerRefused, TooLarge, ProfileChanged, BadProfile, BadLimit, BadSender, BadAccount, NotEntered, NotALimit,
    CellTooLong, TooManyProblems, NotPlayed, BegunTooLate, NotEmpty, NotRehearsal, Unmerged, NewerDatabase, OlderDatabase, ForeignTables,
    BrokenReferences, NotProvable, NoteError, OtherJurisdiction,
)  # fmt: skip
_SYSTEM: Final = {
    errno.ENOENT: "没有这个文件或目录", errno.EACCES: "没有权限", errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘只能读", errno.ENOSPC: "磁盘已满，没有写完：请腾出空间后重试",
    errno.EDQUOT: "磁盘配额已用完，没有写完：请腾出空间后重试", errno.EISDIR: "是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录", errno.EEXIST: "已经存在", errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多", errno.EADDRINUSE: "端口已被占用",
}  # fmt: skip


def ending(error: BaseException) -> tuple[str, int]:
    """Return the sentence and exit code of any error; one that nobody foresaw is logged, with its trace in the file."""
    told = refusal_of(error)
    if told is not None:
        return told
    kept = log_fault("command.failed").file
    return f"没有办成：程序出了没有预料到的差错，经过记在 {kept}，请交给维护人员", 70


def refusal_of(error: BaseException) -> tuple[str, int] | None:
    """Return the sentence and exit code of a known error; None for one that nobody foresaw."""
    if isinstance(error, Refused):
        return str(error), error.code
    if isinstance(error, database_errors()):
        return f"{trouble_of(error).value}（{first_line(error)}）", 1
    if isinstance(error, OSError):
        return _of_system(error), 1
    # KeyError and IndexError are mistakes of ours; our own LookupErrors say in a sentence what is not known.
    unknown = isinstance(error, LookupError) and not isinstance(error, KeyError | IndexError)
    if isinstance(error, (*SAID, *IN_DOUBT)) or unknown:
        return str(error), DOUBT if isinstance(error, IN_DOUBT) else 1
    return None


def _of_system(error: OSError) -> str:
    what = _SYSTEM.get(error.errno or 0, error.strerror or str(error))
    where = error.filename2 or error.filename
    return f"{where}：{what}" if where else what
