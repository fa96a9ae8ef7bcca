"""One human is one person: the personal key at the command line and in both forms, and what is never kept of it."""

from __future__ import annotations

import re

import pytest

from register.household import NotEntered
from tests.cli.conftest import Shell
from tests.cli.test_household import refused, rows
from tests.storage.test_identity import ID, MISTYPED
from tests.web.conftest import Door
from tests.web.signed import events
from tests.world import World

WHY = "身份标识像身份证号，但位数或校验码不对"
BAD = MISTYPED[0]


@pytest.mark.parametrize("written", [f"no:{BAD}", f"no:{ID}", "no:110105 19491231 0021", "id:abc", "no:id:abc", "1001"])
def test_the_road_itself_keeps_no_id_number_in_clear(world: World, written: str) -> None:
    with pytest.raises(NotEntered, match="身份证号"):
        world.hire("qian.one", "钱一", "office", personal_key=written)


def test_a_mistyped_id_number_is_refused_at_the_command_line_and_kept_nowhere(shell: Shell) -> None:
    add = ("user", "add", "qian", "--name", "钱一", "--role", "office", "--key")
    said = refused(shell, *add, BAD)
    assert WHY in said
    assert BAD not in said
    assert WHY in refused(shell, "register", "person", "make", "--set", "name=钱一", "--set", f"personal_key={BAD}")
    assert rows(shell, "SELECT COUNT(*) FROM people WHERE name = '钱一'") == [(0,)]
    noted = rows(shell, "SELECT words FROM security_log WHERE what = 'register_denied'")
    assert [WHY in str(words) and BAD not in str(words) for (words,) in noted] == [True, True]
    shell.ok(*add, ID)
    [(key,)] = rows(shell, "SELECT personal_key FROM people WHERE name = '钱一'")
    assert re.fullmatch(r"id:[0-9a-f]{64}", str(key))


def test_two_logins_of_one_key_are_one_person(shell: Shell) -> None:
    """Named alike and without a key they are two; another's name gets nobody into a person."""
    add = ("--name", "钱一", "--role", "office", "--key")
    shell.ok("user", "add", "qian", *add, ID)
    shell.ok("user", "add", "qian.two", *add, ID.lower())
    shell.ok("user", "add", "qian.three", "--name", "钱一", "--role", "office")
    shell.ok("user", "add", "sun", "--name", "孙三", "--role", "office", "--key", "1001")
    shell.ok("user", "add", "sun.two", "--name", "孙三", "--role", "office", "--key", "no:1001")
    owners = {
        str(login): owner
        for login, owner in rows(
            shell, "SELECT login, person_id FROM accounts WHERE login LIKE 'qian%' OR login LIKE 'sun%'"
        )
    }
    assert owners["qian"] == owners["qian.two"] != owners["qian.three"]
    assert owners["sun"] == owners["sun.two"]
    assert "已是孙三的，姓名与所填的不同" in refused(
        shell, "user", "add", "li", "--name", "李四", "--role", "office", "--key", "1001"
    )


def test_the_field_of_both_forms_hashes_an_id_number_and_refuses_a_mistyped_one(door: Door) -> None:
    """What was refused is said at its field, stands there as it was written, and is nowhere else."""
    sysadmin, world = door.as_("sysadmin"), door.world
    forms = (
        ("/accounts", {"login": "qian", "name": "钱一", "role": "office", "reason": "调入"}),
        ("/register/person/make", {"name": "钱二"}),
    )
    for address, form in forms:
        answer = sysadmin.submit(address, form | {"personal_key": BAD})
        assert (answer.status_code, WHY in answer.text) == (422, True)
        assert f'value="{BAD}"' in answer.text, "what was filled in stands there"
    assert events(door)[-2:] == ["register_denied", "register_denied"]
    assert BAD not in repr(world.dump())
    for address, form in forms:
        assert sysadmin.submit(address, form | {"personal_key": ID}).status_code == 303
    kept = repr(world.dump())
    assert ID not in kept
    assert kept.count("id:") >= 2
    number, other = (row[0] for row in world.rows("SELECT id FROM requests WHERE state = 'asked' ORDER BY id"))
    assert door.as_("secadmin").approve(number).status_code == 200
    page = door.as_("secadmin").get("/register").text
    assert f"/register/requests/{other}" in page


def test_a_form_that_is_sent_again_has_the_key_as_it_was_written(door: Door) -> None:
    """The hash stood in the form, and sent again it became a staff number of its own."""
    sysadmin = door.as_("sysadmin")
    answer = sysadmin.submit("/register/person/make", {"name": "", "personal_key": ID})
    assert answer.status_code == 422
    assert f'value="{ID}"' in answer.text
    assert 'value="id:' not in answer.text
