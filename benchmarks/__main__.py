"""`python3 do.py bench [NAME …] [--json] [--sql]`: measure, and say the figures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.measure import FULL, Figure
from benchmarks.registry import BENCHMARKS, measured


def main(words: Sequence[str]) -> int:
    """Measure what was named, or all; with --json standard output is JSON alone."""
    options = _parser().parse_args(words)
    unknown = [name for name in options.names if not any(known.startswith(name) for known in BENCHMARKS)]
    if unknown:
        print(f"没有“{unknown[0]}”这项测量，可选：{'、'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    chosen = [one for one in BENCHMARKS if not options.names or one.startswith(tuple(options.names))]
    figures = []
    for name in chosen:
        print(f"正在测量 {name} …", file=sys.stderr, flush=True)
        figure, said = measured(name, FULL)
        figures.append(figure)
        if not options.json:
            print(_line(figure), flush=True)
        if options.sql:
            _show(said)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="do.py bench", description="与手写 SQL 等对照测量；名称可只写开头")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"只测这些：{'、'.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="标准输出只有 JSON")
    parser.add_argument("--sql", action="store_true", help="在标准错误上列出一次办理中双方发给数据库的语句")
    return parser


def _line(figure: Figure) -> str:
    rates = f"{figure.ours:>12,.1f}  {figure.floor:>12,.1f}"
    return f"{figure.name:<28}{rates}  {figure.unit:<12}  ×{figure.ratio:<6}  n={figure.n}"


def _show(said: dict[str, list[str]]) -> None:
    for side, statements in said.items():
        print(f"—— {side}：{len(statements)} 条语句", file=sys.stderr)
        for statement in statements:
            print(f"   {statement}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
