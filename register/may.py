"""Who may do what with the register: the one judge of reading, entering, asking, approving and taking back."""

from __future__ import annotations

from collections.abc import Sequence

from register.grammar import OPERATOR, RELEASE, WHO, Act, Kind
from register.kinds import KINDS
from storage.requests import Asking
from workflow.refusal import Refusal
from workflow.subject import Actor, Post


def enters_as(
    kind: Kind, act: Act, actor: Actor, asked_by: int | None = None, *, asking: bool = False
) -> tuple[Post | None, Refusal | None]:
    """Return the post by which somebody enters it, asks for it (`asking`) or approves what another asked for, and why not."""
    if actor.person_id is None:
        return _by_no_person(kind, act, actor)
    approving = asked_by is not None and bool(act.approves)
    wanted = act.approves if approving else act.enters
    post = actor.post_at_large(*wanted) or (_any_post(actor, wanted) if act.of_oneself else None)
    if post is None:
        return None, _wrong(kind, act, wanted, "审批" if approving else "办理")
    if asking or not act.approves:
        return post, None
    if not approving:
        return post, Refusal(f"“{kind.said(act)}”须两人办理：申请以后，由{named(act.approves)}审批")
    own = asked_by == actor.person_id
    return post, Refusal("申请人不能审批自己的申请，须由另一人审批") if own else None


def _any_post(actor: Actor, wanted: Sequence[str]) -> Post | None:
    """Return any post of theirs: one of those that are named first."""
    return next((post for post in actor.posts if post.role in wanted), next(iter(actor.posts), None))


def _by_no_person(kind: Kind, act: Act, actor: Actor) -> tuple[Post, Refusal | None]:
    role = RELEASE if actor.via == RELEASE else OPERATOR
    allowed = RELEASE in act.enters if role == RELEASE else act.enters != (RELEASE,) and not kind.rowless
    return Post(role), None if allowed else _wrong(kind, act, act.enters, "办理")


def _wrong(kind: Kind, act: Act, who: Sequence[str], does: str) -> Refusal:
    return Refusal(f"“{kind.said(act)}”应由{named(who)}{does}" if who else f"“{kind.said(act)}”只在服务器的命令行办理")


def named(who: Sequence[str]) -> str:
    """Return roles in words."""
    return "、".join(WHO[role] for role in who)


def may_approve(one: Asking, actor: Actor) -> bool:
    """Say whether somebody may approve a request, as far as it hangs on who they are."""
    kind = KINDS[one.kind]
    return enters_as(kind, kind.act(one.act), actor, one.asked_by)[1] is None


def may_take_back(one: Asking, actor: Actor) -> bool:
    """Say whether it is somebody's own request: whoever asked takes it back, whatever they hold today."""
    return one.asked_by is not None and one.asked_by == actor.person_id


def may_decide(one: Asking, actor: Actor, *, approve: bool) -> bool:
    """Say whether a request is there for somebody to decide on: for who approves such, and to be taken back for who asked."""
    approver = actor.post_at_large(*KINDS[one.kind].act(one.act).approves) is not None
    return approver or (not approve and may_take_back(one, actor))


def has_part(act: Act, actor: Actor) -> bool:
    """Say whether requests of an act are listed for somebody: who asks for such, and who approves such."""
    return actor.post_at_large(*act.enters, *act.approves) is not None
