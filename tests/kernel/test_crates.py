"""Crates that a cell asks for: fetched once, refused with a reason, or there already."""

from pathlib import Path

import live
import pytest
from course import crates, template

SETUP = ':dep lesson_lib = { path = "../lesson_lib" }\nuse lesson_lib::prelude::*;'
NOWHERE = {"lesson12-no-such-crate": '"1"'}


def test_the_crates_of_a_registry_are_found_in_a_cell():
    cell = (
        ':dep lesson_lib = { path = "../lesson_lib" }\n:dep itertools = "0.14"\n  :dep rand\n'
        ':dep tokio = { version = "1", features = ["rt"] }\n// :dep not\nlet a = ":dep no";'
    )
    assert crates.asked_for(cell, {"lesson_lib"}) == {
        "itertools": '"0.14"',
        "rand": '"*"',
        "tokio": '{ version = "1", features = ["rt"] }',
    }
    own = crates.asked_for(':dep own = { path = "../own" }', folder=Path("/course/notebooks"))
    assert own == {"own": '{ path = "/course/own" }'}


def test_a_crate_whose_folder_is_not_there_is_named(places, tmp_path):
    with pytest.raises(crates.Missing, match="`own` is not there: .*/own has no Cargo.toml"):
        crates.provide(places, crates.asked_for(':dep own = { path = "own" }', folder=tmp_path))


def test_what_the_library_has_is_there_without_network(places, monkeypatch):
    monkeypatch.setenv("LESSON_OFFLINE", "1")
    crates.provide(places, {"flate2": '"1"'})


def test_a_crate_that_the_workspaces_tests_need_too_stands_in_nobodys_way(places, monkeypatch, tmp_path):
    """Once it is there for a cell, it is one of the locked crates that the folder holds."""
    tests_need = crates._versions(places.library.lock) - crates._needed_by_library(places)
    assert "serde" in dict(tests_need) and "ndarray" in dict(crates._needed_by_library(places))
    lock = tmp_path / "Cargo.lock"
    template_lock = template.state(places).folder / "Cargo.lock"
    lock.write_text(template_lock.read_text() + '\n[[package]]\nname = "hex"\nversion = "0.4.3"\n')
    assert crates._keeps_the_locked(places, tmp_path)
    lock.write_text(template_lock.read_text().replace('name = "ndarray"\nversion = "', 'name = "ndarray"\nversion = "9'))
    assert not crates._keeps_the_locked(places, tmp_path)


def test_a_crate_is_named_in_a_command_as_cargo_names_it():
    assert crates.named(["itertools=0.14", "rand"]) == {"itertools": '"0.14"', "rand": '"*"'}


def test_without_network_the_reason_is_told(places, monkeypatch):
    monkeypatch.setenv("LESSON_OFFLINE", "1")
    with pytest.raises(crates.Missing, match="not on this machine, and LESSON_OFFLINE=1"):
        crates.provide(places, NOWHERE)
    monkeypatch.delenv("LESSON_OFFLINE")
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    with pytest.raises(crates.Missing, match="(?s)could not be fetched: .*needs a network once"):
        crates.provide(places, NOWHERE)


def test_a_cell_that_asks_for_a_missing_crate_is_refused_and_the_kernel_goes_on(places):
    with live.opened(places) as session:
        error = session.failure(':dep lesson12-no-such-crate = "1"\n1 + 1')
        assert error["ename"] == "Refused" and "lesson12-no-such-crate" in error["evalue"]
        assert session.run("1 + 1") == "2"


def test_a_crate_that_is_fetched_is_there_in_the_cell(places, monkeypatch):
    monkeypatch.delenv("LESSON_OFFLINE", raising=False)
    try:
        crates.provide(places, {"hex": '"0.4"'})
    except crates.Missing:
        pytest.skip("no network, and it was never fetched")
    with live.opened(places) as session:
        session.run(SETUP)
        session.run(':dep hex = "0.4"', stderr=True)
        assert session.run("hex::encode([255_u8, 0])") == '"ff00"'
        assert session.run("array![1.0_f32, 2.0].sum()") == "3.0"
