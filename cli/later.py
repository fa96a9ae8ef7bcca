"""Commands that are loaded when they are run: the list of commands costs no more than typer itself."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class Later(TyperCommand):
    """A command known by its name, its line of help and where its function stands; the function is imported to run it."""

    def __init__(self, name: str, where: str, line: str) -> None:
        super().__init__(name, help=line, rich_markup_mode=None)
        self._where = where

    def loaded(self) -> TyperCommand:
        """Return the command itself, with its options."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(self.name, help=self.help)(_function(self._where))
        command = typer.main.get_command(app)
        assert isinstance(command, TyperCommand)
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Hand over to the command itself: whatever happens next, its own help included, is its affair."""
        return self.loaded().make_context(info_name, args, parent, **extra)


class CommandList(TyperGroup):
    """Commands whose help lists each on a line of its own, however long: nothing of the line is cut off."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands in the order of the table."""
        width = max(map(len, self.list_commands(ctx)), default=0)
        with formatter.section("Commands"):
            for name in self.list_commands(ctx):
                command = self.get_command(ctx, name)
                formatter.write(f"{'':{formatter.current_indent}}{name:<{width}}  {command.help if command else ''}\n")


def group(name: str, line: str, *commands: Later) -> CommandList:
    """Return commands that are called by two words."""
    return CommandList(name=name, help=line, commands=commands, no_args_is_help=True, rich_markup_mode=None)


def _function(where: str) -> Any:
    module, _, name = where.partition(":")
    if module in sys.modules:
        return getattr(sys.modules[module], name)
    # What is loaded stays until the end: looking through it for waste would be a sixth of a start.
    gc.disable()
    try:
        return getattr(import_module(module), name)
    finally:
        gc.freeze()
        gc.enable()
