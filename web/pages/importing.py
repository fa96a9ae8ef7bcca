"""Importing a ledger in three steps: choose, look through, confirm or put aside; nothing is kept before the third but the file itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import RedirectResponse, Response

import clock
from exchange.parcel import BadParcel
from exchange.taking import Came, is_parcel, take
from ledger.bring_in import Order, Source, bring_in
from ledger.brought import Brought
from ledger.errors import of_the_whole
from ledger.prepared import ACTS, SHOWN, Ledger, Said, as_shown, prepare_each, puts_aside_as, try_out
from ledger.refused import refused
from ledger.running import HOW_TO_SAY
from register.household import find_round
from states import ACTIONS, OFFICE, TEAM
from storage.aside import WAITING
from storage.dictionary import ASPECT, TOPIC
from storage.digits import number_in
from storage.duties import ran_at
from storage.engine import reading, writing
from storage.files import place_of
from storage.reads.dictionaries import Dictionaries, dictionaries_of
from storage.reads.ledger.choices import round_choices, unit_choices, units_not_there, writer_choices
from storage.scope import EVERYTHING
from storage.sql import Driver
from storage.tables import PreparedLedger
from storage.tables.ledger import FED_BACK
from storage.work import Work
from web.acts.files import seal, unseal
from web.acts.notices import WRITTEN
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed, must_hold, note
from web.exchange_office import office_of
from web.import_lines import labels_of, lines_of
from web.import_wish import FILE, MOST_UNKNOWN, Wish, day_in, read_file, usual_reply, wish_of
from web.preparing import rest_of, said_of
from web.viewer import Viewer
from workflow.days.profiles import Profile
from workflow.security import first_words
from workflow.subject import Material

router = APIRouter()
MOST_LINES = 300
MOST_ERRORS = 200
MOST_NAMED = 20
COUNTED = ("created", "updated", "unchanged", "withdrawn", "marked")


@router.get("/import")
def first(request: Request, desk: AtDesk, viewer: Signed, kept: str = "") -> Response:
    """Show the first step, with a file that was taken elsewhere where there is one."""
    must_prepare(viewer)
    wish = Wish(feedback=clock.local_date(desk.now()).isoformat())
    wish.file = next((one for _, one in unseal(kept, desk.secret, viewer.account_id, desk.settings.home)), None)
    if wish.file and is_parcel(place_of(desk.settings.home, wish.file.sha256)):
        read_file(desk, viewer, wish)
    _note_bad(request, desk, viewer, wish)
    return _first(desk, viewer, wish)


@router.post("/import")
def step(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look a file through, go back to the first step, bring it in, or put it aside."""
    must_prepare(viewer)
    wish = wish_of(desk, viewer, form)
    _note_bad(request, desk, viewer, wish)
    if form.get("step") == "edit" or wish.faults or wish.file is None:
        return _first(desk, viewer, wish)
    if form.get("step") == "do" and _alone(desk, viewer, wish):
        return _confirm(request, desk, viewer, wish, wish.file)
    if form.get("step") in ("do", "put") and wish.came is None:
        return _put_aside(desk, viewer, wish, wish.file)
    return look(desk, viewer, wish, _try(desk, viewer, wish, wish.file))


def must_prepare(viewer: Viewer) -> None:
    """Raise NotYours unless the viewer puts ledgers aside for some act."""
    if not any(puts_aside_as(viewer.actor, act) for act in ACTS):
        raise NotYours


@dataclass(frozen=True, slots=True)
class PutAside:
    """A ledger put aside as a page shows it: whose, and what its viewer may do with it."""

    row: PreparedLedger
    by: str
    own: bool
    against: str
    """Why the viewer may not bring it in."""
    checked: str = ""
    """Who let it stand."""

    @property
    def shown(self) -> str:
        """Return what it is for, in words."""
        return SHOWN[self.row.act]

    @property
    def shown_as(self) -> str:
        """Return what its page says it showed."""
        return as_shown(self.row)


@router.get("/import/done")
def done(desk: AtDesk, viewer: Signed, told: str = "") -> Response:
    """Say what was brought in."""
    must_hold(viewer, OFFICE)
    try:
        found = _signer(desk, viewer).loads(told)
    except BadSignature:
        raise NotYours from None
    return desk.page(
        "import_done.html",
        viewer,
        here="/import",
        rests=_rests(desk),
        stays=desk.mail_stays,
        **{
            "unclaimed": [],
            "unclaimed_count": 0,
            "withdrawn": 0,
            "marked": 0,
            "taken_over": False,
            "units": [],
            **found,
        },
    )


def _note_bad(request: Request, desk: Desk, viewer: Viewer, wish: Wish) -> None:
    if wish.bad is not None:
        note(desk, viewer, wish.bad.event, request, words=first_words([str(wish.bad)]))


def _rests(desk: Desk) -> str:
    """Return since when nothing delivers, in words; nothing where something does."""
    with reading(desk.engine) as work:
        rest = rest_of(desk, ran_at(work.driver), desk.now())
    return said_of(rest) if rest.rests else ""


# The first step


def _first(desk: Desk, viewer: Viewer, wish: Wish) -> Response:
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(OFFICE, TEAM)
    with reading(desk.engine) as work:
        driver = work.driver
        rounds, units = round_choices(driver, place, scope), unit_choices(driver, place, scope)
        writers = writer_choices(driver, place)
        topics = dictionaries_of(driver, place).topics() if viewer.holds_at_large(OFFICE) else []
    return desk.page(
        "import.html", viewer, status=422 if wish.faults else 200, here="/import", wish=wish, kept=_sealed(desk, viewer, wish),
        acts=[act for act in ACTS if puts_aside_as(viewer.actor, act)],
        rounds=rounds, units=units, writers=writers, topics=list(dict.fromkeys((*topics, *wish.topics))), largest=desk.settings.config.uploads.largest,
    )  # fmt: skip


def _sealed(desk: Desk, viewer: Viewer, wish: Wish) -> str:
    return seal([(FILE, wish.file)], desk.secret, viewer.account_id) if wish.file else ""


# The second and the third


def _try(desk: Desk, viewer: Viewer, wish: Wish, file: Material) -> Brought:
    """Bring the ledger in and take it back: what is shown is what will be done."""
    if wish.sheet.faults:
        return refused(wish.sheet)
    with writing(desk.engine) as work:
        if _alone(desk, viewer, wish):
            brought = _bring(desk, viewer, wish, file, work)
        else:
            ledger = _ledger(work, viewer, wish, file)
            if _planned(desk, wish):  # what is fed back later is looked through as if it were today
                ledger = replace(ledger, said=replace(ledger.said, feedback_on=clock.local_date(desk.now())))
            brought = try_out(work, ledger, wish.sheet, usual_profile(desk), viewer.actor, desk.now())
        work.rollback()
    return brought


def _planned(desk: Desk, wish: Wish) -> bool:
    """Say whether the day of feedback lies ahead: the ledger is put aside until then."""
    day = day_in(wish.feedback)
    return wish.act == FED_BACK and wish.came is None and day is not None and day > clock.local_date(desk.now())


def _alone(desk: Desk, viewer: Viewer, wish: Wish) -> bool:
    """Say whether the viewer brings the ledger in now, by themselves."""
    return viewer.holds(OFFICE) and not ACTIONS[wish.act].second and not _planned(desk, wish)


def usual_profile(desk: Desk) -> Profile:
    """Return the profile of limits that new rounds follow unless the register says otherwise."""
    config = desk.settings.config
    return Profile.of(config.profile.default, config.profiles[config.profile.default])


def _writer(driver: Driver, viewer: Viewer, wish: Wish) -> int | None:
    writer = number_in(wish.writer)
    return writer if writer in dict(writer_choices(driver, viewer.actor.jurisdiction)) else None


def _ledger(work: Work, viewer: Viewer, wish: Wish, file: Material, new_units: tuple[str, ...] = ()) -> Ledger:
    said = Said(
        day_in(wish.feedback), _writer(work.driver, viewer, wish), wish.said, wish.topics, new_units, tuple(wish.apart)
    )
    unit = wish.unit if {row.unit for row in wish.sheet.rows} == {wish.unit} else ""
    return Ledger(wish.act, wish.round, unit, file, said)


def _bring(desk: Desk, viewer: Viewer, wish: Wish, file: Material, work: Work) -> Brought:
    now = desk.now()
    order = Order(
        wish.round, day_in(wish.feedback), usual_profile(desk), file, _writer(work.driver, viewer, wish), new_units=True, said=wish.said,
        topics=wish.topics, source=_source(wish), apart=wish.apart, reply_by=wish.reply_by,
    )  # fmt: skip
    brought = bring_in(work, wish.sheet, order, viewer.actor, now, clock.local_date(now))
    if wish.came and not brought.errors:
        brought.errors += [of_the_whole(why) for why in _take(desk, viewer, wish, wish.came, work)]
        brought.notices += [f"上一份有、这一份没有：{one}。上级可能已撤销，请向上级核实" for one in wish.came.gone]
    return brought


def _take(desk: Desk, viewer: Viewer, wish: Wish, came: Came, work: Work) -> Sequence[str]:
    """Put the file of another office on record with what it brought; return what is against it."""
    driver = work.driver
    round_id = find_round(driver, viewer.actor.jurisdiction, wish.round) or 0
    try:
        entered = take(work, office_of(desk, driver, viewer), came, round_id, viewer.actor, desk.now())
    except BadParcel as why:
        wish.bad = why
        return (f"没有收下：{why}",)
    return entered.refused if entered else ()


def _put_aside(desk: Desk, viewer: Viewer, wish: Wish, file: Material) -> Response:
    """Put a ledger aside that has no error; nothing of it is brought in."""
    brought = _try(desk, viewer, wish, file)
    unasked = _unasked(wish, brought)
    if brought.errors or unasked:
        return look(desk, viewer, wish, brought, unasked=unasked)
    with writing(desk.engine) as work:
        ledger = _ledger(work, viewer, wish, file, tuple(brought.new_units))
        numbers, why = prepare_each(work, ledger, wish.sheet, viewer.actor, desk.now())
        if why:
            work.rollback()
        else:
            work.commit()
    if why:
        return look(desk, viewer, wish, replace(brought, errors=[of_the_whole(why)]))
    many = f"/import/round?{urlencode({'name': wish.round})}"
    return RedirectResponse(f"/import/prepared/{numbers[0]}" if len(numbers) == 1 else many, 303)


def _source(wish: Wish) -> Source | None:
    came = wish.came
    return Source(came.source.id, came.source.name, came.said) if came else None


def _confirm(request: Request, desk: Desk, viewer: Viewer, wish: Wish, file: Material) -> Response:
    if wish.sheet.faults:
        return look(desk, viewer, wish, refused(wish.sheet))
    with writing(desk.engine) as work:
        brought = _bring(desk, viewer, wish, file, work)
        unasked = _unasked(wish, brought)
        if brought.errors or unasked:
            work.rollback()
        else:
            work.commit()
    if wish.bad:
        _note_bad(request, desk, viewer, wish)
    elif brought.errors:
        note(
            desk,
            viewer,
            "refused",
            request,
            action="feed_back",
            words=first_words([one["message"] for one in brought.errors]),
        )
    if brought.errors or unasked:
        return look(desk, viewer, wish, brought, unasked=unasked)
    if wish.came:
        note(desk, viewer, "exchange_taken", request, words=wish.came.in_words)
    return told_done(desk, viewer, wish.round, brought)


def told_done(
    desk: Desk, viewer: Viewer, round_name: str, brought: Brought, units: Sequence[tuple[str, int]] = ()
) -> Response:
    """Lead to the page that says what was brought in, as its own receipt."""
    with reading(desk.engine) as work:
        number = find_round(work.driver, viewer.actor.jurisdiction, round_name)
    counts = {name: getattr(brought, name) for name in COUNTED} | {"taken_over": bool(brought.taken_over)}
    unclaimed = {"unclaimed": brought.unclaimed[:MOST_NAMED], "unclaimed_count": len(brought.unclaimed)}
    told = _signer(desk, viewer).dumps({"round": round_name, "number": number, "units": units, **counts, **unclaimed})
    return RedirectResponse(f"/import/done?told={told}", 303)


def _unasked(wish: Wish, brought: Brought) -> frozenset[str]:
    """Return what would be made that nobody has said is to be made: units, or a round that is called nearly as another."""
    units = bool(brought.new_units) and wish.new_units != named(brought.new_units)
    around = bool(brought.rounds_alike) and wish.new_round != wish.round
    return frozenset(name for name, missing in (("units", units), ("round", around)) if missing)


def _signer(desk: Desk, viewer: Viewer) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"brought-{viewer.account_id}")


def named(units: Sequence[str]) -> str:
    """Return what stands for exactly these units in a form: the tick holds for what was shown and nothing else."""
    return sha256("\n".join(units).encode()).hexdigest()


def look(
    desk: Desk,
    viewer: Viewer,
    wish: Wish,
    brought: Brought,
    *,
    unasked: Collection[str] = (),
    put: PutAside | None = None,
    against: str = "",
    fault: str = "",
) -> Response:
    """Show what is in a ledger and what would come of it; of one put aside what may be done with it."""
    units, place = sorted({row.unit for row in wish.sheet.rows if row.unit}), viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        driver = work.driver
        known = {name for _, name in round_choices(driver, place, EVERYTHING)}
        # Whether a unit that is not theirs exists is nothing to be told.
        large = viewer.scope_as(OFFICE, TEAM).whole
        fresh_units = units_not_there(driver, place, units) if large else []
        asks = bool(brought.unknown or brought.unknown_topics or brought.unclassed)
        there = dictionaries_of(driver, place) if asks else Dictionaries()
        writer = {str(number): name for number, name in writer_choices(driver, place)}.get(wish.writer, "")
        sends = put.row.state == WAITING if put else _alone(desk, viewer, wish)
        asks_reply = sends and wish.act == FED_BACK and bool(brought.created or brought.linked)
        today = clock.local_date(desk.now())
        usual = usual_reply(driver, viewer, usual_profile(desk), today) if asks_reply else None
    lines = lines_of(wish.sheet, brought)
    version = there.by_id(brought.dictionary)
    return desk.page(
        "import_check.html", viewer, status=422 if brought.errors or unasked or against or fault else 200, here="/import", wish=wish, brought=brought,
        unasked=unasked, making=named(brought.new_units) if brought.new_units else "",
        lines=lines[:MOST_LINES], count=len(lines), labels=labels_of(wish.sheet), errors=brought.errors[:MOST_ERRORS], units=units,
        feedback=day_in(wish.feedback), writer=writer, fresh_units=fresh_units, fresh_round=wish.round not in known,
        version=version, aspects=version.of(ASPECT) if version else (), topics=version.of(TOPIC) if version else (), told=viewer.holds_at_large(OFFICE),
         most_unknown=MOST_UNKNOWN, stays=desk.mail_stays, usual=usual,
        kept=_sealed(desk, viewer, wish), put=put, against=against, fault=fault,
        today=today, alone=_alone(desk, viewer, wish),
        team_writes=WRITTEN, changes=brought.changes[:MOST_LINES], source=f"/import/prepared/{put.row.id}/file" if put and put.row.state == WAITING else "",
        how_to_say=HOW_TO_SAY if HOW_TO_SAY in brought.notices else "",
    )  # fmt: skip
