"""What a client may ask besides running a cell, and what it may send by mistake."""

import queue

import live
import pytest
import zmq


@pytest.fixture(scope="module")
def session(places):
    with live.opened(places) as opened:
        yield opened


def reply(session, request):
    while True:
        message = session.client.get_shell_msg(timeout=live.TIMEOUT)
        if message["parent_header"].get("msg_id") == request:
            return message["content"]


def test_questions_have_answers(session):
    client = session.client
    assert reply(session, client.kernel_info())["implementation"] == "evcxr_jupyter"
    assert reply(session, client.is_complete("let a"))["status"] == "complete"
    assert reply(session, client.comm_info()) == {"status": "ok", "comms": {}}
    assert reply(session, client.history())["history"] == []
    session.run("let tentative = 1;")
    assert "tentative" in reply(session, client.complete("tentat"))["matches"]
    assert reply(session, client.inspect("tentative", 3))["status"] == "ok"


def test_every_request_is_closed_by_idle(session):
    session.client.comm_info()
    states = []
    while "idle" not in states:
        message = session.client.get_iopub_msg(timeout=live.TIMEOUT)
        states.append(message["content"].get("execution_state"))
    assert states == ["busy", "idle"]


def test_a_comm_that_nobody_knows_is_closed(session):
    content = {"comm_id": "c", "target_name": "unknown", "data": {}}
    session.client.shell_channel.send(session.client.session.msg("comm_open", content))
    seen = []
    while "comm_close" not in seen:
        seen.append(session.client.get_iopub_msg(timeout=live.TIMEOUT)["header"]["msg_type"])


def frames_that_are_no_messages(session):
    def signed(*parts):
        return [b"<IDS|MSG>", session.sign(parts), *parts]

    header = session.pack(session.msg_header("execute_request"))
    return [
        [b"nothing"],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"wrong signature", header, b"{}", b"{}", b"{}"],
        signed(header, b"{}", b"{}"),
        signed(b"no JSON", b"{}", b"{}", b"{}"),
        signed(header, b"{}", b"{}", b"[]"),
        signed(b"{}", b"{}", b"{}", b"{}"),
        signed(b'{"msg_type": 3, "msg_id": []}', b"{}", b"{}", b"{}"),
    ]


@pytest.mark.parametrize("channel", ["shell_channel", "control_channel"])
def test_what_is_no_message_is_dropped(session, channel):
    for frames in frames_that_are_no_messages(session.client.session):
        getattr(session.client, channel).socket.send_multipart(frames)
    session.client.shell_channel.send(session.client.session.msg("unheard_of_request"))
    assert session.run("1 + 1") == "2"


def test_silent_cells_are_not_counted(session):
    first = session.execute("1")[0]["execution_count"]
    session.execute("1", silent=True)
    assert session.execute("1")[0]["execution_count"] == first + 1


def test_the_first_cell_is_number_one(places):
    with live.opened(places) as session:
        answer, [shown] = session.execute("41 + 1")
        assert answer["execution_count"] == shown["execution_count"] == 1


def test_the_heart_beats_while_a_cell_runs(session):
    heart = zmq.Context.instance().socket(zmq.REQ)
    heart.connect(session.client._make_url("hb"))
    request = session.client.execute("std::thread::sleep(std::time::Duration::from_secs(2));")
    for _ in range(5):
        heart.send(b"still there?")
        assert heart.poll(1000) and heart.recv() == b"still there?"
    assert reply(session, request)["status"] == "ok"
    heart.close(linger=0)


def test_nothing_comes_after_idle(session):
    session.run('for i in 0..50 { println!("{i}"); eprintln!("{i}"); }', stderr=True)
    with pytest.raises(queue.Empty):
        session.client.get_iopub_msg(timeout=0.5)
