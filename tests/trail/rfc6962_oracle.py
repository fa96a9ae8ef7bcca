"""RFC 6962 §2.1 read aloud: the recursive definitions, with nothing taken from the product. Slow and plain on purpose.

`D[lo:hi]` of the RFC is the pair (lo, hi) here; hashes of subtrees are remembered, since a test asks for them often.
"""

from __future__ import annotations

import hashlib


class Oracle:
    """The tree over a list of entries' bytes, at every size up to their number."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies = bodies
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        """MTH(D[size])."""
        return self.mth(0, size)

    def mth(self, lo: int, hi: int) -> bytes:
        """MTH({}) = H(), MTH({d}) = H(0x00 || d), else H(0x01 || MTH(D[0:k]) || MTH(D[k:n]))."""
        if (lo, hi) not in self._known:
            self._known[lo, hi] = self._mth(lo, hi)
        return self._known[lo, hi]

    def _mth(self, lo: int, hi: int) -> bytes:
        if hi - lo == 0:
            return hashlib.sha256().digest()
        if hi - lo == 1:
            return hashlib.sha256(b"\x00" + self.bodies[lo]).digest()
        k = split(hi - lo)
        return hashlib.sha256(b"\x01" + self.mth(lo, lo + k) + self.mth(lo + k, hi)).digest()

    def path(self, m: int, lo: int, hi: int) -> list[bytes]:
        """PATH(m, D[lo:hi]), the audit path of the (m+1)th entry (§2.1.1)."""
        n = hi - lo
        if n == 1:
            return []
        k = split(n)
        if m < k:
            return [*self.path(m, lo, lo + k), self.mth(lo + k, hi)]
        return [*self.path(m - k, lo + k, hi), self.mth(lo, lo + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[n]) = SUBPROOF(m, D[n], true), for 0 < m < n (§2.1.2)."""
        return self.subproof(m, 0, n, whole=True)

    def subproof(self, m: int, lo: int, hi: int, *, whole: bool) -> list[bytes]:
        """SUBPROOF(m, D[lo:hi], b): `whole` says that D[lo:lo+m] is the tree whose root the verifier holds."""
        n = hi - lo
        if m == n:
            return [] if whole else [self.mth(lo, hi)]
        k = split(n)
        if m <= k:
            return [*self.subproof(m, lo, lo + k, whole=whole), self.mth(lo + k, hi)]
        return [*self.subproof(m - k, lo + k, hi, whole=False), self.mth(lo, lo + k)]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def turns(m: int, n: int) -> str:
    """On which side the sibling stands at each step up from leaf m of n: what a path proves besides the hashes."""
    if n == 1:
        return ""
    k = split(n)
    return turns(m, k) + "R" if m < k else turns(m - k, n - k) + "L"
