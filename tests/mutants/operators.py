"""What is changed: the operators of cosmic-ray that say something here, and a few of our own for what it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import parso
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

# Of each comparison its edge and its opposite, of each sum its opposite: the other pairs raise, or say the same again.
_PAIRS: Final = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in (
        "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "LtE_Gt", "Gt_LtE", "GtE_Lt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
    )),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Add", "FloorDiv_Mul", "BitOr_BitAnd", "BitAnd_BitOr")),
)  # fmt: skip
_PLAIN: Final = (
    *_PAIRS, "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer", "ZeroIterationForLoop",
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_USub_UAdd",
)  # fmt: skip
_NAME = re.compile(r"""(["'])([a-z][a-z_]*(?:[.@][a-z_]*)*\??)\1""")
_OTHER: Final = {"max": "min", "min": "max", "any": "all", "all": "any"}


class _Ours(Operator):  # type: ignore[misc] # cosmic-ray carries no types
    """An operator that changes a node as a whole."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield the node where it can be changed."""
        if self.fits(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Return the changed node."""
        parse: Any = parso.parse
        return parse(f"{_before(node)}{self.changed(node)}")

    @classmethod
    def examples(cls) -> tuple[()]:
        """The tests have them."""
        return ()

    def fits(self, _node: Any) -> bool:
        """Say whether the node can be changed."""
        raise NotImplementedError

    def changed(self, _node: Any) -> str:
        """Return the code in its place."""
        raise NotImplementedError


class DropStatement(_Ours):
    """What a line does is not done: a call, an assignment to what others hold, a raise, a yield."""

    def fits(self, node: Any) -> bool:
        """A statement that leaves no name unbound."""
        if node.type != "simple_stmt" or node.search_ancestor("funcdef") is None:
            return False
        what = node.children[0]
        if what.type == "expr_stmt":
            binds = what.children[0].type == "name" and what.children[1].get_code().strip() in ("=", ":")
            return not (binds or what.children[1].type == "annassign")
        return str(what.type) in ("atom_expr", "power", "yield_expr", "raise_stmt", "del_stmt")

    def changed(self, _node: Any) -> str:
        """Nothing happens."""
        return "pass\n"


class SayNothing(_Ours):
    """A function gives None."""

    def fits(self, node: Any) -> bool:
        """A return of anything else."""
        return bool(node.type == "return_stmt" and node.children[1].get_code().strip() != "None")

    def changed(self, _node: Any) -> str:
        """None is given."""
        return "return None"


class Typo(_Ours):
    """A name in quotes is misspelt: an action, a clock, a limit, a column."""

    def fits(self, node: Any) -> bool:
        """A string that is a name."""
        return node.type == "string" and _NAME.fullmatch(node.value) is not None and len(node.value) > len('"_"')

    def changed(self, node: Any) -> str:
        """Its second half is lost, which no name survives."""
        quote, name = node.value[0], node.value[1:-1]
        return f"{quote}{name[: len(name) // 2]}_{quote}"


class NegateIn(_Ours):
    """`in` and `not in` change places."""

    def fits(self, node: Any) -> bool:
        """A membership asked in a comparison."""
        return node.type == "comparison" and _membership(node) is not None

    def changed(self, node: Any) -> str:
        """The opposite is asked."""
        at = _membership(node)
        said = {"in": "not in"}.get(node.children[at].get_code().strip(), "in")
        return " ".join(said if n == at else child.get_code().strip() for n, child in enumerate(node.children))


class NegateFilter(_Ours):
    """A comprehension keeps what it leaves out."""

    def fits(self, node: Any) -> bool:
        """Its `if`."""
        return bool(node.type == "comp_if")

    def changed(self, node: Any) -> str:
        """The opposite is asked."""
        rest = "".join(child.get_code() for child in node.children[2:])
        return f"if not ({node.children[1].get_code().strip()}){rest}"


class OtherEnd(_Ours):
    """The least for the greatest, any for all."""

    def fits(self, node: Any) -> bool:
        """A call of one of them."""
        return bool(node.type == "name" and node.value in _OTHER and node.get_next_leaf().value == "(")

    def changed(self, node: Any) -> str:
        """The other one."""
        return _OTHER[node.value]


OURS: Final = (DropStatement, SayNothing, Typo, NegateIn, NegateFilter, OtherEnd)


def all_operators() -> dict[str, Any]:
    """Return every operator by name."""
    return {
        **{name: get_operator(f"core/{name}")() for name in _PLAIN},
        **{operator.__name__: operator() for operator in OURS},
    }


def _before(node: Any) -> str:
    """The white space and comments in front of a node."""
    return str(node.get_first_leaf().prefix)


def _membership(node: Any) -> int | None:
    asked = (n for n, child in enumerate(node.children) if child.get_code().split() in (["in"], ["not", "in"]))
    return next(asked, None)
