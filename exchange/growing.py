"""The checkpoints of a sender held against each other: a trail only grows, and who shows two that cannot be of one is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from clock import written_date
from exchange.office import Went
from exchange.parcel import MOST_BEFORE, Forked, Header, Parcel
from trail.tree import consistency_path, verify_consistency

WHAT_TO_DO: Final = (
    "对方的流转日志可能换成了旧备份，或者有两份。先不要收，也不要只凭来信：请当面或电话告知对方负责人，"
    "由对方运行 zhenggai trail verify 核查，用正在使用的那一套重新做一份；确实重新安装的，由对方另制公钥，"
    "在“往来机构”里变更、另一人审批以后再收"
)


def proofs_before(tree: Sequence[Sequence[bytes]], sizes: Iterable[int]) -> list[dict[str, Any]]:
    """Return, for the latest of earlier sizes, the proof that a tree of these rows only adds to that of the size."""
    latest = sorted(sizes)[-MOST_BEFORE:]
    return [
        {"size": size, "path": [one.hex() for one in consistency_path(tree, size)] if size else []} for size in latest
    ]


def must_go_on(parcel: Parcel, taken: Sequence[Went], header_of: Callable[[Went], Header | None]) -> None:
    """Hold the checkpoint of a file against those of its sender's files that were taken in; Forked where they cannot be of one trail.

    `taken` are the files under the same key. Files go by hand and may be taken in another order than they were made: an
    earlier checkpoint passes where a later file proves that it grew from it; `header_of` reads such a file again.
    """
    new, known = parcel.checkpoint, {one.tree: one for one in taken if one.root}
    later = [known[size] for size in sorted(known) if size > new.size]
    if same := known.get(new.size):
        if same.root != new.root.hex():
            raise Forked(f"{_named(same)}的检查点同是 {new.size} 条记录，摘要却不同。{WHAT_TO_DO}")
    elif later:
        if not any(_leads_to(parcel, one, header_of(one)) for one in later):
            raise Forked(
                f"这一份的检查点只有 {new.size} 条记录，{_named(later[-1])}的已有 {later[-1].tree} 条，又没有从它增加而来的证明。{WHAT_TO_DO}"
            )
    elif known:
        last = known[max(known)]
        path = parcel.header.grew_from(last.tree)
        if path is None or not verify_consistency(last.tree, new.size, bytes.fromhex(last.root), new.root, path):
            raise Forked(
                f"不能证明这一份的检查点（{new.size} 条记录）是从{_named(last)}的（{last.tree} 条）增加而来。{WHAT_TO_DO}"
            )


def _leads_to(parcel: Parcel, later: Went, header: Header | None) -> bool:
    new = parcel.checkpoint
    path = header.grew_from(new.size) if header else None
    return path is not None and verify_consistency(new.size, later.tree, new.root, bytes.fromhex(later.root), path)


def _named(one: Went) -> str:
    return f"{written_date(one.went_on)}收下的那一份"
