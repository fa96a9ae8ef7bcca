"""往来: two installations that share no network; problems go down, figures come up, in signed files that are carried over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from exchange.parcel import MOST_ROWS, Header, read_kept, signed, write
from ledger.brought import Brought
from tests.exchanging import STOOD, report_to
from tests.web.conftest import Door, field_in
from tests.web.offices import CITY, COUNTY, Pair, carried, taken, two_offices
from tests.web.signed import events
from tests.web.test_importing import go_on
from tests.world import BUREAU, CAST, FEEDBACK_DAY, TOWN, VILLAGE, day
from trail.keys import Keys
from trail.note import Checkpoint, new_key, origin_of, sign
from trail.tree import inclusion_path, leaf_hash, levels
from web.pages import importing

NEEDLES = [name for name, _, _ in CAST.values()] + ["林建国", "线索"]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Yield the two offices that go through the whole story."""
    with two_offices(str(request.param), tmp_path_factory) as there:
        yield there


def test_problems_go_down_and_each_is_taken_in_once(pair: Pair) -> None:
    """What belongs to others stays, nobody's name goes along; twice is once, and each says where it came from."""
    upper, lower = pair.upper, pair.lower
    file = pair.down()
    assert (file.status_code, file.headers["content-type"]) == (200, "application/octet-stream")
    _, rows = read_kept(file.content)
    assert [(row["unit"], row["number"]) for row in rows] == [(TOWN, "1"), (TOWN, "2"), (VILLAGE, "1")]
    assert [one for one in NEEDLES if one in file.content.decode()] == []

    page = carried(lower, file.content)
    assert "识别 3 个问题，没有错误" in page.text
    assert f"<strong>{CITY}</strong>" in page.text
    assert "3 个问题的存证都相符" in page.text
    before = lower.world.size
    assert go_on(lower, page).status_code == 303
    assert "没有变化 3 个" in carried(lower, file.content).text
    after = lower.world.size
    assert go_on(lower, carried(lower, file.content)).status_code == 303
    assert lower.world.size == after > before

    first, *_ = of_the_town(lower)
    assert f"<dt>上级反馈</dt><dd>{CITY} 一轮</dd>" in lower.as_("secretary").get(f"/cases/{first}").text
    assert lower.as_("office").get("/cases?upper=1").text.count(f'href="/cases/{first}"') == 1
    assert upper.as_("office").get("/cases?upper=1").text.count('href="/cases/1"') == 0


def of_the_town(lower: Door) -> list[int]:
    """Return the problems of the town that came from above, by their numbers."""
    asked = "SELECT id FROM cases WHERE unit_id = :unit ORDER BY number"
    return [row[0] for row in lower.world.rows(asked, unit=lower.world.units[TOWN])]


def rectify(lower: Door) -> None:
    """Let the town rectify its first problem, and get as far as its plan with the other."""
    world, town = lower.world, of_the_town(lower)
    ((world.round_id,),) = world.rows("SELECT round_id FROM cases WHERE id = :first", first=town[0])
    world.do("secretary", "claim", *town)
    world.do("secretary", "submit_plan", *town)
    world.agree(*town)
    world.do("office", "approve_plan", *town)
    world.do("secretary", "submit", town[0])
    world.agree(town[0])
    world.do("office", "verify", town[0])


def test_the_figures_of_what_was_rectified_come_up_and_are_shown_apart(pair: Pair) -> None:
    """A report that is late is missed; nobody's name comes along; no problem here is touched; an older file is refused."""
    upper, lower = pair.upper, pair.lower
    assert go_on(lower, carried(lower, pair.down().content)).status_code == 303
    rectify(lower)
    upper.world.go(day(4, 20))
    assert "超过 30 天没有报来" in upper.sign_in("office").get("/exchange").text
    upper.world.go(FEEDBACK_DAY)
    told = pair.up()
    assert [one for one in NEEDLES if one in told.content.decode()] == []
    _, stood = read_kept(told.content)
    states = [("1", "verified"), ("2", "rectifying"), ("1", "feedback")]
    assert [(row["number"], row["state"]) for row in stood] == states
    assert stood[0]["results"] == {"money_recovered": 12050, "rules_new": 1}
    own = upper.world.dump()["cases"]
    answer = taken(upper, told.content)
    assert answer.status_code == 303, answer.text
    shown = upper.as_("office").get(answer.headers["location"]).text
    assert f"已收下{COUNTY}报来的“一轮”：3 个问题，已整改 1 个" in shown
    assert "120.50" in shown
    assert upper.world.dump()["cases"] == own
    number = field_of(shown, "/exchange/taken/")
    assert "待认领" in upper.as_("office").get(f"/exchange/taken/{number}").text
    assert "这一份已经收过" in taken(upper, told.content).text
    again = pair.up()
    assert taken(upper, again.content).status_code == 303
    assert "这是第 1 份，已经收过第 2 份：旧的文件不再收" in taken(upper, told.content).text
    assert {"exchange_sent", "exchange_taken", "exchange_refused"} <= {*events(upper), *events(lower)}


def field_of(page: str, path: str) -> str:
    """Return the number behind an address in a page."""
    return page.partition(f'href="{path}')[2].partition('"')[0]


def altered(content: bytes, where: str) -> bytes:
    """Change a file in one place, as somebody would on the way."""
    body, _, note = content.partition(b"\n\n")
    lines = body.split(b"\n")
    if where == "words":
        lines[1] = lines[1].replace("路灯".encode(), "路牌".encode())
    if where == "header":
        lines[0] = lines[0].replace(b'"sequence":', b'"sequence":9')
    if where == "note":
        note = note.replace(b"zhenggai-exchange/1\n", b"zhenggai-exchange/1\n0", 1)
    if where == "signature":
        note = note[:-8] + (b"A" if note[-8:-7] != b"A" else b"B") + note[-7:]
    if where == "cut":
        note = note[:20]
    return b"\n".join(lines) + b"\n\n" + note


def forged(pair: Pair, content: bytes, key: str = "", **said: Any) -> bytes:
    """Write a file anew with the sender's own key, or another's: what nobody but its holder could."""
    header, rows = read_kept(content)
    rows = tuple({**row, **said.get("row", {})} for row in rows)
    head = {**{name: getattr(header, name) for name in Header.__slots__}, **said.get("header", {}), "count": len(rows)}
    return write(Header(**head), rows, key or Keys(pair.upper.world.home, "city").private())


def test_what_was_changed_on_the_way_or_is_not_theirs_is_refused_by_its_reason(pair: Pair) -> None:
    content = pair.down().content
    other, _ = new_key(origin_of("city"))
    header, rows = read_kept(content)
    path = [*rows[0]["path"]]
    path[0] = "00" * 32
    wrong = {
        "内容与签名时的摘要不符": [altered(content, "words"), altered(content, "header")],
        "签名与内容不符": [altered(content, "note"), altered(content, "signature")],
        "签名读不出来": [altered(content, "cut")],
        "不完整": [content.partition(b"\n\n")[0]],
        "不是登记过的往来机构签的": [forged(pair, content, other)],
        "不是往来文件": [b"PK\x03\x04", b"<html>", b"", b"{}"],
        "存证与检查点不符": [forged(pair, content, row={"path": path}), forged(pair, content, row={"index": 0})],
        "不是反馈时的原文": [forged(pair, content, row={"problem": "<script>alert(1)</script>"}), forged(pair, content, row={"salt": "0" * 32})],
        "检查点不是发出机构签的": [forged(pair, content, header={"checkpoint": "x"})],
        "不是发给本机构的": [forged(pair, content, header={"to": header.sender})],
        "的 kind 不合规定": [forged(pair, content, row={"kind": "moon"})],
        "的 before 不合规定": [
            forged(pair, content, header={"before": one})
            for one in UNSOUND
        ],
        "的 ref 不合规定": [forged(pair, content, row={"ref": -1})],
        "的 due_on 不合规定": [forged(pair, content, row={"due_on": "2026-02-30"})],
        "的 name 不合规定": [forged(pair, content, row={"name": "王建国"})],
    }  # fmt: skip
    wrong["第 2 行不是规定的写法"] = [oddly(pair, content, *change) for change in ODD]
    before = pair.lower.world.size
    for sentence, files in wrong.items():
        for one in files:
            answer = taken(pair.lower, one)
            assert (answer.status_code, sentence in answer.text) == (422, True), (sentence, one[-200:], answer.text)
    assert pair.lower.world.size == before
    # The upper office sends no report, and the lower one no problems; and what is read as a ledger is refused as well.
    assert "上级机构，不收它报来的情况" in taken(pair.lower, forged_report(pair)).text
    straight = pair.lower.as_("office").submit(
        "/import",
        {"round": "", "feedback": "2026-03-02", "step": "look"},
        files={"m.problem_list": ("a.zgx", altered(content, "words"), "text/plain")},
    )
    assert (straight.status_code, "内容与签名时的摘要不符" in straight.text) == (422, True)


UNSOUND: tuple[Any, ...] = (
    [{"size": -1, "path": []}], [{"size": 1}], [{"size": 1, "path": ["x"]}], {}, [{"size": 1, "path": []}] * 101,
)  # fmt: skip
"""What are no proofs."""
ODD = (
    (b'"ref":', b'"ref":' + b"9" * 100_000), (b'"ref":', b'"ref":' + b"[" * 50_000), (b'"ref":', b'"ref":1,"ref":'), (b'"ref":', b'"ref": '), (b'"ref":', b'"ref":NaN,"x":'),
)  # fmt: skip
"""What no line of ours says: a number or a nesting without end, a name twice, a space, what is no number."""


def oddly(pair: Pair, content: bytes, was: bytes, now: bytes) -> bytes:
    """Return a file of the sender's with a line as it cannot be written."""
    head, first, rest = content.partition(b"\n\n")[0].split(b"\n", 2)
    return signed(
        b"\n".join((head, first.replace(was, now), rest)) + b"\n", Keys(pair.upper.world.home, "city").private()
    )


def forged_report(
    pair: Pair, rows: list[dict[str, Any]] | None = None, *, by_lower: bool = False, **said: Any
) -> bytes:
    """Write a report with the key of the upper office, or of the lower, as whoever holds it could."""
    here, there = (pair.lower, pair.upper) if by_lower else (pair.upper, pair.lower)
    keys = Keys(here.world.home, "city")
    note = keys.note()
    shown = {"checkpoint": note.decode()} if note else {}
    said = {"stream": pair.upper.world.round_id, **shown, **said}
    return report_to(there.world, keys.private(), keys.verifiers()[-1], rows or [], **said)


def test_hostile_reports_are_bounded_and_escaped(pair: Pair) -> None:
    """Whoever holds the key of a lower office writes what they like: nothing of others' problems, no row too many, no number too large, no markup."""
    ((foreign,),) = pair.upper.world.rows(
        "SELECT id FROM cases WHERE unit_id = :unit", unit=pair.upper.world.units[BUREAU]
    )
    wrong = {
        "不是本机构发给": [{**STOOD, "ref": foreign}],
        f"一份最多 {MOST_ROWS} 个": [STOOD] * 100_000,
        "的 results 不合规定": [{**STOOD, "results": {"rules_new": 10**13}}],
        "的 state 不合规定": [{**STOOD, "state": "<b>"}],
        "的 overdue 不合规定": [{**STOOD, "overdue": 1}],
    }
    for sentence, rows in wrong.items():
        answer = taken(pair.upper, forged_report(pair, rows, by_lower=True))
        assert (answer.status_code, sentence in answer.text) == (422, True), (sentence, answer.text[:500])
    people = taken(pair.upper, forged_report(pair, [{**STOOD, "results": {"people_party": 1}}], by_lower=True))
    assert "的 results 不合规定" in people.text
    marked = forged_report(pair, [{**STOOD, "unit": "<script>x</script>"}], by_lower=True, round="<i>", title="<b>")
    answer = taken(pair.upper, marked)
    assert answer.status_code == 303, answer.text
    number = answer.headers["location"].partition("took=")[2]
    page = pair.upper.as_("office").get(f"/exchange/taken/{number}").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize("every", ["0", "367", "3000000", "9223372036854775807"])
def test_a_lower_office_reports_within_a_year(pair: Pair, every: str) -> None:
    said = {"every": every}
    answer = pair.upper.as_("office2").submit(f"/register/correspondent/{pair.county}/change", said)
    assert (answer.status_code, "几天报一次，写 1 到 366 天" in answer.text) == (422, True)


def test_the_file_is_lines_that_people_can_read_and_the_register_names_it(pair: Pair) -> None:
    content = pair.down().content
    lines = content.decode().partition("\n\n")[0].split("\n")
    assert json.loads(lines[1])["problem"] == "路灯不亮1"
    page = pair.upper.as_("office").get("/register/parcel").text
    assert f"发出 {COUNTY} 问题 一轮" in page
    row = pair.upper.world.rows("SELECT MAX(id) FROM listed WHERE kind = 'parcel'")[0][0]
    assert "问题 3" in pair.upper.as_("office").get(f"/register/parcel/{row}").text.replace("</dt><dd>", " ")


def test_a_file_is_made_only_of_what_may_go_there(pair: Pair) -> None:
    said = {
        "请选择下级机构": pair.down(to="0"), "请选择轮次": pair.down(round="0"),
        "没有上报的去处": pair.upper.as_("office").submit("/exchange/reports", {"round": str(pair.upper.world.round_id)}),
    }  # fmt: skip
    for sentence, answer in said.items():
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    assert field_in(pair.down(to="x").text, "csrf")


def test_a_later_file_brings_what_is_new_and_names_what_is_gone(pair: Pair) -> None:
    """The upper office feeds one more back and withdraws one; a new file of theirs says both, and an older one is refused."""
    upper, lower = pair.upper, pair.lower
    before = pair.down().content
    assert go_on(lower, carried(lower, before)).status_code == 303
    (gone,) = upper.world.feed_back(1, start=8)
    newer = pair.down().content
    assert go_on(lower, carried(lower, newer)).status_code == 303
    assert upper.world.with_second("office2", "office", "void", gone).outcome == "done"
    upper.world.feed_back(1, start=9)
    page = carried(lower, pair.down().content)
    assert "新反馈 1 个" in page.text
    assert f"上一份有、这一份没有：{TOWN}编号 8" in page.text
    assert go_on(lower, page).status_code == 303
    assert "旧的文件不再收" in taken(lower, before).text
    assert "市委巡察办一轮" in carried(lower, pair.down().content).text


def test_a_round_of_this_office_takes_no_problems_of_another_and_an_unknown_unit_is_said(pair: Pair) -> None:
    """Who types the name of a round of their own is told; a unit that is not there is made by a tick alone."""
    lower = pair.lower
    pair.upper.world.open_round("三轮")
    unit = pair.upper.world.enter("office", "unit", "make", name="武桥县供销社党组", parent=TOWN)
    pair.upper.world.units["武桥县供销社党组"] = unit
    pair.upper.world.feed_back(1, "武桥县供销社党组")
    content = pair.down().content
    first = lower.as_("office").get(taken(lower, content).headers["location"])
    refused = go_on(lower, first, "look", round="一轮", feedback=lower.world.today.isoformat())
    assert "轮次“一轮”不是市委巡察办的" in refused.text
    page = carried(lower, content)
    assert "新建这 1 个党组织：武桥县供销社党组" in page.text
    assert go_on(lower, page).status_code == 422
    assert go_on(lower, page, new_units=field_in(page.text, "new_units")).status_code == 303


def test_what_is_for_some_alone_goes_neither_down_nor_up(pair: Pair) -> None:
    """限定知悉 at either end: not even its number is in a file, nor on the page of a report that told of it before."""
    upper, lower = pair.upper, pair.lower
    upper.world.open_round("四轮")
    hidden, plain = upper.world.feed_back(2, start=41)
    assert go_on(lower, carried(lower, pair.down().content)).status_code == 303
    ((around, case),) = lower.world.rows("SELECT round_id, id FROM cases WHERE number = '42'")
    told = lower.as_("office").submit("/exchange/reports", {"round": str(around)})
    page = upper.as_("office").get(taken(upper, told.content).headers["location"])
    number = field_of(page.text, "/exchange/taken/")
    alone = {"roles": ["secretary"], "people": "office", "reason": "涉密"}
    assert upper.as_("office").submit(f"/cases/{hidden}/restrict", alone).status_code == 303
    assert lower.as_("office").submit(f"/cases/{case}/restrict", alone).status_code == 303
    assert [row["ref"] for row in read_kept(pair.down().content)[1]] == [plain]
    report = lower.as_("office").submit("/exchange/reports", {"round": str(around)})
    assert [row["ref"] for row in read_kept(report.content)[1]] == [hidden]
    shown = [
        f'href="/cases/{one}"' in upper.as_("office").get(f"/exchange/taken/{number}").text for one in (hidden, plain)
    ]
    assert shown == [False, True]


def forked(pair: Pair, content: bytes, size: int, **said: Any) -> bytes:
    """Write a file of problems over another trail of that many entries, with the sender's own key: all of it proved, and a fork."""
    _, rows = read_kept(content)
    leaves = [leaf_hash(b"another %d" % at) for at in range(size)]
    places = {row["ref"]: at for at, row in enumerate(rows)}
    for row in rows:
        leaves[places[row["ref"]]] = leaf_hash(row["entry"].encode())
    tree = list(levels(leaves))
    secret = Keys(pair.upper.world.home, "city").private()
    note = sign(Checkpoint(origin_of("city"), size, tree[-1][0]).format(), secret).decode()
    header, _ = read_kept(content)
    head = {name: getattr(header, name) for name in Header.__slots__} | {"checkpoint": note} | said
    proved = [
        {**row, "index": places[row["ref"]], "path": [one.hex() for one in inclusion_path(tree, places[row["ref"]])]}
        for row in rows
    ]
    return write(Header(**head), proved, secret)


def size_of(content: bytes) -> int:
    """Return how many entries the checkpoint of a file covers."""
    return int(read_kept(content)[0].checkpoint.split("\n")[1])


def test_a_sender_whose_trail_forked_is_found_out(pair: Pair) -> None:
    """Everything in such a file is signed and proved: only the earlier checkpoints say that it is of another trail."""
    pair.upper.world.open_round("分叉轮")
    pair.upper.world.feed_back(2, start=61)
    honest = pair.down().content
    assert go_on(pair.lower, carried(pair.lower, honest)).status_code == 303
    pair.upper.world.feed_back(1, start=63)
    next_one = pair.down().content
    header, size, most = read_kept(next_one)[0], size_of(honest), size_of(next_one)
    before = pair.lower.world.size
    wrong = {
        f"的检查点同是 {size} 条记录，摘要却不同": forked(pair, next_one, size),
        f"检查点只有 {size - 5} 条记录": forked(pair, next_one, size - 5),
        f"不能证明这一份的检查点（{most} 条记录）": forked(pair, next_one, most),
        f"不能证明这一份的检查点（{most + 1} 条记录）": forked(pair, next_one, most + 1, before=[]),
    }  # fmt: skip
    assert header.before, "the proofs are in the file: the forgeries bear them too"
    for sentence, file in wrong.items():
        answer = taken(pair.lower, file)
        assert (answer.status_code, sentence in answer.text) == (422, True), (sentence, answer.text)
        assert "当面或电话告知对方" in answer.text
        assert events(pair.lower)[-1] == "exchange_forked"
    said = {"round": "", "feedback": "2026-03-02", "step": "look"}
    sent = {"m.problem_list": ("a.zgx", forked(pair, next_one, size), "text/plain")}
    assert pair.lower.as_("office").submit("/import", said, files=sent).status_code == 422
    assert events(pair.lower)[-1] == "exchange_forked", "read as a ledger, it is noted as well"
    assert pair.lower.world.size == before
    assert go_on(pair.lower, carried(pair.lower, next_one)).status_code == 303
    ((words,),) = pair.lower.world.rows("SELECT words FROM security_log WHERE what = 'exchange_forked' LIMIT 1")
    assert "摘要却不同" in words


def made_of(pair: Pair, name: str, start: int) -> bytes:
    """Return the file of a new round with one problem."""
    pair.upper.world.open_round(name)
    pair.upper.world.feed_back(1, start=start)
    content: bytes = pair.down().content
    return content


@pytest.fixture
def strangers(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Yield two offices between which nothing went yet."""
    with two_offices(kind, tmp_path_factory) as there:
        yield there


def test_two_that_fork_are_not_both_taken_in_at_once(strangers: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The honest file goes in, whole, after the other was looked at and before it is brought in: it is held against what is there by then."""
    pair = strangers
    honest, other = made_of(pair, "甲轮", 81), made_of(pair, "乙轮", 82)
    honest_page, page = carried(pair.lower, honest), carried(pair.lower, forked(pair, other, size_of(honest)))
    bring, went = importing._bring, list[int]()

    def between(*args: Any) -> Brought:
        if not went:
            went.append(0)
            went.append(go_on(pair.lower, honest_page).status_code)
        return bring(*args)

    monkeypatch.setattr(importing, "_bring", between)
    answer = go_on(pair.lower, page)
    assert (went[1], answer.status_code, "摘要却不同" in answer.text) == (303, 422, True)
    assert events(pair.lower)[-1] == "exchange_forked"


def test_files_of_one_trail_are_taken_in_whatever_order_they_arrive(pair: Pair) -> None:
    """A file that was made first and arrives last has the smaller checkpoint: the later one proves that it is of the same trail."""
    first, second = (made_of(pair, name, start) for name, start in (("先做的一轮", 71), ("后做的一轮", 72)))
    assert size_of(first) < size_of(second)
    assert go_on(pair.lower, carried(pair.lower, second)).status_code == 303
    assert go_on(pair.lower, carried(pair.lower, first)).status_code == 303
