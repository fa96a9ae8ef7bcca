"""Effects 效果: named and pure; each takes the subject as it was and builds on the change. Clocks by clockwork.py."""

from __future__ import annotations

from dataclasses import replace

from results import as_kept
from states import AMENDED, CLOCKS, CONTINUING, DONE, ESCALATED, FEEDBACK, RESPONSIBLE, STANDING, SUBMITTED, UNIT_OWES
from workflow import clockwork
from workflow.achieved import rows_listed
from workflow.agreed_dates import within_latest
from workflow.clockwork import answered, by_this_move, counted
from workflow.days import criteria
from workflow.days.clocks import Dated, Why, run_on, run_to, rungs_reached, told_again, unpause
from workflow.may import assists
from workflow.measures import lay_down
from workflow.opinions import weighed
from workflow.rule import effect
from workflow.subject import Change, Subject

SPOILT = "责任主体已变更，起草件作废：请由接手的党组织重新起草"


@effect()
def be_born(s: Subject, c: Change) -> None:
    """A problem is fed back, with the ledger's agreed date where it has one."""
    c.case.kind = s.answers["kind"]
    birth = s.intent.birth
    c.case.due_on = c.case.first_due_on = birth.due_on if birth else None


@effect()
def run_claim(s: Subject, c: Change) -> None:
    """The claim clock runs from the day of feedback."""
    clockwork.run(s, c, "claim")


@effect()
def name_responsible(s: Subject, c: Change) -> None:
    """Responsible leader, department and person are named; what the move does not ask stays."""
    c.words |= {name: s.answers[name] for name in ("responsible", "department", "person") if name in s.answers}


@effect()
def name_person(s: Subject, c: Change) -> None:
    """The group names the person who answers for the rework."""
    c.words["person"] = s.answers["person"]


@effect()
def run_plan(s: Subject, c: Change) -> None:
    """The plan clock runs from feedback; what the office took for a fact check, or another unit had it, is given back."""
    lost = (s.case.objections and not _was_dropped(s)) or _was_transferred(s)
    least = "plan_again" if lost else "claim_left"
    both = clockwork.own_limit(s, "plan"), counted(s, least, s.today)
    clockwork.start(s, c, "plan", max(both, key=lambda due: due.day))


def _was_dropped(s: Subject) -> bool:
    """Say whether the objection was dropped: nothing was decided on it, so that the plan has no more time than without it."""
    row = clockwork.running(s, "claim")
    why = Why.of(row.why) if row else None
    return why is not None and why.action is not None and why.how != "split"


def _was_transferred(s: Subject) -> bool:
    """Say whether the unit got the problem from another, with a date of its own for the claim."""
    row = clockwork.running(s, "claim")
    why = Why.of(row.why) if row else None
    return why is not None and why.how == "transferred"


@effect()
def run_plan_again(s: Subject, c: Change) -> None:
    """After a return the plan has a new date and a new period."""
    clockwork.start(s, c, "plan", answered(s, "agreed", "new_on"))


@effect()
def run_plan_ordered(s: Subject, c: Change) -> None:
    """A plan that was ordered has the ordered date."""
    clockwork.start(s, c, "plan", answered(s, "ordered", "plan_on"))


@effect()
def restore_plan(s: Subject, c: Change) -> None:
    """A plan taken back: its clock was paused while it lay with others, and runs on with what was left."""
    clockwork.resume(s, c, "plan")


@effect()
def take_one_measure(s: Subject, c: Change) -> None:
    """A problem rectified at once has one measure."""
    text, person, department = (s.answers[name] for name in ("measure", "person", "department"))
    lay_down(s, c, [(text, person, department, None, "", "", "")])


@effect("measures")
def run_at_once(s: Subject, c: Change) -> None:
    """立行立改 has days, not months; the ledger's date holds where it lies ahead and within them."""
    latest = counted(s, "at_once", s.today)
    agreed = s.case.due_on
    within = agreed is not None and s.today < agreed <= latest.day
    clockwork.rectify_by(s, c, Dated(agreed, by_this_move(s, "ledger")) if agreed and within else latest)
    c.case.started_on = s.today


@effect()
def count_objection(s: Subject, c: Change) -> None:
    """The objection is counted."""
    c.case.objections = s.case.objections + 1


@effect()
def pause_claim(s: Subject, c: Change) -> None:
    """The claim clock is paused while the office checks."""
    clockwork.pause(s, c, "claim")


@effect()
def resume_claim(s: Subject, c: Change) -> None:
    """The claim clock runs on with what was left, three working days at least."""
    clockwork.resume(s, c, "claim", "claim_left")


@effect("found_words")
def amend_words(s: Subject, c: Change) -> None:
    """The problem is said anew; what is not said anew stays, and what was fed back stays in the entry of its birth."""
    anew = {name: said for answer, name in AMENDED.items() if (said := s.answers.get(answer))}
    c.amended = {**s.facts.found_words, **anew}


@effect()
def resume_claim_dropped(s: Subject, c: Change) -> None:
    """Dropped on the day it was raised the objection buys no time: the old date stands; later the claim runs on with what was left."""
    if (row := clockwork.running(s, "claim")) is None:
        return
    on = run_on(row, s.today, s.profile, s.calendar, "claim_left")
    why = Why.of(on.why)
    if row.paused_since == s.done_on or why is None or on.due_on == row.due_on:
        c.clocks["claim"] = run_to(row, Dated(row.due_on, by_this_move(s, "restored")))
    else:
        c.clocks["claim"] = run_to(row, Dated(on.due_on, replace(why, action=s.move.action)))


@effect()
def run_fact_check(s: Subject, c: Change) -> None:
    """The office checks the facts within its limit."""
    clockwork.run(s, c, "fact_check")


@effect()
def take_measures(s: Subject, c: Change) -> None:
    """The filed plan's measures replace those before."""
    kept = [
        (m["text"], m["person"], m["department"], m.get("on"), m["check"], m.get("why", ""), m.get("yearly", ""))
        for m in s.answers["measures"]
    ]
    lay_down(s, c, kept)


@effect()
def run_review(s: Subject, c: Change) -> None:
    """The office runs the joint review; the unit's plan clock is paused."""
    clockwork.pause(s, c, "plan")
    clockwork.run(s, c, "review")


@effect("disowned")
def count_plan_return(s: Subject, c: Change) -> None:
    """Returned plans are counted apart from returned work; one that the unit never filed is not."""
    c.case.plan_returns = s.case.plan_returns + _handed_in(s)


@effect()
def approve(s: Subject, c: Change) -> None:
    """The plan is approved and rectification starts; what is to go on has its last date from here."""
    c.case.plan_approved = True
    c.case.started_on = s.today
    if s.case.kind == CONTINUING:
        c.case.last_on = counted(s, "continuing", s.today).day


@effect("measures", "stays")
def run_rectify(s: Subject, c: Change) -> None:
    """The rectify clock runs to the agreed date; of what is to go on, that is its first review. It keeps by what one could agree on it."""
    agreed = answered(s, "agreed", "agreed_on")
    clockwork.rectify_by(s, c, replace(agreed, why=within_latest(s, agreed.why)))


@effect("measures")
def run_rectify_again(s: Subject, c: Change) -> None:
    """Work sent back has a new date and a new period."""
    clockwork.rectify_by(s, c, answered(s, "agreed", "new_on"))


@effect("measures")
def run_rectify_ordered(s: Subject, c: Change) -> None:
    """Ordered rework has the final date."""
    clockwork.rectify_by(s, c, answered(s, "ordered", "final_on"))


@effect("measures")
def run_continuing(s: Subject, c: Change) -> None:
    """Continuing work is reviewed at the next date, and ends at the last."""
    clockwork.rectify_by(s, c, answered(s, "agreed", "next_review_on"))


@effect()
def hand_in(s: Subject, c: Change) -> None:
    """The unit has handed in: judged by this day, or by that of its paper; its clock is paused."""
    c.case.submitted_on = s.done_on
    c.case.from_escalated = s.case.state == ESCALATED
    for name in filter(clockwork.waits_for_judgement, s.facts.clocks):
        clockwork.pause(s, c, name)
    # Figures are stated as of the day of submission: a later submission replaces them, so nothing counts twice.
    _drop_results(s, c)
    c.rows["results"] += [(s.case.id, s.version, kind, amount) for kind, amount in s.answers.get("results", {}).items()]
    listed = enumerate(rows_listed(s.answers), start=1)
    c.rows["achieved"] += [(s.case.id, s.version, number, *as_kept(row)) for number, row in listed]


@effect()
def take_back(s: Subject, c: Change) -> None:
    """What was handed in is taken back, its figures and what it lists too."""
    c.case.submitted_on = None
    _drop_results(s, c)


def _drop_results(s: Subject, c: Change) -> None:
    c.rows["results_gone"].append((s.version, s.case.id))
    c.rows["achieved_gone"].append((s.version, s.case.id))


@effect("measures")
def restore_rectify(s: Subject, c: Change) -> None:
    """The date stands, and an extension that was asked still holds the ladder."""
    beside = [
        row for name, row in s.facts.clocks.items() if CLOCKS[name].beside and clockwork.waits_for_judgement(name)
    ]
    c.clocks |= {row.name: unpause(row) for row in beside}
    own = [row for name in ("rectify", "rectify_short") if (row := clockwork.running(s, name))]
    for row in own:
        c.clocks[row.name] = row if s.case.extension_until else unpause(row)
    if not own:  # an acceptance in between ended the unit's clock
        clockwork.rectify_by(s, c, Dated(s.case.due_on or s.today, by_this_move(s, "restored")))


@effect()
def run_acceptance(s: Subject, c: Change) -> None:
    """The office accepts or returns within its limit."""
    clockwork.run(s, c, "acceptance")


def _handed_in(s: Subject) -> bool:
    """Say whether the unit itself handed in what is returned; what it does not own beside that is another thing."""
    return not (s.facts.disowned and clockwork.is_disowned(s))


@effect("disowned")
def count_return(s: Subject, c: Change) -> None:
    """Returned work is counted, since the last escalation too; what the unit never handed in is not."""
    counts = _handed_in(s)
    c.case.returns = s.case.returns + counts
    c.case.returns_since = s.case.returns_since + counts
    c.case.submitted_on = None
    c.case.from_escalated = False
    clockwork.answer_extension(c)


@effect()
def go_on(s: Subject, c: Change) -> None:
    """Basically done and continuing: not a return. What goes on is approved, also where it began at once without a plan."""
    c.case.plan_approved = c.case.went_on = True
    c.case.kind = STANDING if s.case.kind == STANDING else CONTINUING
    c.case.last_on = s.answers["last_on"]
    c.case.submitted_on = None
    c.case.from_escalated = False
    clockwork.answer_extension(c)


@effect()
def rise(s: Subject, c: Change) -> None:
    """The case is escalated, and stays late by what the unit owed; criteria count afresh from here."""
    c.case.owed_on = clockwork.owed_by_unit(s)
    c.case.escalations = s.case.escalations + 1
    c.case.returns_since = 0
    c.case.from_escalated = False
    c.case.submitted_on = None
    clockwork.answer_extension(c)
    for name in _risen_by(s):
        period = max(row.period for row in s.facts.clocks.values() if name in row.flags.split(","))
        c.rows["alerts"].append((s.case.id, name, "escalate", period, s.version, False))
        c.inputs = {"criterion": name, "period": period}


def _risen_by(s: Subject) -> list[str]:
    by_clock = s.move.action == "escalate"
    return criteria.escalating(s.case, s.facts.clocks, s.profile, s.calendar, s.today) if by_clock else []


@effect("measures")
def run_decision(s: Subject, c: Change) -> None:
    """The office puts it to the group, and the group decides, each within its limit; measures come due meanwhile."""
    clockwork.run(s, c, "put")
    clockwork.run(s, c, "decision")
    if s.case.state == SUBMITTED:  # the clock of measures is paused since the submission; in rectification it runs
        clockwork.next_measure(s, c)


@effect()
def sign_for(s: Subject, c: Change) -> None:
    """The secretary signs for all that is unsigned."""
    c.rows["signed"].append((s.version, s.actor.person_id, s.case.id))
    c.case.unsigned = 0
    clockwork.end(c, "acknowledge")


@effect()
def note_progress(s: Subject, c: Change) -> None:
    """Progress on a measure; that of a unit that assists 协办 says whose it is."""
    of = s.post.unit_id if s.post is not None and assists(s.post, s.case) else None
    row = (s.case.id, s.version, s.answers["measure_no"], s.answers["text"], s.answers.get("figures", ""), of)
    c.rows["progress"].append(row)
    if of is not None:
        c.inputs = {"assisting": of}


@effect()
def ask_extension(s: Subject, c: Change) -> None:
    """The extension is asked; the office answers within its limit."""
    c.case.extensions = s.case.extensions + 1
    c.case.extension_until = s.answers["until"]
    clockwork.run(s, c, "extension")


@effect()
def hold_rectify(s: Subject, c: Change) -> None:
    """An extension asked in time holds the ladder until answered."""
    clockwork.pause(s, c, "rectify")
    clockwork.pause(s, c, "rectify_short")


@effect("measures")
def extend(s: Subject, c: Change) -> None:
    """Granted days run from the old date, in a new period; the first date stays visible."""
    c.case.extended = True
    clockwork.answer_extension(c)
    clockwork.rectify_by(s, c, answered(s, "granted", "until"))


@effect()
def not_extend(s: Subject, c: Change) -> None:
    """A refusal leaves three working days before red; the period stays."""
    clockwork.answer_extension(c)
    left = counted(s, "refused_left", s.today)
    least = Dated(left.day, replace(left.why, how="refused"))
    for name in ("rectify", "rectify_short"):
        if row := c.clocks.get(name):
            c.clocks[name] = run_to(row, least) if least.day > row.due_on else unpause(row)
            c.case.due_on = c.clocks[name].due_on


@effect()
def approve_the_text(s: Subject, c: Change) -> None:
    """The approved text is known by its hash."""
    c.case.text_hash = next(m.sha256 for m in s.intent.materials if m.kind == "text")
    _hold_text_warning(c)


def _hold_text_warning(c: Change) -> None:
    """The warning to the office to approve the text is void once it has."""
    if row := c.clocks.get("publication"):
        c.clocks["publication"] = replace(row, rung=row.rung or CLOCKS["publication"].rung("text").name)


@effect()
def put_to_group(s: Subject, c: Change) -> None:
    """It is put to the leading group; the office's clock for that ends."""
    clockwork.end(c, "put")


@effect("successor")
def pass_on(s: Subject, c: Change) -> None:
    """Another unit answers for the case; where it was found, and in which inspection, stays.

    The unit where it was found works on it as before only where its superior was merged into the new one.
    """
    c.case.answerable_id = s.answerable
    left = s.case.passed_on or s.case.answerable_id == s.case.unit_id or s.answers["ground"] != "merged"
    c.case.passed_on = left and s.answerable != s.case.unit_id
    if s.case.state not in DONE:
        c.words |= dict.fromkeys(RESPONSIBLE.split(), "")


@effect("measures")
def carry_over(s: Subject, c: Change) -> None:
    """What the unit owes goes on in a new period to the same date, and with so much left at least; the new one is told and judged anew."""
    clockwork.end(c, "acknowledge")
    clockwork.end(c, "confirm_paper")  # who takes over knows nothing of what the other has signed
    clockwork.pass_on(s, c)
    if s.case.text_hash:
        _hold_text_warning(c)
    if s.case.state in UNIT_OWES:
        c.case.flagged, c.case.returns_since = "", 0
    if s.case.state == FEEDBACK:
        c.case.objections = 0


@effect("prepared")
def spoil_drafts(s: Subject, c: Change) -> None:
    """What the old unit prepared is taken down: who prepared it reads why."""
    prepared: tuple[int, ...] = s.facts.prepared
    c.rows["drafts_spoilt"] += [("dropped", SPOILT, number) for number in prepared]


@effect()
def recompute_dates(s: Subject, c: Change) -> None:
    """What was reckoned by the old calendar or profile runs to the date that the new one gives; what is told again by it is said."""
    told: list[dict[str, object]] = []
    for row, new in clockwork.moved_by_reckoning(s):
        c.clocks[row.name] = new
        # What was taken over late keeps its paper's date, whatever the ladder goes by.
        if clockwork.is_of_rectification(row.name) and (s.case.taken_over_on is None or s.case.due_on == row.due_on):
            c.case.due_on = new.due_on
        if new.due_on == row.due_on:
            continue
        told.append({"clock": row.name, "from": row.due_on.isoformat(), "to": new.due_on.isoformat()})
        if again := told_again(row, new):
            told[-1]["again"] = again
    replaced = s.intent.replaced
    c.inputs = {replaced.what if replaced else "calendar": replaced.entry if replaced else None, "moved": told}


@effect("measures", "opinions")
def note_rung(s: Subject, c: Change) -> None:
    """All rungs reached are told once: the highest in words, the skipped ones on record."""
    told: list[dict[str, object]] = []
    for row in s.facts.clocks.values():
        reached = rungs_reached(row, s.today, s.profile, s.calendar)
        if not reached:
            continue
        top, skipped = reached[-1], reached[:-1]
        c.clocks[row.name] = replace(row, rung=top, tellings=row.tellings + 1, told_on=row.told_on or s.today)
        c.rows["alerts"] += [(s.case.id, row.name, rung, row.period, s.version, rung != top) for rung in reached]
        told.append(
            {"rule": row.name, "rung": top, "period": row.period, "due_on": row.due_on.isoformat(), "skipped": skipped}
        )
        if row.name == "measure":
            told[-1]["measures"] = clockwork.measures_reached(s, row)
            del c.clocks["measure"]
            clockwork.next_measure(s, c)
        _address(s, c, row.name, top, told[-1])
    c.inputs = {"told": told}
    c.reminder = True


@effect()
def note_flag(s: Subject, c: Change) -> None:
    """The flag shows its inputs: which criterion, which dates, which numbers."""
    found = criteria.met(s.case, s.facts.clocks, s.profile, s.calendar, s.today)
    for one in found:
        row = c.clocks[one.inputs["clock"]]
        c.clocks[row.name] = replace(row, flags=",".join(filter(None, (row.flags, one.criterion))))
        c.rows["alerts"].append((s.case.id, one.criterion, "flag", one.period, s.version, False))
    c.case.flagged = ",".join(
        dict.fromkeys([*filter(None, s.case.flagged.split(",")), *(one.criterion for one in found)])
    )
    c.inputs = {"criteria": [one.inputs for one in found]}


def _address(s: Subject, c: Change, rule: str, rung: str, told: dict[str, object]) -> None:
    reached = CLOCKS[rule].rung(rung)
    for role in weighed(s).missing if reached.unless_heard else reached.tells:
        c.telling.setdefault(role, {"told": []})["told"].append(told)
