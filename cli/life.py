"""The life of a case, printed or drawn into its page."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.talk import AsJson, say, show


def life(
    write: Annotated[bool, typer.Option("--write", help="重写 docs/life.md 和 docs/register.md 中的图和表")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the table of moves, or rewrite what is generated in docs/life.md; a fact that nobody reads or declares stops it."""
    if as_json and not write:
        from workflow.life import life as life_table

        show(life_table(), as_json=True)
        return
    from workflow.drawing import table_text, write_docs

    if write:
        from workflow.facts import must_be_declared, named_rules

        must_be_declared(named_rules())
        from register.drawing import write_docs as write_register

        say(f"已写入 {write_docs()}、{write_register()}")
    else:
        show(None, as_json=False, words=table_text())
