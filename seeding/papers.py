"""The papers: small real files, kept as uploads are; most problems share a handful of contents."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seeding.names import chinese_number
from seeding.problems import Problem
from states import MATERIALS
from storage.files import keep_file
from workflow.subject import Material

_LARGEST = 1 << 20
_COPIES = {"evidence": 4}


@dataclass(frozen=True, slots=True)
class Papers:
    """Kept contents by name: sha256 and size."""

    kept: Mapping[str, tuple[str, int]]

    def material(self, paper: str, problem: Problem) -> Material:
        """Return a paper `kind` or `kind@measure` as a material of the problem's inspection."""
        kind, _, measure = paper.partition("@")
        sha256, size = self.kept[_content(kind, problem)]
        title = MATERIALS[kind] + (f"（措施{measure}）" if measure else "")
        return Material(kind, sha256, f"{problem.visit.place.name}{title}.txt", size, int(measure) if measure else None)


def keep_papers(home: Path, rounds: int) -> Papers:
    """Keep the contents that the term's moves will name."""
    with tempfile.TemporaryDirectory() as folder:
        return Papers({name: _keep(home, Path(folder) / "paper.txt", text) for name, text in _texts(rounds).items()})


def _texts(rounds: int) -> dict[str, str]:
    texts = {f"text.{number}": _public_text(number) for number in range(1, rounds + 1)}
    for kind, shown in MATERIALS.items():
        for copy in range(_COPIES.get(kind, 1)):
            texts[f"{kind}.{copy}"] = f"{shown}\n\n（演示材料之{chinese_number(copy + 1)}。正文、附件和签章从略。）\n"
    return texts


def _public_text(number: int) -> str:
    title = f"关于第{chinese_number(number)}轮巡察整改进展情况的通报"
    return f"{title}\n\n按照有关要求，现将本轮巡察整改进展情况予以公布。欢迎广大党员群众监督。\n"


def _content(kind: str, problem: Problem) -> str:
    """Which content a paper has: the public text of its round, else one of the few contents of its kind (a filing has one)."""
    visit = problem.visit
    return f"text.{visit.round}" if kind == "text" else f"{kind}.{problem.number % _COPIES.get(kind, 1)}"


def _keep(home: Path, file: Path, text: str) -> tuple[str, int]:
    file.write_text(text, encoding="utf-8")
    return keep_file(home, file, _LARGEST)
