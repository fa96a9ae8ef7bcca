"""The worked example of docs/trail.md: real entries in docs/trail-example.jsonl, kept as they were first written.

`python -m tests.trail.example` writes the blocks of the page anew from that file; with the word `new` it first makes
another file by real moves (after a change of the format only: old examples must stay checkable).
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from storage.engine import open_engine
from storage.setup import create_all
from tests.world import World
from trail.checkpoint import sign_checkpoint
from trail.export import export
from trail.tree import inclusion_proof

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docs" / "trail-example.jsonl"
PAGE = ROOT / "docs" / "trail.md"
PROVED = 1
_BLOCK = re.compile(r"(<!-- example: (\w+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)


def rows() -> list[dict[str, Any]]:
    """Return header and entries of the example."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def blocks() -> dict[str, str]:
    """Return what each block of the page must hold."""
    header, *entries = rows()
    leaves = [bytes.fromhex(entry["leaf"]) for entry in entries]
    node = sha256(b"\x01" + leaves[0] + leaves[1]).hexdigest()
    salt, text = entries[0]["texts"]["words"]
    return {
        "body": str(entries[PROVED]["body"]),
        "words": f"{salt}\n{text}\n{json.loads(entries[0]['body'])['born']['words']}",
        "leaves": "\n".join(entry["leaf"] for entry in entries),
        "tree": f"{node}\n{header['root']}",
        "path": "\n".join(one.hex() for one in inclusion_proof(leaves, PROVED, len(leaves))),
        "note": header["checkpoints"][-1].rstrip("\n"),
        "key": header["verifiers"][0],
    }


def written(page: str) -> dict[str, str]:
    """Return what each block of a page holds."""
    return {name: content.removesuffix("\n") for _, name, content, _ in _BLOCK.findall(page)}


def rewrite(page: str) -> str:
    """Return the page with its blocks as they must be."""
    wanted = blocks()
    return _BLOCK.sub(lambda block: f"{block[1]}{wanted[block[2]]}\n{block[4]}", page)


def make(path: Path, folder: Path) -> None:
    """Write a new example: a problem fed back, signed for and claimed, then a checkpoint."""
    engine = open_engine(f"sqlite:///{folder / 'example.sqlite'}")
    create_all(engine)
    world = World(engine, folder).found()
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
