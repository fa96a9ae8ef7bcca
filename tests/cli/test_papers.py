"""Papers from the command line: listed, made, refused in a sentence; an office's own template tried."""

from __future__ import annotations

import io

import docx
import pytest

from papers.kinds import KINDS
from tests.cli.conftest import Shell

LEDGER = "编号,单位,问题,整改时限\n1,城伯镇党委,路灯不亮,2026-06-01\n2,城伯镇党委,台账不清,2026-06-01\n"


ALONE = pytest.mark.parametrize("kind", ["sqlite"])
"""Nothing of it is in the database."""


@ALONE
def test_papers_are_listed_with_all_that_their_rows_say(shell: Shell) -> None:
    listed = shell.json("paper", "--list")
    assert [one["kind"] for one in listed] == list(KINDS)
    assert listed[0]["scheme"] == "red"
    assert "整改情况告诫书" in shell.ok("paper", "--list")


def test_a_paper_is_made_from_an_imported_ledger(shell: Shell) -> None:
    """Ledger in, letter out: as Word and as PDF; what a person must still write is named."""
    ledger = shell.home / "台账.csv"
    ledger.write_text(LEDGER, encoding="utf-8")
    shell.ok("import", ledger, "--round", "第一轮巡察", "--as", "office")
    where = ("--unit", "城伯镇党委", "--round", "第一轮巡察")
    word, pdf = shell.home / "反馈.docx", shell.home / "反馈.PDF"
    made = shell.json("paper", "feedback", word, *where)
    assert (made["kind"], made["blanks"]) == ("feedback", ["总体评价", "意见建议", "文号"])
    assert "路灯不亮" in "".join(one.text for one in docx.Document(io.BytesIO(word.read_bytes())).paragraphs)
    shell.ok("paper", "feedback", pdf, *where, "--as", "secretary")
    assert pdf.read_bytes().startswith(b"%PDF-")
    code, _, said = shell.run("paper", "warning", shell.home / "告诫.pdf", *where)
    assert (code, said.strip()) == (1, "城伯镇党委没有逾期的问题，不能告诫")
    assert not (shell.home / "告诫.pdf").exists()


@ALONE
def test_what_cannot_be_made_is_refused_in_a_sentence(shell: Shell) -> None:
    for words, code, told in (
        (("paper",), 2, "请写明文书的种类和文件"),
        (("paper", "feedback", "a.odt"), 2, "文件.docx 或 文件.pdf"),
        (("paper", "feedbak", "a.pdf"), 2, "是不是 feedback？"),
        (("paper", "feedback", "a.pdf", "--case", "1"), 1, "写的是一轮中的一个党组织"),
        (("paper", "closing_request", "a.pdf", "--case", "99"), 1, "没有问题 99，或不在您的职责范围内"),
    ):
        found, _, said = shell.run(*words)
        assert (found, told in said) == (code, True), (words, said)


@ALONE
def test_an_offices_own_template_is_tried(shell: Shell) -> None:
    code, _, said = shell.run("paper", "check", "warning")
    assert (code, "没有本单位的模板" in said) == (1, True)
    (shell.home / "papers").mkdir()
    document = docx.Document()
    document.add_paragraph("{{p 正文 }}")
    document.save(str(shell.home / "papers" / "warning.docx"))
    assert shell.json("paper", "check", "warning")["faults"] == []
    document.add_paragraph("{{ 文好 }}")
    document.save(str(shell.home / "papers" / "warning.docx"))
    [fault] = shell.json("paper", "check", "warning", code=1)["faults"]
    assert fault.startswith("第 2 段“{{ 文好 }}”：没有“文好”这一栏")
