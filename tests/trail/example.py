"""The worked example of docs/trail.md: real entries in docs/trail-example.jsonl, kept as they were first written.

`python -m tests.trail.example` writes the blocks of the page anew from that file; with the word `new` it first makes
another file by real moves (after a change of the format only: old examples must stay checkable).
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from storage.engine import open_engine
from storage.setup import create_all
from tests.world import CAST, World
from trail.checkpoint import sign_checkpoint
from trail.export import export
from trail.tree import inclusion_proof

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docs" / "trail-example.jsonl"
PAGE = ROOT / "docs" / "trail.md"
PROVED = -2  # the receipt, between the feedback and the claim
CAST_OF_IT = {login: CAST[login] for login in ("sysadmin", "secadmin", "office", "secretary")}
_BLOCK = re.compile(r"(<!-- example: (\w+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)


def rows() -> list[dict[str, Any]]:
    """Return header and entries of the example."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def blocks() -> dict[str, str]:
    """Return what each block of the page must hold."""
    header, *entries = rows()
    leaves = [bytes.fromhex(entry["leaf"]) for entry in entries]
    proved, birth, hired = entries[PROVED], entries[PROVED - 1], _hired(entries)
    salt, text = birth["texts"]["words"]
    salt_of_name, name = hired["texts"]["sealed.name"]
    return {
        "body": str(proved["body"]),
        "register": str(hired["body"]),
        "name": f"{salt_of_name}\n{name}\n{json.loads(hired['body'])['sealed']['name']}",
        "words": f"{salt}\n{text}\n{json.loads(birth['body'])['born']['words']}",
        "leaf": f"{proved['idx']} / {len(entries)}\n{proved['leaf']}",
        "path": "\n".join(one.hex() for one in inclusion_proof(leaves, proved["idx"], len(leaves))),
        "root": header["root"],
        "note": header["checkpoints"][-1].rstrip("\n"),
        "key": header["verifiers"][0],
    }


def _hired(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the entry by which the secretary was registered as a person: the last that begins one."""
    return [one for one in entries if json.loads(one["body"]).get("about", "").startswith("person:")][-1]


def written(page: str) -> dict[str, str]:
    """Return what each block of a page holds."""
    return {name: content.removesuffix("\n") for _, name, content, _ in _BLOCK.findall(page)}


def rewrite(page: str) -> str:
    """Return the page with its blocks as they must be."""
    wanted = blocks()
    return _BLOCK.sub(lambda block: f"{block[1]}{wanted[block[2]]}\n{block[4]}", page)


def make(path: Path, folder: Path) -> None:
    """Write a new example: a small house, in it a problem fed back, signed for and claimed, then a checkpoint."""
    engine = open_engine(f"sqlite:///{folder / 'example.sqlite'}")
    create_all(engine)
    world = World(engine, folder).found(CAST_OF_IT)
    [case] = world.feed_back(1)
    world.later(1)
    world.walk(case, "acknowledge", "claim")
    sign_checkpoint(engine, folder, None, world.now)
    export(engine, path, None, with_texts=True, home=folder)
    engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:] == ["new"]:
        with tempfile.TemporaryDirectory() as scratch:
            make(FILE, Path(scratch))
    PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
