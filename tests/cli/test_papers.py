"""Papers from the command line: what waits, what was issued; what cannot be issued is said with all reasons."""

from __future__ import annotations

from tests.cli.conftest import Shell


def test_papers_and_drafts_are_listed_and_a_refusal_is_a_sentence(shell: Shell) -> None:
    assert shell.json("papers", "list", "--year", 2026) == []
    assert shell.json("papers", "drafts") == []
    code, _, said = shell.run("papers", "issue", 1, "--as", "head", "--series", "没有")
    assert (code, "没有文号系列“没有”" in said) == (2, True)
    code, _, said = shell.run("papers", "issue", 1, "--as", "head")
    assert (code, "没有这份待签发的底稿" in said) == (3, True)
