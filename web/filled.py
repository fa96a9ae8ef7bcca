"""What was filled into a form of the register: the fields asked, as texts; a personal key as it is kept; files kept at once.

A file that came with a form which is shown again is carried by a signed token: nobody chooses it twice, and nobody names a file
that they have not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile

from register.grammar import Act, Kind
from register.reading import SEVERAL
from storage.files import place_of
from storage.identity import personal_key
from web.acts.files import keep_upload
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.viewer import Viewer
from workflow.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form gives: its fields by name, the files among them, and why one was not taken."""

    fields: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    faults: tuple[Refusal, ...] = ()


def filled_by(desk: Desk, viewer: Viewer, form: FormData, kind: Kind, act: Act) -> Filled:
    """Return what was filled into the form of an act: of a file what was sent with it or before it, of cases all that are named."""
    of_files = [name for name in act.fields if kind.field(name).type == "file"]
    fields = filled_in(desk, form, (name for name in act.fields if name not in of_files))
    files: dict[str, str] = {}
    faults = []
    for name in of_files:
        try:
            if file := _file(desk, viewer, form, name):
                files[name] = file
        except BadUpload as fault:
            faults.append(Refusal(str(fault), name))
        if name not in files and form.get(f"drop.{name}"):
            fields[name] = ""
    return Filled(fields | files, files, tuple(faults))


def _file(desk: Desk, viewer: Viewer, form: FormData, name: str) -> str | None:
    """Return the hash and the name of the file of a field: as it came, or as its token says that it came before."""
    upload = form.get(name)
    if isinstance(upload, UploadFile) and upload.filename:
        digest, shown, _ = keep_upload(upload, desk.settings)
        return f"{digest} {shown}"
    try:
        said = str(_signer(desk, viewer).loads(str(form.get(f"kept.{name}", ""))))
    except BadSignature:
        return None
    return said if place_of(desk.settings.home, said.partition(" ")[0]).exists() else None


def sealed(desk: Desk, viewer: Viewer, file: str) -> str:
    """Return the token that carries a file from one page of a form to the next."""
    return str(_signer(desk, viewer).dumps(file))


def _signer(desk: Desk, viewer: Viewer) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"register-{viewer.account_id}")


def filled_in(desk: Desk, form: FormData, asked: Iterable[str]) -> dict[str, str]:
    """Return the fields that were filled in; an ID number is hashed before anything keeps it.

    A form of what is there comes with what stood in each field (`was.…`): what was left as it stood is not given, what was
    struck out is given empty. Several of a choice are one text.
    """
    fields = {name: value for name in asked if (value := written_in(form, name)) != written_in(form, f"was.{name}")}
    key = fields.get("personal_key")
    return fields | {"personal_key": personal_key(desk.settings.home, key)} if key else fields


def written_in(form: FormData, name: str) -> str:
    """Return what stands in a field of a form: of one with boxes all that are ticked, and what was written beside them."""
    said = [one.strip() for one in (*form.getlist(name), form.get(f"{name}.more")) if isinstance(one, str)]
    return SEVERAL.join(filter(None, dict.fromkeys(said)))
