"""The secret box: what is sealed opens for its own row only, with any key we hold, and never with a wrong one."""

import base64
import os

import pytest

from dbcv.kit.box_key import BadKey, read_key
from dbcv.kit.crypto import KEY_ID_BYTES, SecretBox, SecretUnreadable
from dbcv.kit.settings import SettingsError, make_secrets, read_settings


def fresh_key() -> str:
    return make_secrets()["secret_box_key"]


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    box = SecretBox.of(fresh_key())
    one, two = box.seal(b"hush", "row 1"), box.seal(b"hush", "row 1")
    assert box.open(one, "row 1") == box.open(two, "row 1") == b"hush"
    assert one != two
    assert b"hush" not in one


def test_it_opens_for_no_other_row() -> None:
    box = SecretBox.of(fresh_key())
    with pytest.raises(SecretUnreadable, match="belongs elsewhere"):
        box.open(box.seal(b"hush", "row 1"), "row 2")


@pytest.mark.parametrize("place", [KEY_ID_BYTES, KEY_ID_BYTES + 24, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    box = SecretBox.of(fresh_key())
    sealed = bytearray(box.seal(b"hush", "row"))
    sealed[place] ^= 1
    with pytest.raises(SecretUnreadable):
        box.open(bytes(sealed), "row")


@pytest.mark.parametrize("length", [0, 1, KEY_ID_BYTES, KEY_ID_BYTES + 10])
def test_a_stump_is_unreadable_not_a_crash(length: int) -> None:
    box = SecretBox.of(fresh_key())
    with pytest.raises(SecretUnreadable):
        box.open(box.seal(b"hush", "row")[:length], "row")


def test_older_keys_go_on_opening_and_a_wrong_one_says_so() -> None:
    old, new, wrong = fresh_key(), fresh_key(), fresh_key()
    sealed = SecretBox.of(old).seal(b"hush", "row")
    both = SecretBox.of(new, f" {wrong} , {old} ")
    assert both.open(sealed, "row") == b"hush"
    assert both.seal(b"x", "row")[:KEY_ID_BYTES] == SecretBox.of(new).key_id
    with pytest.raises(SecretUnreadable, match="SECRET_BOX_KEY_PREVIOUS"):
        SecretBox.of(wrong).open(sealed, "row")
    assert not SecretBox.of(wrong).can_open(sealed)


def test_keys_are_read_in_every_usual_spelling() -> None:
    key = os.urandom(32)
    spellings = [base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()]
    spellings += [text.rstrip("=") for text in spellings]
    assert {read_key(text) for text in spellings} == {key}


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "ключ" * 11, base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_key_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(BadKey):
        SecretBox.of(text)
    if text:
        with pytest.raises(SettingsError, match=r"(?i)secret_box_key.*32 bytes"):
            read_settings(secret_box_key=text)
