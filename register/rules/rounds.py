"""What must hold of terms, teams and inspections before an entry is made; declared as the other guards are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clock import chinese_date, written_date
from register.kinds import KINDS
from register.reading import typed
from register.rules.following import columns, follow
from register.rules.guarding import guard
from register.wanted import Standing, Wanted
from storage.household import Key, Row, all_rows, read_row
from storage.reads.archives import KIND as ARCHIVE
from storage.reads.prepared import count_of_round
from storage.reads.register import last_entry
from storage.reads.rounds import inspection_has_cases


def _others(one: Standing) -> list[Row]:
    """Return the rows of its kind but the one that it is about."""
    rows = all_rows(one.driver, one.kind.name, one.jurisdiction)
    return [typed(one.kind, row) for key, row in rows if key != one.wanted.row]


def _overlap(row: Row, other: Row) -> bool:
    """Say whether two rows hold on a day: one without a first or last day holds without end."""
    first, last = max(row["starts_on"] or date.min, other["starts_on"] or date.min), date.max
    return first <= min(row["ends_on"] or last, other["ends_on"] or last)


def _reversed(row: Row, first: str, last: str, words: str) -> str | None:
    begun, ended = row[first], row[last]
    if begun is None or ended is None or ended >= begun:
        return None
    return words.format(chinese_date(ended), chinese_date(begun))


@guard("ends_on")
def dates_stay_in_order(one: Standing) -> str | None:
    """What is changed of the dates leaves the last day no earlier than the first."""
    return _reversed(one.after, "starts_on", "ends_on", "截止日期 {}早于起始日期 {}")


@guard("starts_on")
def terms_apart(one: Standing) -> str | None:
    """No two terms share a day."""
    other = next((row for row in _others(one) if _overlap(one.after, row)), None)
    if other is None:
        return None
    span = f"{written_date(other['starts_on'])}至{written_date(other['ends_on'])}"
    return f"与{other['name']}（{span}）的日子重叠：两届不能重叠"


@guard("name")
def team_once_in_a_round(one: Standing) -> str | None:
    """A round has one team of a name."""
    name, held_in = one.after["name"], one.after["round_id"]
    same = any(row["name"] == name and row["round_id"] == held_in for row in _others(one))
    return f"这一轮已有巡察组“{name}”，请换一个名称" if same and held_in is not None else None


@guard("name")
def nothing_waits_for_the_name(one: Standing) -> str | None:
    """A round keeps its name while something is prepared for it, which would go to whatever bears the name then."""
    name = one.before["name"]
    if one.after["name"] == name or not (count := count_of_round(one.driver, one.jurisdiction, name)):
        return None
    return f"本轮有 {count} 份准备稿还没有发送：先发送、收回或退回，再改名称"


@guard("n")
def archived_in_turn(one: Standing) -> str | None:
    """A round, or a unit in it, is archived once; what came later stands in supplements, one after the other."""
    same = [
        row
        for row in _others(one)
        if (row["round_id"], row["unit_id"]) == (one.after["round_id"], one.after["unit_id"])
    ]
    return None if one.after["n"] == len(same) else "刚刚已有人归档：请刷新页面，核对以后再归档"


@guard()
def round_not_closed(one: Standing) -> str | None:
    """A round is closed once."""
    on = one.before["ended_on"]
    return None if on is None else f"本轮已于 {chinese_date(on)}结轮"


@guard("ended_on")
def closed_by_today(one: Standing) -> str | None:
    """A round is closed today, or was on a day before."""
    return "结轮日期不能晚于今天" if one.said["ended_on"] > one.today else None


@guard("closed_on")
def term_over_by_today(one: Standing) -> str | None:
    """A term is closed today, or was on a day before."""
    return "届末日期不能晚于今天" if one.said["closed_on"] > one.today else None


@guard()
def term_not_closed(one: Standing) -> str | None:
    """A term is closed once."""
    on = one.before["closed_on"]
    return None if on is None else f"{one.before['name']}已于 {chinese_date(on)}届末结转"


@guard()
def rounds_of_the_term_closed(one: Standing) -> str | None:
    """A term is closed once all its rounds are."""
    going = [row["name"] for _, row in _rows(one, "round") if row["term_id"] == one.wanted.row and not row["ended_on"]]
    return f"还有 {len(going)} 轮没有结轮，请先结轮：{'、'.join(going[:5])}" if going else None


@guard()
def term_of_it_closed(one: Standing) -> str | None:
    """A round is carried over as its term is closed, and not otherwise."""
    return None if _term_closed(one) else "轮次随它的届在届末一起结转，不单独办理"


@columns
def carried_with_its_term(one: Standing) -> None:
    """What is open in the round is carried over from the day on which that is entered: figures of days before stay as they were."""
    one.after["carried_on"] = one.today


@guard("term")
def term_goes_on(one: Standing) -> str | None:
    """A round that was carried over stays in its term, and a term that was closed gets no other: what is open counts once."""
    before, after = one.before.get("term_id"), one.after["term_id"]
    if after == before:
        return None
    if one.before.get("carried_on"):
        return "本轮没有办结的已结转，不能再改到另一届"
    on = _closed(one, after)
    return None if on is None else f"这一届已于 {chinese_date(on)}届末结转，请选另一届"


def _term_closed(one: Standing) -> date | None:
    return _closed(one, one.before["term_id"])


def _closed(one: Standing, term: int | None) -> date | None:
    row = read_row(one.driver, "term", one.jurisdiction, term or 0)
    return None if row is None else typed(KINDS["term"], row)["closed_on"]


@follow
def rounds_carried_over(one: Standing) -> Iterator[Wanted]:
    """Every round of the term is carried over with it."""
    for key, row in _rows(one, "round"):
        if row["term_id"] == one.key:
            yield Wanted("round", "carry", key, {}, one.wanted.reason)


@guard()
def nothing_waits_for_the_round(one: Standing) -> str | None:
    """Nothing is prepared for it that would come too late."""
    count = count_of_round(one.driver, one.jurisdiction, one.before["name"])
    return f"本轮有 {count} 份准备稿还没有发送：先发送、收回或退回，再结轮" if count else None


@guard()
def round_was_closed(one: Standing) -> str | None:
    """Only what was closed is opened again."""
    return None if one.before["ended_on"] else "本轮没有结轮"


@guard()
def round_not_carried(one: Standing) -> str | None:
    """A round whose term was closed stays closed until that is taken back."""
    return "本轮已随届末结转，请先撤销届末结转" if one.before["carried_on"] else None


@guard()
def nothing_archived_of_it(one: Standing) -> str | None:
    """What was archived was archived of a round that had its end."""
    there = any(row["round_id"] == one.wanted.row for _, row in _rows(one, ARCHIVE))
    return "本轮已有案卷归档，不能撤销结轮" if there else None


@columns
def round_goes_on_again(one: Standing) -> None:
    """The round has no end any more."""
    one.after["ended_on"] = None


@follow
def teams_go_on_with_it(one: Standing) -> Iterator[Wanted]:
    """The teams that ended with the round, and those who were in them, go on as before."""
    for kind in ("team", "member"):
        for key, row in _rows(one, kind):
            if _round_of(one, kind, row) == one.key and _ended_with(one, kind, key, one.key):
                yield Wanted(kind, "resume", key, {}, one.wanted.reason)


@guard()
def ended_with_its_round(one: Standing) -> str | None:
    """A team, or somebody in it, goes on as the closing of its round is taken back, and not otherwise."""
    around = _round_of(one, one.kind.name, one.before)
    row = read_row(one.driver, "round", one.jurisdiction, around or 0)
    ended = row is None or row["ended_on"] or not _ended_with(one, one.kind.name, one.wanted.row, around)
    return "巡察组随撤销结轮一起恢复，不单独办理" if ended else None


@columns
def goes_on_again(one: Standing) -> None:
    """It has no last day any more."""
    one.after["ends_on"] = None


def _round_of(one: Standing, kind: str, row: Row) -> Key | None:
    team = row if kind == "team" else read_row(one.driver, "team", one.jurisdiction, row["team_id"] or 0) or {}
    found: Key | None = team.get("round_id")
    return found


def _ended_with(one: Standing, kind: str, key: Key | None, around: Key | None) -> bool:
    """Say whether a row ended last as its round was closed last: by the entries of one call."""
    ended = last_entry(one.driver, one.jurisdiction, f"{kind}:{key}")
    closed = last_entry(one.driver, one.jurisdiction, f"round:{around}", "round.close")
    return ended is not None and closed is not None and ended == (f"{kind}.end", closed[1])


@guard()
def term_was_closed(one: Standing) -> str | None:
    """Only what was closed is opened again."""
    return None if one.before["closed_on"] else "这一届没有届末结转"


@guard()
def carried_over_today(one: Standing) -> str | None:
    """What was carried over on a day before is in the figures of that day, which stay as they were."""
    days = [row["carried_on"] for _, row in _rows(one, "round") if row["term_id"] == one.wanted.row]
    before = any(day is not None and day < one.today for day in days)
    return "届末结转只能在办理的当天撤销：以后各天的统计已按结转计" if before else None


@columns
def term_goes_on_again(one: Standing) -> None:
    """The term was not closed."""
    one.after["closed_on"] = None


@follow
def rounds_carried_back(one: Standing) -> Iterator[Wanted]:
    """No round of the term is carried over any more."""
    for key, row in _rows(one, "round"):
        if row["term_id"] == one.key and row["carried_on"]:
            yield Wanted("round", "keep", key, {}, one.wanted.reason)


@guard()
def term_of_it_goes_on(one: Standing) -> str | None:
    """A round is carried back as its term goes on again, and not otherwise."""
    alone = _term_closed(one) or not one.before["carried_on"]
    return "轮次的结转随撤销届末结转一起撤销，不单独办理" if alone else None


@columns
def carried_no_more(one: Standing) -> None:
    """What is open in the round belongs to its term alone."""
    one.after["carried_on"] = None


@guard("round")
def round_not_over(one: Standing) -> str | None:
    """Nothing begins in a round that has been closed."""
    row = read_row(one.driver, "round", one.jurisdiction, one.after["round_id"] or 0) or {}
    on = row.get("ended_on")
    return None if on is None else f"{row['name']}已于 {chinese_date(on)}结轮，请选另一轮"


@follow
def teams_end_with_it(one: Standing) -> Iterator[Wanted]:
    """The teams of the round end with it, and so do their members; posts of the team in the round give no right any more."""
    last = one.said["ended_on"]
    teams = {key: row for key, row in _rows(one, "team") if row["round_id"] == one.key}
    members = {key: row for key, row in _rows(one, "member") if row["team_id"] in teams}
    for kind, rows in (("member", members), ("team", teams)):
        for key, row in rows.items():
            if row["ends_on"] is None:
                yield Wanted(kind, "end", key, {"ends_on": max(last, row["starts_on"] or last)}, one.wanted.reason)


def _rows(one: Standing, kind: str) -> list[tuple[Key, Row]]:
    return [(key, typed(KINDS[kind], row)) for key, row in all_rows(one.driver, kind, one.jurisdiction)]


@guard("team")
def team_of_the_round(one: Standing) -> str | None:
    """The team of an inspection is one of its round that has not ended."""
    team = _team(one) if one.said.get("team") is not None else None
    if team is None:
        return None
    if team["round_id"] != one.after["round_id"]:
        return f"{team['name']}不是这一轮的巡察组，请先在这一轮组建"
    return _ended(one, team)


@guard("team")
def team_in_being(one: Standing) -> str | None:
    """Nobody is in a team that has ended longer than it was."""
    team, last = _team(one), one.after["ends_on"]
    if team is None or (last is not None and team["ends_on"] is not None and last <= team["ends_on"]):
        return None
    return _ended(one, team)


def _team(one: Standing) -> Row | None:
    row = read_row(one.driver, "team", one.jurisdiction, one.after["team_id"])
    return None if row is None else typed(KINDS["team"], row)


def _ended(one: Standing, team: Row) -> str | None:
    ended = team["ends_on"]
    gone = ended is not None and ended < one.today
    return f"{team['name']}已于 {chinese_date(ended)}撤销，请选另一个巡察组" if gone else None


@guard("person")
def in_the_team_once(one: Standing) -> str | None:
    """A person is in a team once at a time."""
    same = ("team_id", "person_id")
    others = _others(one)
    found = any(all(row[name] == one.after[name] for name in same) and _overlap(one.after, row) for row in others)
    return "他已在这个巡察组里：要改职责，请在他的一行办理“变更职责”" if found else None


@guard("duty")
def one_leader(one: Standing) -> str | None:
    """A team has one leader at a time."""
    if one.after["duty"] != "leader":
        return None
    leads = (row for row in _others(one) if row["duty"] == "leader" and row["team_id"] == one.after["team_id"])
    return (
        "这个巡察组已有组长：请先变更他的职责，或让他离组" if any(_overlap(one.after, row) for row in leads) else None
    )


@guard("stay_to")
def stay_in_order(one: Standing) -> str | None:
    """A stay ends no earlier than it began, and what it found is fed back afterwards."""
    said = _reversed(one.after, "stay_from", "stay_to", "驻点结束 {}早于驻点开始 {}")
    return said or _reversed(one.after, "stay_from", "feedback_on", "反馈日期 {}早于驻点开始 {}")


@guard("inquiry")
def inquiry_made(one: Standing) -> str | None:
    """An inquiry that has dates was made."""
    dated = one.after["inquiry_on"] or one.after["inquiry_answered_on"]
    return "填了函询的日期，请选“已函询”" if dated and one.after["inquiry"] != "made" else None


@guard("inquiry_answered_on")
def inquiry_in_order(one: Standing) -> str | None:
    """An inquiry is answered no earlier than it was sent."""
    return _reversed(one.after, "inquiry_on", "inquiry_answered_on", "复函日期 {}早于发函日期 {}")


@guard("feedback_on")
def feedback_day_before_cases(one: Standing) -> str | None:
    """Once a problem was fed back the day of feedback stays; a meeting has its day, behind the first of the stay."""
    day, before = one.after["feedback_on"], one.before["feedback_on"]
    if day is None and (one.after["attendees"] or one.after["required"]):
        return "请填写反馈日期"
    if before not in (None, day) and inspection_has_cases(one.driver, int(one.wanted.row or 0)):
        return f"已按 {chinese_date(before)}反馈问题，反馈日期不能再改"
    return _reversed(one.after, "stay_from", "feedback_on", "反馈日期 {}早于驻点开始 {}")
