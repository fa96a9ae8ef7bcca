"""The trail from the command line: verify, checkpoint, export, prove."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.opening import House, examine_house, open_house, refuse_other_codes
from cli.talk import AsJson, At, Code, Refused, say, show
from storage.troubles import database_errors

BROKEN = 5


def verify(
    context: typer.Context,
    jurisdiction: Code = None,
    files: Annotated[
        bool, typer.Option("--files", help="连同记录里写明的每份文件：在不在，内容与摘要是否相符")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the log by its bytes, its checkpoints and a replay, and the files that it names where asked; what does not fit ends with 5."""
    from trail.files import check_files
    from trail.verify import verify as verify_trail

    house = examine_house(context)
    if jurisdiction is not None:
        # A database that cannot be read is for the verifier to speak of.
        with contextlib.suppress(*database_errors()):
            refuse_other_codes(house.engine, jurisdiction, named=True)
    found = verify_trail(house.engine, house.settings.home, jurisdiction)
    if found.ok and jurisdiction is None:
        refuse_other_codes(house.engine, house.code, named=False)
    good = f"流转日志完好：共 {found.size} 条，根 {found.root or '（多个机构，各有其根）'}"
    words = good if found.ok else f"流转日志不符：第 {found.first_bad} 条。{found.why}"
    looked = check_files(house.engine, house.settings.home, jurisdiction) if files and found.ok else None
    report = found.report() | ({"files": looked.report()} if looked else {})
    show(report, as_json=as_json, words=f"{words}。{looked.words}" if looked else words)
    if not found.ok or (looked and not looked.ok):
        raise typer.Exit(BROKEN)


def checkpoint(context: typer.Context, jurisdiction: Code = None, at: At = None, as_json: AsJson = False) -> None:
    """Sign a checkpoint, after other code has recomputed the tree from the stored bytes; in doubt nothing is signed."""
    from trail.checkpoint import sign_checkpoint

    house = open_house(context, jurisdiction)
    note = sign_checkpoint(house.engine, house.settings.home, jurisdiction, house.moment(at))
    show(asdict(note), as_json=as_json, words=note.note)


def export(
    context: typer.Context,
    file: Path,
    jurisdiction: Code = None,
    with_texts: Annotated[bool, typer.Option("--with-texts", help="连同填报的文字（默认只给承诺值）")] = False,
) -> None:
    """Write what anybody can verify offline."""
    from trail.export import export as export_trail

    house = _examined(context, jurisdiction)
    made = export_trail(house.engine, file, jurisdiction, with_texts=with_texts, home=house.settings.home)
    say(f"已写出 {made.size} 条到 {file}；离线核验：python trail/offline.py {file.name}")


def prove(context: typer.Context, index: int, jurisdiction: Code = None, as_json: AsJson = False) -> None:
    """Prove that an entry is in the log."""
    from trail.prove import NotProvable
    from trail.prove import prove as prove_entry

    house = _examined(context, jurisdiction)
    try:
        proof = prove_entry(house.engine, jurisdiction, index, house.settings.home)
    except NotProvable as error:
        raise Refused(str(error), BROKEN) from error
    show(proof, as_json=as_json, words=None)


def _examined(context: typer.Context, jurisdiction: str | None) -> House:
    house = examine_house(context)
    if jurisdiction is None:
        refuse_other_codes(house.engine, house.code, named=False)
    return house
