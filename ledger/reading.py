"""Which process reads a workbook: ours if the file is known to be harmless, else one of its own that may die."""

from __future__ import annotations

import subprocess
import sys

from python_calamine import CalamineError, PasswordError

from ledger import cells
from ledger.cells import RawSheet
from ledger.limits import Limits
from ledger.refusals import Damaged, Locked


def read_here(data: bytes, limits: Limits) -> list[RawSheet]:
    """The worksheets of a workbook whose bytes were found tame; Locked or Damaged otherwise."""
    try:
        return cells.load(data, limits.rows)
    except PasswordError:
        raise Locked from None
    except (CalamineError, OSError, ValueError) as error:
        raise Damaged("工作表内容读不出来") from error
    except BaseException as error:
        # calamine's panics derive from BaseException alone and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged("工作表内容读不出来") from error


def read_apart(data: bytes, limits: Limits) -> list[RawSheet]:
    """The worksheets of any workbook, read in a process with bounded time and memory; Locked or Damaged otherwise."""
    numbers = (limits.rows, limits.reader_seconds, limits.reader_bytes)
    command = [sys.executable, "-I", str(cells.__file__), *map(str, numbers)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=limits.reader_seconds, check=False)
    except subprocess.TimeoutExpired:
        raise Damaged("读取超时") from None
    if done.returncode == 3:
        raise Locked
    if done.returncode:
        raise Damaged("工作表内容读不出来")
    return cells.unpack(done.stdout)
