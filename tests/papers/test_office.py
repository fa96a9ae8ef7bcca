"""LibreOffice opens all that is handed out: every paper in Word, and the ledger, the tables and the transfer list in Excel."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn

from archive.transfer import Volumed, workbook
from figures.printed import PRINTED, printed
from figures.sheets import write_tables
from figures.table import PROBLEMS
from ledger.write_out import write_out
from papers.kinds import KINDS
from papers.render import render
from storage.engine import reading
from storage.reads.standings import AsOf
from storage.tables import Round
from tests.papers.house import House
from tests.papers.pages import pages
from tests.papers.test_word import NAMES

pytestmark = pytest.mark.long
ITS_OWN = {"Liberation Sans", "Noto Sans CJK SC"}
PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
FORMULA = re.compile(r"\bformula=|<text:a |xlink:href=\"http")


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def opened_by_office(folder: Path, form: str, files: list[Path]) -> list[Path]:
    """Let LibreOffice open the files and write what it has read in another form."""
    home = f"-env:UserInstallation=file://{folder / 'office'}"
    command = [str(shutil.which("soffice")), home, "--headless", "--convert-to", form, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=600)
    return [folder / f"{one.stem}.{form}" for one in files]


def test_every_paper_keeps_its_words_numbers_and_fonts(lived: House, tmp_path: Path) -> None:
    contents = {name: lived.paper(name) for name in KINDS}
    files = [tmp_path / f"{name}.docx" for name in KINDS]
    for path in files:
        path.write_bytes(render(path.stem, contents[path.stem], "docx").content)
    for path in opened_by_office(tmp_path, "fodt", files):
        body = docx.Document(str(path.with_suffix(".docx"))).element.body
        ours = ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
        read = ET.parse(path).getroot()  # noqa: S314 what LibreOffice has just written
        theirs = "\n".join("".join(one.itertext()) for one in read.iter(PARAGRAPH))
        assert not re.search(r"\{[{%]|[%}]\}", theirs), path
        assert numbers("\n".join(ours)) <= numbers(theirs), path
        assert contents[path.stem].title.replace(" ", "") in re.sub(r"\s", "", theirs), path
        said = set(re.findall(r'style:font-name(?:-asian)?="([^"]+)"', path.read_text(encoding="utf-8")))
        # Of a font that it is not sure of it keeps two, the second with a 1 behind its name.
        assert {name.removesuffix("1") for name in said} - ITS_OWN == NAMES, path
    for path in opened_by_office(tmp_path, "pdf", files):
        found = pages(path.read_bytes())
        assert {round(page.width) for page in found} <= {210, 297}, path
        assert all(page.words for page in found), f"{path}: an empty page"


def test_no_sheet_holds_a_formula(lived: House, tmp_path: Path) -> None:
    world, on = lived.world, lived.world.today
    hostile = '=HYPERLINK("http://x","y")'
    world.fill(lived.cases["late"], note=hostile)
    with reading(world.engine) as work:
        around = work.session.get_one(Round, world.round_id)
        write_out(work.driver, tmp_path / "ledger.xlsx", around, on)
        of = AsOf(world.place, on, on + timedelta(days=1))
        tables = [printed(work.driver, of, name, PROBLEMS, 26) for name in PRINTED]
    now = datetime(2026, 5, 24, tzinfo=UTC)
    write_tables(tmp_path / "tables.xlsx", hostile, "截至", tables, made_at=now)
    listed = [Volumed(1, hostile, "2026", "永久", 3, 9, "=1+1")]
    files = [{"path": "=1+1.pdf", "sha256": "ab", "size": 3}]
    (tmp_path / "transfer.xlsx").write_bytes(workbook("移交清单", listed, files, now))
    names = [tmp_path / f"{name}.xlsx" for name in ("ledger", "tables", "transfer")]
    for path in opened_by_office(tmp_path, "fods", names):
        read = path.read_text(encoding="utf-8")
        assert not FORMULA.search(read), path
        assert "=HYPERLINK(" in read, path
