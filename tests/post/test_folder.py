"""The folder as a channel: a message is one file, there whole or not at all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from notifications.channels import Lost
from notifications.channels.folder import Folder


def send(path: Path, message: bytes, message_id: str = "<1@city.test>") -> None:
    Folder(path).send(message, message_id, "zhenggai@city.test", "a@city.test")


def test_a_message_is_the_file_named_by_its_message_id(tmp_path: Path) -> None:
    send(tmp_path / "new" / "mail", b"words")
    [file] = (tmp_path / "new" / "mail").iterdir()
    assert file.name == sha256(b"<1@city.test>").hexdigest() + ".eml"
    assert file.read_bytes() == b"words"


def test_the_same_message_again_is_the_same_file(tmp_path: Path) -> None:
    send(tmp_path, b"words")
    send(tmp_path, b"words again")
    send(tmp_path, b"other", "<2@city.test>")
    assert sorted(file.read_bytes() for file in tmp_path.iterdir()) == [b"other", b"words again"]


def test_a_folder_that_cannot_be_written_is_lost_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(Lost, match="写不进邮件文件夹"):
        send(tmp_path / "mail", b"words")
    in_the_way = tmp_path / "other" / (sha256(b"<1@city.test>").hexdigest() + ".eml")
    in_the_way.mkdir(parents=True)
    with pytest.raises(Lost, match="写不进邮件文件夹"):
        send(tmp_path / "other", b"words")
    assert list((tmp_path / "other").iterdir()) == [in_the_way]
