"""Too much of everything: bodies, fields, files, depth and slowness end in a sentence, and nobody else waits for them."""

from __future__ import annotations

import secrets
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in, opened
from tests.web.stage import PDF, Stage
from tests.world import World
from web.doorway import LARGEST_FIELD, MOST_FIELDS
from web.people.sessions import COOKIE
from web.security import SIGN_IN_LARGEST

LARGEST = 1 << 20
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def small(town: World) -> Iterator[Door]:
    """Yield a door that takes files of a megabyte, and so bodies of two."""
    with opened(town, largest=LARGEST) as door:
        yield door


def fed_back(door: Door, count: int = 1) -> list[int]:
    """Return cases of a round of their own."""
    door.world.open_round(f"轮 {secrets.token_hex(4)}")
    return door.world.feed_back(count)


def blocks(size: int, taken: list[int]) -> Iterator[bytes]:
    """A body in pieces whose length nobody declares; what was taken of it is noted."""
    for start in range(0, size, 1 << 16):
        piece = b"x" * min(1 << 16, size - start)
        taken.append(len(piece))
        yield piece


def refused(answer: Answer, status: int, sentence: str) -> None:
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text[:500]


# Bodies.


@pytest.mark.parametrize("path", ["/accounts", "/acts/claim", "/import", "/cases/1/materials", "/signin", "/nowhere"])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(small: Door, path: str) -> None:
    body = b"--b\r\n" + b"x" * (2 * LARGEST)
    refused(small.as_("sysadmin").post(path, content=body, headers=PARTS), 413, "内容过大")


@pytest.mark.parametrize("length", ["99999999999999999999", "9" * 5000, "-1", "1e3", "0x10", "10, 10", "", " 5"])
def test_a_length_that_is_none_is_refused(small: Door, length: str) -> None:
    answer = small.as_("sysadmin").post("/accounts", content=b"a=1", headers={**FORM, "content-length": length})
    refused(answer, 413, "内容过大")


@pytest.mark.parametrize("path", ["/accounts", "/acts/claim", "/import", "/cases/{}/materials"])
def test_a_body_that_grows_too_large_on_the_way_is_cut_off(small: Door, path: str) -> None:
    [case] = fed_back(small)
    for headers in (PARTS, FORM):
        refused(
            small.as_("secretary").post(path.format(case), content=blocks(3 * LARGEST, []), headers=headers),
            413,
            "上限",
        )
    assert small.world.actions(case) == ["feed_back"]


def test_whoever_is_not_signed_in_sends_little(small: Door) -> None:
    stranger = small.visitor()
    token = field_in(stranger.get("/signin").text, "token")
    long = f"login=office&token={token}&password=" + "x" * SIGN_IN_LARGEST
    refused(stranger.post("/signin", content=long.encode(), headers=FORM), 413, "内容过大")
    refused(stranger.post("/signin", content=blocks(SIGN_IN_LARGEST + 1, []), headers=PARTS), 413, "上限")
    assert small.try_sign_in(stranger, "office").status_code == 303


def test_a_form_of_text_alone_is_no_way_to_send_what_files_may_weigh(town_door: Door) -> None:
    """With the limits as shipped: a hundred megabytes for files, sixteen for text."""
    body = b"a=" + b"x" * (17 << 20)
    refused(town_door.as_("sysadmin").post("/accounts", content=body, headers=FORM), 413, "内容过大")


# Fields.


def urlencoded(visitor: Visitor, count: int) -> bytes:
    return f"csrf={visitor.csrf}&".encode() + b"&".join(b"a%d=1" % number for number in range(count))


def multipart(visitor: Visitor, count: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    fields = [part % (b"csrf", visitor.csrf.encode()), *(part % (b"a", b"1") for _ in range(count))]
    return b"".join(fields) + b"--b--\r\n"


def test_a_hundred_thousand_fields_are_refused_and_take_little_memory(town_door: Door) -> None:
    visitor = town_door.as_("sysadmin")
    for make, headers in ((urlencoded, FORM), (multipart, PARTS)):
        body = make(visitor, 100_000)
        tracemalloc.start()
        answer = visitor.post("/accounts", content=body, headers=headers)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        refused(answer, 400, "项目太多")
        assert peak < 64 << 20


def test_as_many_fields_as_a_long_plan_has_are_read(town_door: Door) -> None:
    visitor = town_door.as_("sysadmin")
    answer = visitor.post("/accounts", content=urlencoded(visitor, MOST_FIELDS - 1), headers=FORM)
    assert answer.status_code == 422


def test_one_field_that_is_too_long_is_refused(town_door: Door) -> None:
    visitor = town_door.as_("sysadmin")
    for size, status in ((LARGEST_FIELD + 1, 400), (LARGEST_FIELD - 100, 422)):
        answer = visitor.submit(
            "/accounts", {"login": "a", "name": "新人", "role": "team", "reason": "长" * (size // 9)}
        )
        assert answer.status_code == status


def test_a_reason_is_no_place_for_a_book(town_door: Door) -> None:
    answer = town_door.as_("sysadmin").submit(
        "/accounts", {"login": "a.book", "name": "新人", "role": "team", "reason": "长" * 501}
    )
    refused(answer, 422, "不超过 500 个字")
    assert town_door.world.rows("SELECT COUNT(*) FROM requests WHERE fields LIKE '%a.book%'") == [(0,)]


@pytest.mark.parametrize("name", ["新" * 61, "新\u202e人", "新\u200b人"])
def test_a_name_is_a_name(town_door: Door, name: str) -> None:
    """Neither asked for, nor approved when it was asked for all the same."""
    said = {"login": "new.person", "name": name, "role": "team"}
    refused(town_door.as_("sysadmin").submit("/accounts", said), 422, "姓名不超过")
    number = Stage(town_door).request(name=name)
    refused(town_door.as_("secadmin").approve(number), 422, "姓名不超过")
    assert town_door.world.rows("SELECT state FROM requests WHERE id = :id", id=number) == [("asked",)]


def test_an_act_takes_so_many_cases_and_no_more(town_door: Door) -> None:
    cases = [str(case) for case in fed_back(town_door, 201)]
    visitor = town_door.as_("secretary")
    assert visitor.submit("/acts/claim", {"case": cases[:200], "step": "check"}).status_code == 422
    assert visitor.submit("/acts/claim", {"case": cases, "step": "check"}).status_code == 404


def test_what_was_typed_is_kept_up_to_a_size(town_door: Door) -> None:
    [case] = fed_back(town_door)
    visitor = town_door.as_("secretary")
    for size, status, said in ((1000, 200, "已保存"), (300_001, 413, "内容太长，未保存")):
        answer = visitor.submit("/acts/object/keep", {"case": str(case), "s.reason": "a" * size})
        assert (answer.status_code, said in answer.text) == (status, True)
    assert "a" * 1000 in visitor.get(f"/acts/object?case={case}").text


# Forms that are none.


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"a":' * 50_000),
        ("application/json", b"{" + b'"csrf": "x", ' * 1000 + b"}"),
        ("text/plain", b"csrf=x"),
        ("application/xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
        ("", b"csrf=x"),
    ],
    ids=["lists in lists", "maps in maps", "a map", "text", "markup", "nothing"],
)
def test_what_is_no_form_is_read_as_an_empty_one(town_door: Door, kind: str, body: bytes) -> None:
    [case] = fed_back(town_door)
    visitor = town_door.as_("secretary")
    for path in ("/acts/claim", "/me/password", f"/cases/{case}/materials"):
        assert visitor.post(path, content=body, headers={"content-type": kind}).status_code == 403, path
    with_token = visitor.post("/acts/claim", content=body, headers={"content-type": kind, "x-csrf": visitor.csrf})
    assert with_token.status_code == 404
    assert town_door.world.actions(case) == ["feed_back"]


@pytest.mark.parametrize(
    "body",
    [b"--x\r\n", b"--b", b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", b"--b\r\n\r\n\r\n--b--\r\n", b"\xff" * 100, b"--b\r\n" + b"A" * 70_000 + b": x\r\n\r\n--b--", b""],
)  # fmt: skip
def test_a_form_in_pieces_that_do_not_fit_is_refused(town_door: Door, body: bytes) -> None:
    answer = town_door.as_("sysadmin").post("/accounts", content=body, headers=PARTS)
    assert answer.status_code in (400, 403)
    assert "Traceback" not in answer.text


def test_a_field_with_what_no_database_takes_is_refused_with_a_sentence(town_door: Door) -> None:
    [case] = fed_back(town_door)
    for login, path, data in (
        ("sysadmin", "/accounts", {"login": "a\0b", "name": "新人"}),
        ("secretary", "/acts/claim", {"case": str(case), f"c{case}.person": "李\0敏"}),
        ("secretary", "/acts/claim/keep", {"case": str(case), "s.\0": "x"}),
        ("office", "/import", {"round": "一\0轮"}),
    ):
        refused(town_door.as_(login).submit(path, data), 400, "不可见的控制字符")
    stranger = town_door.visitor()
    token = field_in(stranger.get("/signin").text, "token")
    answer = stranger.post("/signin", data={"login": "office\0", "password": PASSWORD, "token": token})
    refused(answer, 400, "不可见的控制字符")


# Slowness: over real sockets.


@contextmanager
def served(door: Door) -> Iterator[int]:
    """Serve the door on a port as `zhenggai serve` does; yield the port."""
    config = uvicorn.Config(
        door.app, host="127.0.0.1", port=0, log_level="error", server_header=False, timeout_keep_alive=20, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(60)


def begun(port: int, cookie: str) -> socket.socket:
    """Begin an upload and send no more than its first bytes."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = (
        f"POST /cases/1/materials HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n"
        f"cookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n--b\r\n"
    )
    line.sendall(head.encode())
    return line


def page(port: int, cookie: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(
            f"GET /me HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n".encode()
        )
        return b"".join(iter(lambda: line.recv(1 << 16), b""))


def test_slow_uploads_hold_no_thread_and_no_connection_that_others_need(town_door: Door) -> None:
    """Many more uploads stand still than there are threads or connections to the database; a page is still there."""
    cookie = f"{COOKIE}={town_door.as_('handler').cookies[COOKIE]}"
    with served(town_door) as port:
        lines = [begun(port, cookie) for _ in range(40)]
        try:
            for line in lines:
                line.sendall(b"x")
            assert page(port, cookie).startswith(b"HTTP/1.1 200")
        finally:
            for line in lines:
                line.close()
        assert page(port, cookie).startswith(b"HTTP/1.1 200")


def test_a_head_without_end_is_refused(town_door: Door) -> None:
    with served(town_door) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(b"GET /me HTTP/1.1\r\nhost: x\r\n")
        answer = b""
        for _ in range(40):
            try:
                line.sendall(b"x-long: " + b"a" * 8000 + b"\r\n")
            except OSError:
                break
        try:
            answer = line.recv(1000)
        except ConnectionError:
            answer = b"HTTP/1.1 4 cut off"
        assert answer.startswith(b"HTTP/1.1 4") or answer == b""


def test_an_upload_as_large_as_allowed_passes_over_a_real_line(small: Door) -> None:
    [case] = fed_back(small)
    small.world.walk(case, "claim", "submit_plan", "approve_plan")
    visitor = small.as_("handler")
    files = {"m.evidence": ("大.pdf", PDF + b"\0" * (LARGEST - len(PDF)))}
    assert visitor.submit(f"/cases/{case}/materials", {}, files=files).status_code == 303
