"""Start the Rust kernel for Jupyter in a warm, private folder, and tidy up after it.

    python tools/course/launcher.py CONNECTION_FILE [LIBRARY.json]

Jupyter runs this through the kernelspec, in the course's environment. The second file describes the
crate to come with, where that is not the course's library (warm.py). evcxr itself has a connection
file of its own: what it and Jupyter say to each other goes through here (relay.py).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from course import cell_cargo, connection, evcxr, paths, progress, session, template, toolchain

# glibc then asks for huge pages for large arrays, where Linux gives them to whoever asks:
# streaming through 157 MB of digits is up to twice as fast.
HUGE_PAGES = "glibc.malloc.hugetlb=1"


# From the first `?` on, evcxr lets cells use it; that cell it compiles twice, and shows a value made
# with it as text instead of the picture.
QUESTION_MARK = "Ok::<(), std::fmt::Error>(())?;"


def main():
    # A server that ends without a word may leave its kernels behind.
    parent = os.getppid() if os.environ.get("JPY_PARENT_PID") else None
    places = paths.find(*sys.argv[2:])
    client = connection.read(sys.argv[1])
    listening = connection.listen(client)
    prebuilt, note = prepare(places)
    with session.opened(places) as (folder, lock):
        furnish(places, folder, prebuilt)
        configure(places, folder, prebuilt.fresh)
        with connection.second(client, folder) as (file, kernel):
            child = start(places, folder, file, lock, prebuilt.fresh, note)
            if not prebuilt.fresh:
                mend_later(places, folder)
            # Jupyter's modules take a moment, in which evcxr is starting already.
            from course import wire

            imports = None if prebuilt.fresh else places.library.imports
            link = wire.Wire(client, kernel, listening)
            serve(link, child, places, folder, imports=imports, parent=parent)


def prepare(places):
    """Bring the template up to date if that is quick; its state, and a line for the learner if it
    was not."""
    before = template.state(places)
    if before.fresh:
        return before, ""
    if not template.has_dependencies(places):
        return before, (
            f"The prebuilt library is missing ({before.reason}): this first cell builds it, which "
            "takes one to three minutes, and the next start is quick again."
        )
    start_time = time.monotonic()
    try:
        template.ensure(places)
    except progress.StepFailed as failure:
        # The kernel starts all the same: its first cell shows the compiler's errors.
        print(failure, file=sys.stderr)
        return before, f"{places.library.name} does not compile ({before.reason}): see the errors of this cell."
    seconds = time.monotonic() - start_time
    return template.state(places), f"The library was rebuilt before this start ({before.reason}): {seconds:.0f} s."


def furnish(places, folder, prebuilt):
    """Put what is compiled already into the session's folder."""
    if prebuilt.exists:
        template.link_tree(places, prebuilt.folder, folder)
    places.library.link(folder)
    if prebuilt.fresh:
        session.call_fresh(folder, places.library.newest())
    else:
        template.forget(places.library, folder)


def configure(places, folder, warm):
    """What evcxr runs at its own start, before the learner's first cell."""
    settings = folder / "config"
    settings.mkdir()
    lines = [f":opt {template.OPT_LEVEL}", f":build_env RUSTFLAGS={template.RUSTFLAGS}"]
    if warm:
        lines += [f":dep {dependency}" for dependency in places.library.dependencies(folder)]
        lines += filter(None, [places.library.imports])
    lines.append(QUESTION_MARK)
    (settings / "init.evcxr").write_text("\n".join(lines) + "\n", encoding="utf-8")


def kernel_environment(places, folder, warm, note):
    environment = {
        **os.environ,
        **template.PROFILE,
        **evcxr.blindfold(places),
        "EVCXR_TMPDIR": str(folder),
        "EVCXR_CONFIG_DIR": str(folder / "config"),
        # Compilation sets its own flags (see configure); these reach rust-analyzer alone.
        "RUSTFLAGS": "--cfg notebook_analysis",
        "LESSON_KERNEL": "course",
        # The library was compiled in another folder.
        "LESSON_COURSE": str(places.course),
        "LESSON_KERNEL_NOTE": note,
        # evcxr's own allocator takes huge pages for little: without them it holds 65 MB less, of 590
        # while a learner works in 02_matmul, and is no slower.
        "MIMALLOC_ALLOW_THP": "0",
    }
    sources = toolchain.analysis_sources(places)
    if sources:
        environment["RUST_SRC_PATH"] = str(sources)
    if warm:
        # For a program of its own that a cell has cargo build (lesson_lib/src/uiua).
        environment["LESSON_CARGO_HOME"] = environment.get("CARGO_HOME", "")
        # Without the template's lock file cargo would fetch the newest version of each crate into
        # this folder, and from then on build the library anew at each start.
        environment.update(CARGO_HOME=str(template.cargo_home(places)), CARGO_NET_OFFLINE="true")
    # evcxr loads a cell from another folder than the one its relative search path is made for,
    # which goes unnoticed under /tmp and fails under the home folder.
    search = "DYLD_FALLBACK_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
    artefacts = folder / "target" / toolchain.host() / "debug" / "deps"
    known = [str(toolchain.libraries()), str(artefacts), environment.get(search)]
    environment[search] = os.pathsep.join(filter(None, known))
    if sys.platform == "linux":
        tunables = environment.get("GLIBC_TUNABLES")
        environment["GLIBC_TUNABLES"] = f"{tunables}:{HUGE_PAGES}" if tunables else HUGE_PAGES
    return cell_cargo.environment(folder / "bin", toolchain.cargo(), environment)


def start(places, folder, file, lock, warm, note):
    # A shell lets its background processes ignore interrupts, and what they start would inherit
    # that; a handler is not inherited, so that the kernel begins with the default.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [str(places.evcxr), "--control_file", str(file)],
        env=kernel_environment(places, folder, warm, note),
        stdout=subprocess.DEVNULL,  # evcxr's word about configuration files; outputs go to Jupyter
        pass_fds=[lock],
        preexec_fn=die_with_parent if sys.platform == "linux" else None,
        # Jupyter interrupts the launcher's whole group, and evcxr would die of it.
        start_new_session=True,
    )


def die_with_parent():
    """Linux: have the kernel killed when the launcher is, also by `kill -9`."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def serve(link, child, *rest, **more):
    """Stand between the client and evcxr until the end, and then end all that evcxr has started."""
    from course import relay

    between = relay.Relay(link, child, *rest, **more)
    signal.signal(signal.SIGINT, lambda *_: between.interrupt())
    signal.signal(signal.SIGTERM, lambda *_: between.end())
    try:
        between.run()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        code = child.wait()
        link.close()
    sys.exit(0 if between.shut_down else abs(code))


def mend_later(places, folder):
    threading.Thread(target=mend, args=(places, folder), daemon=True).start()


def mend(places, folder, poll_seconds=2.0):
    """Once the kernel has built the library in its own folder, make the template out of that."""
    artefacts = folder / "target" / toolchain.host() / "debug" / "deps"

    def age():
        """Seconds since the library was written; a crate that is no dylib has a longer name."""
        name = places.library.name.replace("-", "_")
        made = [file.stat().st_mtime for file in artefacts.glob(f"lib{name}*.rlib")]
        return time.time() - max(made) if made else 0

    while age() <= poll_seconds:
        time.sleep(poll_seconds)
    template.ensure(places, donor=folder)


if __name__ == "__main__":
    main()
