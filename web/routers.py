"""All routers of the door, on one screen."""

from __future__ import annotations

from fastapi import APIRouter

from web.acts import attaching, days, drafts, queue, route, sending
from web.pages import (
    accounts,
    batches,
    calendar,
    case,
    exchange,
    first,
    helping,
    home,
    importing,
    ledger,
    lists,
    log,
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
    log.router, accounts.router, batches.router, calendar.router, lists.router, readiness.router, register.router, exchange.router,
    security.router, watching.router,
)  # fmt: skip
