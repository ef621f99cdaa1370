"""Public ids: there and back, and nothing else is one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound, Refused
from domain.ids import PREFIXES, TYPES, global_id, local_id, optional_id, parse_global_id

UUID_7 = UUID("01920000-0000-7000-8000-00000000002a")
TEXT = "rsv_0192000000007000800000000000002a"


def test_an_id_names_its_type_and_thirty_two_digits():
    assert global_id("Reservation", UUID_7) == TEXT


def test_no_two_types_share_a_prefix():
    assert len(TYPES) == len(PREFIXES)


@given(st.sampled_from(sorted(PREFIXES)), st.uuids())
def test_every_id_comes_back(type_name, uuid):
    assert parse_global_id(global_id(type_name, uuid)) == (type_name, uuid)


@given(st.text())
def test_no_text_is_an_id_by_accident(text):
    assert parse_global_id(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "rsv_",
        TEXT[4:],
        TEXT[:-1],
        TEXT + "0",
        TEXT.upper(),
        " " + TEXT,
        TEXT + "\n",
        TEXT.replace("rsv", "xyz"),
        TEXT.replace("_", "-"),
        "rsv_" + "g" * 32,
        "rsv_" + "٣" * 32,
        "rsv_01920000-0000-7000-8000-00000000002a",
        "rsv_rsv_0192000000007000800000000000002a",
        "UmVzZXJ2YXRpb246MQ==",
        "\0",
        "\ud800",
    ],
)
def test_anything_but_exactly_an_id_is_none(text):
    assert parse_global_id(text) is None


def test_an_id_is_local_to_its_own_type_only():
    assert local_id("Reservation", TEXT) == UUID_7
    assert local_id("Booking", TEXT) is None
    assert local_id("Reservation", "garbage") is None


def test_an_id_that_may_be_left_out_is_there_or_not_but_never_garbage():
    assert optional_id("Reservation", None) is None
    assert optional_id("Reservation", TEXT) == UUID_7
    for text in ("", "garbage", global_id("Booking", UUID_7)):
        with pytest.raises(Refused) as refused:
            optional_id("Reservation", text)
        assert refused.value.reason == NotFound(noun="reservation", id=text)
