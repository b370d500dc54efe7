"""Fetching NVIDIA's compiler: what is taken, once, and whole or not at all."""

import dataclasses
import zipfile

import pytest
from course import cuda, nvidia, paths, progress, wheels


@pytest.fixture
def elsewhere(places, tmp_path):
    return dataclasses.replace(places, cache=tmp_path)


def wheel(folder, files):
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "a.whl", "w") as archive:
        for name in files:
            archive.writestr(name, name)


@pytest.mark.parametrize(
    "name, to",
    [
        ("nvidia/cuda_nvrtc/lib/libnvrtc.so.12", "lib/libnvrtc.so.12"),
        ("nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9", "lib/libnvrtc-builtins.so.12.9"),
        ("nvidia/cuda_nvrtc/lib/libnvrtc.alt.so.12", None),
        ("nvidia/cuda_nvrtc/lib/__init__.py", None),
        ("nvidia/cuda_runtime/include/cuda_bf16.h", "include/cuda_bf16.h"),
        ("nvidia/cuda_runtime/include/cooperative_groups/scan.h", "include/cooperative_groups/scan.h"),
        ("nvidia/cuda_runtime/include/__init__.py", None),
        ("nvidia/cuda_runtime/lib/libcudart.so.12", None),
        ("nvidia/cuda_nvcc/include/crt/mma.h", "include/crt/mma.h"),
        ("nvidia/cuda_nvcc/bin/ptxas", None),
        ("nvidia/cuda_cccl/include/nv/target", "include/nv/target"),
        ("nvidia/cuda_cccl/include/cuda/std/type_traits", "include/cuda/std/type_traits"),
        ("nvidia/cuda_cccl/include/thrust/sort.h", None),
        ("nvidia_cuda_nvrtc_cu12-12.9.86.dist-info/License.txt",
         "licenses/nvidia_cuda_nvrtc_cu12-12.9.86.dist-info.txt"),
    ],
)
def test_only_what_compiling_needs_is_taken(name, to):
    assert cuda.destination(name) == to


def test_it_is_fetched_once_and_published_whole(elsewhere, monkeypatch):
    fetched = []

    def download(places, wheels, folder):
        fetched.append(folder)
        wheel(folder, ["nvidia/cuda_nvrtc/lib/libnvrtc.so.12", "nvidia/cuda_cccl/include/nv/target"])

    monkeypatch.setattr(wheels, "download", download)
    # What an earlier version of the course fetched has not all the headers.
    (cuda.folder(elsewhere, "vax") / "lib").mkdir(parents=True)
    folder = cuda.ensure(elsewhere, "linux", "vax")
    assert folder.name == f"{cuda.version(elsewhere)}-vax"
    assert cuda.ensure(elsewhere, "linux", "vax") == folder
    assert len(fetched) == 1
    assert [entry.name for entry in elsewhere.cuda.iterdir()] == [folder.name]
    assert (folder / "lib" / "libnvrtc.so.12").read_text() == "nvidia/cuda_nvrtc/lib/libnvrtc.so.12"


def test_a_broken_download_leaves_nothing_and_the_tests_go_on(elsewhere, monkeypatch, capsys):
    def download(places, wheels, folder):
        wheel(folder, ["nvidia/cuda_nvrtc/lib/libnvrtc.so.12"])
        raise progress.StepFailed("the network is gone")

    monkeypatch.setattr(wheels, "download", download)
    with pytest.raises(progress.StepFailed):
        cuda.ensure(elsewhere, "linux", "vax")
    assert list(elsewhere.cuda.iterdir()) == []
    cuda.ensure_if_possible(elsewhere, "linux", "vax")
    assert "the network is gone" in capsys.readouterr().err


def test_a_system_without_the_compiler_is_told_so(elsewhere):
    with pytest.raises(progress.StepFailed, match="CPU device"):
        cuda.ensure(elsewhere, "darwin", "aarch64")


def test_every_pin_has_a_checksum_for_both_machines(places):
    pins = places.cuda_requirements.read_text(encoding="utf-8")
    assert pins.count("==") == 4 and pins.count("--hash=sha256:") == 8


def library(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()
    return str(folder / name)


def test_doctor_looks_first_where_the_library_does(elsewhere, monkeypatch, tmp_path):
    for version in ("9.1.0", "12.9.86"):
        folder = elsewhere.cuda / f"{version}-{paths.machine()}" / "lib"
        newest = library(folder, f"libnvrtc.so.{version}")
    named = library(tmp_path / "toolkit" / "lib64", "libnvrtc.so.12")
    monkeypatch.setattr(paths, "find", lambda: elsewhere)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "toolkit"))
    found = nvidia._candidates("nvrtc")
    assert found[0] == newest
    assert found.index(named) == 2
    assert found[-1] == "libnvrtc.so"


def test_doctor_finds_a_library_of_any_version(tmp_path, monkeypatch, elsewhere):
    monkeypatch.setattr(paths, "find", lambda: elsewhere)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    future = library(tmp_path / "lib64", "libnvrtc.so.99.1")
    assert future in nvidia._candidates("nvrtc")
    # Of several names for one file the shortest stays when the toolkit is updated.
    short = library(tmp_path / "lib64", "libnvrtc.so.99")
    assert nvidia._candidates("nvrtc")[0] == short


def test_what_was_fetched_for_a_class_is_found_by_its_users(tmp_path, monkeypatch):
    shared, own = tmp_path / "shared", tmp_path / "own"
    for cache, version in ((shared, "12.9"), (own, "13.0")):
        (cache / "cuda" / f"{version}-{paths.machine()}").mkdir(parents=True)
    monkeypatch.setenv("LESSON_CACHE", str(own))
    monkeypatch.delenv("LESSON_SHARED", raising=False)
    assert [folder.parents[1] for folder in nvidia._fetched()] == [own]
    monkeypatch.setenv("LESSON_SHARED", str(shared))
    assert [folder.parents[1] for folder in nvidia._fetched()] == [shared]
