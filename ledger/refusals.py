"""Why a whole file is not read, each in a sentence for the clerk who sent it."""

from __future__ import annotations


class LedgerRefused(Exception):
    """A file that cannot be read as a ledger; `str()` is the sentence a person reads."""


class FileMissing(LedgerRefused):
    """There is no such file, or it may not be read."""

    def __init__(self, name: str) -> None:
        super().__init__(f"打不开文件“{name}”：文件不存在，或没有读取权限。")


class FileTooLarge(LedgerRefused):
    """More bytes than a ledger may have."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"文件有 {size / 2**20:.1f} MB，超过上限 {limit / 2**20:.1f} MB。请按单位拆分后分别导入。")


class UnpacksTooLarge(LedgerRefused):
    """An archive that holds far more than it weighs."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"文件解压后超过上限 {limit / 2**20:.0f} MB，或压缩比异常，可能不是正常的台账。请另存为新的 xlsx 再导入。"
        )


class TooManyRows(LedgerRefused):
    """More rows than a ledger may have."""

    def __init__(self, rows: int, limit: int) -> None:
        super().__init__(f"工作表有 {rows} 行，超过上限 {limit} 行。请按单位拆分后分别导入。")


class TooWide(LedgerRefused):
    """A line of a text with more cells than any ledger."""

    def __init__(self, row: int, cells: int, limit: int) -> None:
        super().__init__(f"第 {row} 行有 {cells} 格，超过上限 {limit} 格，可能不是台账。请核对后再导入。")


class Locked(LedgerRefused):
    """A file that opens with a password only."""

    def __init__(self) -> None:
        super().__init__(
            "文件设有打开密码，读不出内容。请在 Excel、WPS 或 Word 中取消打开密码（文件→信息→保护），另存后再导入。"
        )


class Damaged(LedgerRefused):
    """A file that is not whole, or not what it says."""

    def __init__(self, why: str) -> None:
        super().__init__(f"文件已损坏或不完整（{why}）。请用 Excel 或 WPS 打开，另存为新的 xlsx 再导入。")


class NotALedger(LedgerRefused):
    """A file of another kind."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"这不是能导入的台账：{what}。请用 Excel 或 WPS 另存为 xlsx 再导入（也收 xls、et、ods 和 CSV）。"
        )


class WordFile(NotALedger):
    """A Word document where only a workbook will do, or of the old format that Word itself has left behind."""

    def __init__(self) -> None:
        super().__init__("这是 Word 文档")


class OldWord(LedgerRefused):
    """A Word document of the old format, which can be saved as one that is read."""

    def __init__(self) -> None:
        super().__init__("这是老格式的 Word 文档（.doc、.wps），读不出表格。请用 Word 或 WPS 另存为 .docx 再导入。")


class NoTables(LedgerRefused):
    """A Word document with words only, or with a ledger in it that is a picture or an object."""

    def __init__(self) -> None:
        super().__init__(
            "Word 文档里没有表格：图片、文本框、嵌入的 Excel 都读不出。请把台账做成表格，一行一个问题，或另存为 xlsx 再导入。"
        )


class TooIntricate(LedgerRefused):
    """A document with more in it than a ledger needs a hundred times over."""

    def __init__(self) -> None:
        super().__init__("文档的内容过多，可能不是正常的台账。请按单位拆分，或另存为 xlsx 再导入。")


class UnknownEncoding(LedgerRefused):
    """A text in none of the encodings that are read."""

    def __init__(self) -> None:
        super().__init__("认不出文字编码：既不是 UTF-8，也不是 GB18030。请用 Excel 打开核对，另存为 xlsx 再导入。")


class BrokenQuotes(LedgerRefused):
    """A CSV whose quotes do not pair, so that rows would swallow each other."""

    def __init__(self, line: int) -> None:
        super().__init__(f"CSV 第 {line} 行附近的引号没有成对，后面的内容无法分格。请补全引号，或另存为 xlsx 再导入。")


class NoHeader(LedgerRefused):
    """No row near the top reads like a ledger's header."""

    def __init__(self) -> None:
        super().__init__("没有认出表头：前 30 行里找不到“序号、问题、整改措施、整改时限”一类的列名，请核对文件。")
