"""What the office keeps beside the problems: instructions, ties, rules, its settings, what came before and after an inspection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from register.household import must_enter
from register.kinds import INSTRUCTION
from register.wanted import Wanted
from seeding.county import RECENT, Visit
from seeding.plan import DICE, Plan
from seeding.play import NotPlayed, Play
from seeding.problems import Problem
from states import DISCIPLINE, ESCALATED, HANDLER, OFFICE, RECTIFYING, SECRETARY
from storage.confidence import KIND as RESTRICTION
from storage.engine import writing
from storage.reads.recurrences import like_in_round
from storage.recurrences import AGAIN, ANOTHER
from storage.recurrences import KIND as RECURRENCE
from storage.scope import EVERYTHING
from storage.ties import KIND as TIE
from storage.work import Work
from workflow.engine import fire
from workflow.subject import Intent

SECOND = "office2"
SURE = 90
"""So alike (%) are two problems on which the office has decided."""
RULES = (
    ("巡察反馈问题整改工作办法", "某巡办〔2022〕3号", "整改的程序、时限、联审和验收"),
    ("巡察整改评估办法（试行）", "某巡办〔2023〕5号", "评分和等次，满意度测评"),
    ("巡察整改责任追究办法", "某纪发〔2023〕11号", "整改不力、虚假整改、拒不整改的认定和问责"),
)
_WORDS = (
    "请盯住不放，按期整改到位，结果报我。", "举一反三，在全市排查同类问题。", "涉及群众利益，务必先办、快办。",
    "请分管领导牵头研究，拿出办法。", "进度偏慢，请说明原因。",
)  # fmt: skip
_LEADERS = ("市委书记 周某", "市长 吴某", "市纪委书记 郑某")
_IN_STATE = "SELECT id, answerable_id FROM cases WHERE jurisdiction = ? AND state = ? AND answerable_id <> ? ORDER BY id DESC LIMIT 3"


_ROUNDS_JUDGED, _PAIRS_JUDGED = 3, 4


def _judged(play: Play, work: Work) -> Iterator[Wanted]:
    """Of the first pairs of the last rounds the office has said that it is the same again, of every fourth that it is another; the rest waits."""
    for around in sorted(play.ground.rounds.values())[-_ROUNDS_JUDGED:]:
        pairs = like_in_round(work.driver, play.ground.jurisdiction, around, EVERYTHING, SURE)
        for place, two in enumerate(pairs[:_PAIRS_JUDGED]):
            verdict = ANOTHER if place == _PAIRS_JUDGED - 1 else AGAIN
            yield Wanted(RECURRENCE, "make", None, {"case": two.case, "earlier": two.earlier, "verdict": verdict})


def keep_house(play: Play, plan: Plan) -> None:
    """Enter it all on the day it is; of the last rounds what was learnt before, during and after the stay."""
    dice = Random(DICE + 3)
    by = play.ground.cast.actors
    with writing(play.engine) as work:
        alone = [*_rules(play.days.today), *_instructions(play, work, plan.problems)]
        alone += [one for visit in plan.visits if visit.ago < RECENT for one in _visited(play, visit, dice)]
        must_enter(work, alone, by[OFFICE], play.now, dice=dice.randbytes)
        said = {
            "header": "中共示范市委巡察工作领导小组办公室",
            "footer": "联系电话 0371-66100000（演练）",
            "hours": "工作日 8:30—12:00、14:30—18:00",
            "contact": "0371-66100000（演练）",
            "sender": "示范市委巡察办",
        }
        together = [Wanted("setting", "make", None, said, "统一信头信尾"), *_ties(play, plan.visits)]
        must_enter(work, together, by[SECOND], play.now, asked_by=by[OFFICE].person_id, dice=dice.randbytes)
        must_enter(work, list(_judged(play, work)), by[OFFICE], play.now, dice=dice.randbytes)
        must_enter(work, list(_confided(play, work)), by[OFFICE], play.now, dice=dice.randbytes)
        for outcome in fire(work, list(_assisted(play, work)), by[OFFICE], play.now, dice=dice.randbytes):
            if outcome.outcome != "done":
                raise NotPlayed(play.days.today, "明确协办单位", outcome.refused)
        work.commit()


def _rules(today: date) -> Iterator[Wanted]:
    for years, (name, number, summary) in zip((4, 3, 3), RULES, strict=True):
        said = {
            "name": name,
            "number": number,
            "starts_on": today.replace(year=today.year - years, day=1),
            "summary": summary,
        }
        yield Wanted("rule", "make", None, said)


def _instructions(play: Play, work: Work, problems: Sequence[Problem]) -> Iterator[Wanted]:
    """Yield instructions on escalated cases, on the newest round and on units: some answered, some owed, one late."""
    today, ground = play.days.today, play.ground
    first = ground.cast.units[0]
    escalated = [row[0] for row in work.driver.all(_IN_STATE, (ground.jurisdiction, ESCALATED, first))]
    abouts: list[dict[str, Any]] = [{"case": case} for case in escalated]
    abouts += [{"round": max(ground.rounds.values())}, {"unit": first, "to_unit": True}]
    abouts += [
        {"unit": ground.cast.units[number]} for number in sorted({one.visit.place.answers for one in problems})[3:6]
    ]
    for place, about in enumerate(abouts):
        written = play.days.by(today - timedelta(days=30 - 4 * place))
        due = (today - timedelta(days=2)) if place == 0 else today + timedelta(days=3 * place)
        said = {
            "written_on": written,
            "leader_name": _LEADERS[place % len(_LEADERS)],
            "words": _WORDS[place % len(_WORDS)],
            **about,
        }
        yield Wanted(INSTRUCTION, "make", None, {**said, "due_on": due} if place % 3 != 2 else said)


def _ties(play: Play, visits: Sequence[Visit]) -> Iterator[Wanted]:
    """Yield ties of people who decide: of a unit that was inspected long ago, so that today's work goes on."""
    unit = play.ground.cast.units[visits[0].place.answers]
    for login, why, detail in (
        (SECOND, "worked", "2018年至2020年任该单位副职"),
        (DISCIPLINE, "kin", "配偶在该单位任职"),
    ):
        person = play.ground.cast.actors[login].person_id
        yield Wanted(TIE, "make", None, {"person": person, "unit": unit, "why": why, "detail": detail})


def _visited(play: Play, visit: Visit, dice: Random) -> Iterator[Wanted]:
    """Yield what was learnt before, during and after a stay."""
    row = play.ground.inspections[visit.number]
    if visit.place.above is None:
        asked = visit.fed - timedelta(days=120)
        said: dict[str, Any] = {
            "inquiry": "made",
            "inquiry_on": asked,
            "inquiry_answered_on": asked + timedelta(days=9),
        }
        said |= {"first_because": "群众反映集中"} if dice.random() < 0.2 else {}
        said |= {"audits": "2024年度经济责任审计发现的问题"} if dice.random() < 0.3 else {}
        yield Wanted("inspection", "prepare", row, said)
    yield Wanted(
        "inspection", "stay", row, {"sources": "；".join(dice.sample(("vote", "survey", "visit", "talk", "papers"), 3))}
    )
    if visit.place.above is None:
        heard = {"attendees": "市委巡察工作领导小组副组长", "required": "一个月内报整改方案，三个月内集中整改到位"}
        yield Wanted("inspection", "meet", row, heard)


def _confided(play: Play, work: Work) -> Iterator[Wanted]:
    """Yield one case for few: of another unit than the first, still being rectified."""
    ground = play.ground
    there = work.driver.all(_IN_STATE, (ground.jurisdiction, RECTIFYING, ground.cast.units[0]))
    for case, _ in there[-1:]:
        roles = f"{SECRETARY} {HANDLER} {DISCIPLINE}"
        yield Wanted(RESTRICTION, "make", None, {"case": case, "roles": roles, "people": OFFICE}, "涉及举报人信息")


def _assisted(play: Play, work: Work) -> Iterator[Intent]:
    """Yield for two cases that others are rectifying who assists: the first unit in one, another in the other."""
    ground = play.ground
    units = list(ground.cast.units.values())
    there = work.driver.all(_IN_STATE, (ground.jurisdiction, RECTIFYING, units[0]))[:2]
    names: dict[int, str] = dict(work.driver.all("SELECT id, name FROM units"))
    others = [unit for unit in units[1:] if unit not in {answers for _, answers in there}]
    asked = ("协助核对台账，提供本单位掌握的底数", "派人参加现场核查，按职责提出整改意见")
    for (case, _), words, unit in zip(there, asked, (units[0], *others[:1]), strict=False):
        said = {"assistant": names[unit], "asked": words, "reason": "整改涉及该单位职责"}
        yield Intent("name_assisting", case, answers=said)
