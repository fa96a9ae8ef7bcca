"""A decision on behalf of the leading group is entered from a meeting: the form asks for the meeting, which gives number, date and minutes.

What an entry records stays as it is: the answers and the file are filled in from the meeting before anything looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import FormData

from register.gatherings import Meeting, meeting_at, meetings
from storage.digits import number_in
from storage.files import place_of
from storage.meetings import GROUP_MEETING, plain_number
from storage.reads.named_cases import called
from storage.sql import Driver
from web.acts.act import Act
from web.acts.faults import FormFault
from web.acts.fields import Field
from workflow.subject import Material

CHOSEN: Final = "s.meeting"
_NUMBER, _DAY, _MINUTES = "s.minute_no", "s.minute_on", "m.minutes"
_GIVEN: Final = (_NUMBER, _DAY, _MINUTES)
"""The places of the form that a meeting fills in."""
RECENT: Final = 5
"""So many meetings without the case on their agenda are listed: for who looks for one, to see why it cannot be chosen."""
CHOOSE: Final = "请选择作出决定的领导小组会议"
Files = Sequence[tuple[str, Material]]


def begun_from(form: FormData, meeting: int | None) -> FormData:
    """Return a form that begins with a meeting chosen, where one is named."""
    return form if meeting is None else FormData({**form, CHOSEN: str(meeting)})


def names_one(act: Act, form: FormData) -> bool:
    """Say whether an act asks for a meeting, and one is chosen."""
    return bool(form.get(CHOSEN)) and _NUMBER.partition(".")[2] in dict(act.move.asks)


def filled_from(
    driver: Driver, act: Act, form: FormData, files: Files, home: Path, today: date
) -> tuple[FormData, Files, list[FormFault]]:
    """Return form and files as the meeting that was chosen fills them in, and why it cannot be the one."""
    key = number_in(str(form.get(CHOSEN, ""))) or 0
    meeting = meeting_at(driver, act.cases[0].jurisdiction, key)
    why = "没有这次会议，请重新选择" if meeting is None else _why_not(meeting, act, today)
    size = _size(home, meeting.minutes) if meeting and not why else None
    if meeting is not None and not why and size is None:
        why = "会议纪要的文件不在了，请在会议页重新上传"
    others = [(name, value) for name, value in form.multi_items() if name not in _GIVEN]
    kept = [one for one in files if one[0] != _MINUTES]
    if meeting is None or why or size is None:
        return FormData(others), kept, [FormFault(f"{meeting.called}：{why}" if meeting else why, CHOSEN)]
    given = [(_NUMBER, meeting.number), (_DAY, meeting.held_on.isoformat())]
    minutes = (_MINUTES, Material("minutes", meeting.minutes, meeting.minutes_name, size))
    wanted = any(need.rstrip("?") == "minutes" for need in act.move.needs)
    return FormData([*others, *given]), [*kept, *([minutes] if wanted else [])], []


def _size(home: Path, digest: str) -> int | None:
    place = place_of(home, digest)
    return place.stat().st_size if place.exists() else None


def _why_not(meeting: Meeting, act: Act, today: date) -> str:
    """Return why nothing of an act is decided in a meeting, or nothing."""
    return meeting.lacks(today) or _not_on_agenda(meeting, act)


def _not_on_agenda(meeting: Meeting, act: Act) -> str:
    missing = [called(one.unit, one.number) for one in act.cases if one.id not in meeting.agenda]
    return f"议题中没有{'、'.join(missing[:3])}{'等问题' if len(missing) > 3 else ''}" if missing else ""


def asked_of_meeting(
    driver: Driver, act: Act, form: Any, shared: Sequence[Field], papers: list[tuple[str, str, bool]], today: date
) -> tuple[list[Field], list[tuple[str, str, bool]]]:
    """Return the fields and papers of a form with the meeting in the place of what it fills in.

    What was filled in by hand before there was such a meeting stays as it is.
    """
    number = next((one for one in shared if one.name == _NUMBER), None)
    if number is None:
        return list(shared), papers
    there = [one for one in meetings(driver, act.cases[0].jurisdiction) if one.sort == GROUP_MEETING]
    said = (plain_number(form.get(_NUMBER, "")), form.get(_DAY, ""))
    same = next((one for one in there if (plain_number(one.number), one.held_on.isoformat()) == said), None)
    if said[0] and not form.get(CHOSEN) and same is None:
        return list(shared), papers
    choices = _choices(there, act, today)
    able = [key for key, _ in choices if key]
    value = form.get(CHOSEN, str(same.key) if same else able[0] if len(able) == 1 and number.required else "")
    asked = Field(CHOSEN, "作出决定的会议", "meeting", number.required, value)
    fields = [one if one is not number else replace(asked, choices=choices) for one in shared if one.name != _DAY]
    return fields, [one for one in papers if one[0] != "minutes"]


def _choices(there: Sequence[Meeting], act: Act, today: date) -> tuple[tuple[str, str], ...]:
    """Return the meetings with the cases on their agenda first, then the latest of the others; without a key those that cannot be chosen, with why."""
    found = [(one, _why_not(one, act, today)) for one in there]
    about = {case.id for case in act.cases}
    own = [(one, why) for one, why in found if about & set(one.agenda)]
    rest = [(one, why) for one, why in found if not about & set(one.agenda)][:RECENT]
    own.sort(key=lambda pair: bool(pair[1]))
    return tuple(("" if why else str(one.key), _in_words(one, why)) for one, why in (*own, *rest))


def _in_words(one: Meeting, why: str) -> str:
    words = f"{one.called}　{one.title}".strip()
    return f"{words}（{why}）" if why else words


def asks_for_meeting(shared: Sequence[Field]) -> bool:
    """Say whether a form asks for a meeting."""
    return any(one.name == CHOSEN for one in shared)


def faults_at_meeting(faults: Sequence[FormFault]) -> list[FormFault]:
    """Return faults with those that are about what a meeting fills in said at the meeting: it is chosen, and nothing else."""
    return list(dict.fromkeys(_at_meeting(one) for one in faults))


def _at_meeting(one: FormFault) -> FormFault:
    if one.field not in _GIVEN:
        return one
    if one.missing and not one.also:
        return FormFault(CHOOSE, CHOSEN, missing=True)
    return FormFault(one.sentence, CHOSEN, missing=one.missing)


def shown_files(files: Files, shared: Sequence[Field]) -> Files:
    """Return the files that a form lists as received: the minutes come with the meeting."""
    return [one for one in files if one[0] != _MINUTES] if asks_for_meeting(shared) else files
