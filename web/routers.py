"""All routers of the door, on one screen."""

from __future__ import annotations

from fastapi import APIRouter

from web.acts import attaching, days, drafts, handing_over, queue, route, sending
from web.pages import (
    accounts,
    archive,
    batches,
    calendar,
    case,
    confidence,
    copies,
    dictionary,
    done,
    dossier,
    exchange,
    feeding_back,
    figures,
    first,
    helping,
    home,
    importing,
    ledger,
    ledger_export,
    lists,
    log,
    looking_back,
    office_settings,
    ordering,
    paper_drafts,
    papers,
    papers_together,
    prepared,
    profiles,
    readiness,
    recurrences,
    register,
    register_files,
    rounds,
    second,
    security,
    signing,
    suspensions,
    ties,
    topics,
    vacancies,
    watching,
)

ROUTERS: tuple[APIRouter, ...] = (
    first.router, signing.router, second.router, helping.router, home.router, done.router, ledger_export.router, dossier.router, ledger.router, figures.router,
    looking_back.router, topics.router, recurrences.router, case.router, confidence.router,
    copies.router,
    importing.router, ordering.router, paper_drafts.router, papers_together.router, papers.router,
    prepared.router, feeding_back.router, route.router, drafts.router, handing_over.router,
    queue.router, attaching.router, days.router, sending.router,
    log.router, accounts.router, batches.router, calendar.router, dictionary.router, profiles.router,
    office_settings.router, lists.router,
    readiness.router, archive.router, rounds.router, exchange.router, suspensions.router, register.router, register_files.router, security.router, ties.router,
    vacancies.router, watching.router,
)  # fmt: skip
