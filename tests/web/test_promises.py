"""Words that promise what is not there: nothing that people read speaks of it."""

from __future__ import annotations

from tests.test_house import our_files

# Each with what would have to be there first.
NOT_THERE = {
    "本次巡察指定的领导": "a place where an inspection's leader is named",
    "| 离线安装 | 有": "a package that holds what is installed",
}
READ = ("*.md", "*.html", "*.py", "*.toml", "*.txt", "*.js")


def test_nothing_that_people_read_promises_what_is_not_there() -> None:
    said = {
        (str(path.name), words)
        for pattern in READ
        for path in our_files(pattern)
        if "tests" not in path.parts and path.name not in ("CHANGELOG.md", "why.md")
        for words in NOT_THERE
        if words in path.read_text(encoding="utf-8")
    }
    assert said == set()
