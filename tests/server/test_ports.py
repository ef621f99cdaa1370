"""The listening socket that every api process accepts from."""

import socket

import pytest

from server import ports


def test_an_answer_is_not_held_back_for_a_delayed_acknowledgement():
    with (
        ports.listen(0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_a_taken_port_names_the_next_free_one():
    with ports.listen(0) as listening:
        taken = listening.getsockname()[1]

        with pytest.raises(ports.PortTaken) as refused:
            ports.listen(taken)

    assert refused.value.port == taken
    assert refused.value.free is not None
    assert refused.value.free > taken
