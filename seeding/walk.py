"""One problem's walk: the acts that people will do on it, each with a day and sound answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from seeding.county import Days
from seeding.problems import Problem
from states import AT_ONCE, DISCIPLINE, FOCUSED, HANDLER, OFFICE, ORGANISATION, SECRETARY, TEAM

LONGEST = 88  # days that lie within three months whichever months they are
LEAST = 28  # and within one
OPINIONS = {"agree": "经核查，情况属实，同意。", "return": "佐证材料不能说明整改到位，建议退回。"}
OBJECTIONS = {
    "fact": "检查时有关情况已经变化，附有说明材料",
    "figure": "统计口径不同，数字应予核减",
    "unit": "事项由其他单位负责",
    "duplicate": "与同批另一问题内容相同",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does to a problem on a day; `by` is a role, `second` says two people do it."""

    day: date
    action: str
    problem: Problem
    by: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: tuple[str, ...] = ()
    second: bool = False
    signed_on: date | None = None
    """The day of the secretary's signature, where the office enters it from paper 代录."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly an inspection goes, in working days; `due` and `hand_in` are calendar days before the due date."""

    claim: int
    file: int
    approve: int
    due: int
    long_due: int
    hand_in: int
    verify: int
    text: int
    publicize: int


def pace_of(dice: Random, *, recent: bool) -> Pace:
    """Return the pace of one inspection; a recent one keeps to the days that show every state."""
    claim = dice.choice((1,) * 10 + (2, 3))
    file, approve = (9, 5) if recent else (dice.randint(7, 10), 4)
    return Pace(
        claim, file, approve, dice.randint(75, 88), dice.randint(150, 240), dice.randint(22, 32),
        *((dice.randint(5, 7), 1) if recent else (dice.randint(7, 12), dice.randint(2, 4))), dice.randint(3, 7),
    )  # fmt: skip


@dataclass(slots=True)
class Walk:
    """The acts on one problem, added step by step."""

    problem: Problem
    pace: Pace
    days: Days
    dice: Random
    acts: list[Act] = field(default_factory=list)

    @property
    def latest(self) -> date:
        """Return a day within three months of feedback."""
        return self.problem.visit.fed + timedelta(days=LONGEST)

    def _do(self, day: date, action: str, by: str, papers: str = "", **answers: Any) -> date:
        second = action in {"void", "rescind"}
        self.acts.append(Act(day, action, self.problem, by, answers, tuple(papers.split()), second))
        return day

    # --- what the office does --------------------------------------------------------------------------------------
    def feed_back(self) -> date:
        """The problem is fed back on the day of the inspection's meeting."""
        day = self.problem.visit.fed
        return self._do(day, "feed_back", OFFICE, "problem_list", feedback_on=day.isoformat(), kind=self.problem.kind)

    def keep(self, day: date) -> date:
        """The objection is refused after a fact check."""
        return self._do(day, "keep", OFFICE, "fact_check", reason="经复核，原认定事实清楚，维持原问题")

    def withdraw(self, day: date) -> date:
        """The leading group withdraws the problem on its merits."""
        return self._do(
            day,
            "withdraw",
            OFFICE,
            "fact_check minutes",
            reason="经复核，责任主体不在该党组织，予以撤销",
            **minutes_of(day),
        )

    def void(self, day: date) -> date:
        """What was entered twice is void."""
        return self._do(
            day, "void", OFFICE, ground="duplicate", duplicate_of=self.problem.repeats, reason="与同批问题重复录入"
        )

    def return_plan(self, day: date) -> date:
        """The plan goes back with a new date."""
        until = self.days.on(day, 10)
        return self._do(
            day,
            "return_plan",
            OFFICE,
            "opinions",
            reason="措施偏于开会发文，缺少可检验的成效，请补充",
            new_on=until.isoformat(),
        )

    def approve_plan(self, day: date, agreed: date) -> date:
        """The plan is approved with its date."""
        return self._do(day, "approve_plan", OFFICE, "opinions", agreed_on=agreed.isoformat())

    def return_work(self, day: date, new_on: date) -> date:
        """The work goes back with reasons and a new date."""
        reason = self.dice.choice(
            ("佐证材料缺少票据和影像", "整改不彻底，同类情况仍有发生", "制度尚未印发，成效无法核实")
        )
        return self._do(day, "return_work", OFFICE, "acceptance_record", reason=reason, new_on=new_on.isoformat())

    def continue_work(self, day: date, review: date) -> date:
        """Basically done, and going on."""
        last = review + timedelta(days=120)
        return self._do(
            day,
            "continue_work",
            OFFICE,
            "acceptance_record",
            next_review_on=review.isoformat(),
            last_on=last.isoformat(),
        )

    def verify(self, day: date) -> date:
        """The problem is accepted and closed."""
        by = self.dice.choice((OFFICE, OFFICE, OFFICE, DISCIPLINE))
        judged = [{"no": no, "verdict": "true"} for no in range(1, self._measures + 1)]
        return self._do(
            day, "verify", by, "acceptance_record", judged=judged, conclusion="现场核查与佐证材料一致，同意销号"
        )

    def rescind(self, day: date) -> date:
        """A wrong acceptance is taken back by two."""
        return self._do(day, "rescind", OFFICE, reason="验收记录误附其他问题的材料，更正后重新验收")

    def approve_text(self, day: date) -> date:
        """The text to be made public is approved."""
        return self._do(day, "approve_text", OFFICE, "text", scope="党内通报和社会公开")

    def withhold(self, day: date) -> date:
        """The leading group agrees not to make it public."""
        ground, review = self.dice.choice("2345"), day + timedelta(days=180)
        return self._do(
            day,
            "withhold",
            OFFICE,
            "written_reason consent minutes",
            ground=ground,
            scope="仅限党内",
            review_on=review.isoformat(),
            **minutes_of(day),
        )

    def grant_extension(self, day: date, until: date) -> date:
        """The extension is granted."""
        return self._do(day, "grant_extension", OFFICE, until=until.isoformat())

    def refuse_extension(self, day: date) -> date:
        """The extension is refused."""
        return self._do(day, "refuse_extension", OFFICE, reason="所述困难不影响按期完成")

    def put_to_group(self, day: date) -> date:
        """An escalated problem is put to the leading group."""
        return self._do(day, "put_to_group", OFFICE, "group_report", meeting_on=self.days.on(day, 5).isoformat())

    def order_rework(self, day: date, final: date) -> date:
        """The leading group orders rework by a last date."""
        return self._do(
            day,
            "order_rework",
            OFFICE,
            "minutes",
            final_on=final.isoformat(),
            person=self.problem.person,
            **minutes_of(day),
        )

    def order_plan(self, day: date, plan: date) -> date:
        """An escalated problem without a plan is to be claimed and planned."""
        return self._do(
            day, "order_plan", OFFICE, "order", responsible=self.problem.responsible, plan_on=plan.isoformat()
        )

    # --- what the supervisors do -----------------------------------------------------------------------------------
    def opine(self, day: date, opinion: str = "agree") -> None:
        """All parties give theirs, one after another."""
        for late, by in enumerate((TEAM, DISCIPLINE, ORGANISATION)):
            self._do(self.days.on(day, late) if late else day, "opine", by, opinion=opinion, text=OPINIONS[opinion])

    def reopen(self, day: date, new_on: date) -> date:
        """A look-back finds a closed problem wanting."""
        failed = self.dice.choice(("现场随机抽查，问题反弹", "走访群众反映整改不实", "退缴资金凭证与账目不符"))
        return self._do(day, "reopen", DISCIPLINE, "check_sheet", what_failed=failed, new_on=new_on.isoformat())

    def escalate_by_hand(self, day: date) -> date:
        """The supervisors escalate it on a finding of their own."""
        by = self.dice.choice((DISCIPLINE, ORGANISATION))
        return self._do(day, "escalate_by_hand", by, "finding", reason="日常监督发现整改进展缓慢，群众反映强烈")

    # --- what the unit does ----------------------------------------------------------------------------------------
    def claim(self, day: date) -> date:
        """The unit claims the problem."""
        return self._do(day, "claim", SECRETARY, **self._named())

    def rectify_at_once(self, day: date) -> date:
        """The unit rectifies at once."""
        return self._do(day, "rectify_at_once", SECRETARY, **self._named(), measure=self.problem.measures[0])

    def object(self, day: date) -> date:
        """The unit objects."""
        ground = self.dice.choice(tuple(OBJECTIONS))
        return self._do(day, "object", SECRETARY, "statement evidence", ground=ground, reason=OBJECTIONS[ground])

    def submit_plan(self, day: date, due: date) -> date:
        """The unit files its plan; its measures end within the limit, though a later date may be agreed on."""
        latest = max(self.latest, day + timedelta(days=LEAST))
        on = min(due, latest) if self.problem.kind == FOCUSED else due
        measures = [
            {
                "text": text,
                "person": self.problem.person,
                "department": self.problem.department,
                "on": on.isoformat(),
                "check": check,
            }
            for text, check in zip(self.problem.measures, ("现场查看并核对凭证", "抽查记录和走访群众"), strict=False)
        ]
        return self._do(day, "submit_plan", SECRETARY, "plan plan_commitment", measures=measures)

    def progress(self, day: date) -> date:
        """The handler enters progress on a measure."""
        no = self.dice.randrange(self._measures) + 1
        stage = self.dice.choice(("已开始", "过半", "基本完成", "正在核实", "已完成，待复核"))
        return self._do(day, "progress", HANDLER, measure_no=no, text=f"{self.problem.measures[no - 1]}：{stage}")

    def submit(self, day: date) -> date:
        """The unit hands in; figures of what was achieved are entered when the whole term is known."""
        evidence = " ".join(f"evidence@{no}" for no in range(1, self._measures + 1))
        return self._do(
            day, "submit", SECRETARY, f"{evidence} report commitment", root_cause=self.problem.root,
            elsewhere=f"{self.problem.done}。{self.problem.elsewhere}", results={},
        )  # fmt: skip

    def recall(self, day: date) -> date:
        """The unit takes back what it handed in."""
        return self._do(day, "recall", SECRETARY)

    def publicize(self, day: date) -> date:
        """The unit makes the result public."""
        until = day + timedelta(days=15)
        return self._do(
            day,
            "publicize",
            SECRETARY,
            "text proof_party proof_society",
            where="党务公开栏、政府网站",
            from_on=day.isoformat(),
            to_on=until.isoformat(),
        )

    def request_extension(self, day: date, until: date) -> date:
        """The unit asks for more time."""
        reason = self.dice.choice(("工程受雨季影响，需顺延", "涉及诉讼，待判决后执行", "项目资金下半年到位"))
        return self._do(day, "request_extension", SECRETARY, reason=reason, until=until.isoformat())

    @property
    def _measures(self) -> int:
        return 1 if self.problem.kind == AT_ONCE else len(self.problem.measures)

    def _named(self) -> dict[str, str]:
        return {
            "responsible": self.problem.responsible,
            "department": self.problem.department,
            "person": self.problem.person,
        }


def minutes_of(day: date) -> dict[str, str]:
    """Return number and day of the leading group's meeting of a day, as its decisions name it."""
    return {"minute_no": f"巡领〔{day.year}〕{day.timetuple().tm_yday}号", "minute_on": day.isoformat()}
