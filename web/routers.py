"""All routers of the door, on one screen."""

from __future__ import annotations

from fastapi import APIRouter

from web.acts import attaching, days, drafts, queue, route, sending
from web.pages import (
    accounts,
    batches,
    calendar,
    case,
    first,
    helping,
    home,
    importing,
    ledger,
    lists,
    log,
    office_settings,
    profiles,
    readiness,
    register,
    second,
    security,
    signing,
    watching,
)

ROUTERS: tuple[APIRouter, ...] = (
    first.router, signing.router, second.router, helping.router, home.router, ledger.router, case.router, importing.router, route.router, drafts.router,
    queue.router, attaching.router, days.router, sending.router,
    log.router, accounts.router, batches.router, calendar.router, profiles.router,
    office_settings.router, lists.router, readiness.router, register.router, security.router, watching.router,
)  # fmt: skip
