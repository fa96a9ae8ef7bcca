"""What must hold before a version made in the browser is put in force, or a running round is to follow another; and what follows it."""

from __future__ import annotations

import clock
from register.rules.following import afterwards, columns
from register.rules.guarding import guard
from register.versions import content_of, followed, of_new_rounds, proposed, says_nothing_new
from register.wanted import Standing
from storage.reads.rounds import round_has_cases
from storage.reads.rules import is_adopted, newest_version
from trail.entry import Dice
from workflow.days.profiles import BadProfile
from workflow.subject import Replaced


@guard("reason")
def reason_given(one: Standing) -> str | None:
    """Who changes numbers by which cases are judged says by what document, or why."""
    by_hand = "changes" in one.said or "changes" not in one.act.fields
    return "请写明依据：文号，或为什么要改" if by_hand and not one.wanted.reason.strip() else None


@guard("base")
def version_as_it_was(one: Standing) -> str | None:
    """What was made on the sight of one newest version does not silently go past another."""
    if "was" not in one.said or "base" not in one.said:
        return None
    base = followed(one.driver, one.said["base"])
    newest = newest_version(one.driver, base.name)
    if newest == one.said["was"]:
        return None
    return f"申请以后已有“{base.title}”第 {newest} 版，请退回，按现在的重新申请"


@guard("changes")
def numbers_sound(one: Standing) -> str | None:
    """The numbers make a profile, and one that says something else than what it is made of."""
    if "changes" not in one.said:
        return None
    if "base" not in one.said:
        return "请写明由哪一版改出"
    try:
        new = proposed(one.driver, one.said)
    except BadProfile as fault:
        return str(fault)
    base = followed(one.driver, one.said["base"])
    return f"与“{base.title}”第 {base.version} 版一样，不用登记" if says_nothing_new(base, new) else None


@guard("profile")
def newest_of_its_name(one: Standing) -> str | None:
    """A new round follows the newest version in force: one person does not pass over what two have put in force."""
    chosen = followed(one.driver, one.said["profile"])
    newest = of_new_rounds(one.driver, one.jurisdiction, chosen.name)
    if newest is None or newest.version <= chosen.version:
        return None
    return (
        f"“{chosen.title}”已启用第 {newest.version} 版，新的轮次用这一版；"
        f"要用第 {chosen.version} 版的，设立以后、反馈问题以前办理“变更轮次”，由另一人审批"
    )


@guard("profile")
def cases_fed_back(one: Standing) -> str | None:
    """A round without a problem is not running yet: there the profile is changed with the rest."""
    running = round_has_cases(one.driver, int(one.wanted.row or 0))
    return None if running else "这一轮还没有问题反馈，直接办理“变更轮次”就可以"


@guard("profile")
def profile_is_another(one: Standing) -> str | None:
    """The profile is one that is in force here, and not the round's own."""
    digest = one.said["profile"]
    if digest == one.before["profile"]:
        return "这一轮现在用的就是这一版"
    return None if is_adopted(one.driver, one.jurisdiction, "profile", digest) else "这一版还没有启用"


@columns
def new_version(one: Standing) -> None:
    """The version is made of its base and what is different, under the next free number."""
    if "changes" in one.said:
        one.content = content_of(proposed(one.driver, one.said))


@columns
def followed_before(one: Standing) -> None:
    """The profile that the round followed until now is what its dates were reckoned by."""
    one.replaced = followed(one.driver, one.before["profile"])


@afterwards
def dates_of_the_round_follow(one: Standing, index: int, dice: Dice) -> None:
    """The open clocks of the round that the old profile dated run to the dates of the new one, each case with an entry of its own."""
    from workflow.recompute import recompute  # noqa: PLC0415 the engine, which most of what enters nothing does not load

    replaced = Replaced(index, profile=one.replaced, round_id=int(one.wanted.row or 0))
    recompute(one.work, one.jurisdiction, replaced, clock.from_micros(one.now), dice)
