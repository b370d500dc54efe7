"""Start the Rust kernel for Jupyter in a warm, private folder, and tidy up after it.

    python tools/course/launcher.py CONNECTION_FILE

Jupyter runs this through the kernelspec. It needs nothing but the standard library.
"""

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

from course import evcxr, paths, processes, progress, session, template, toolchain

# glibc then asks for huge pages for large arrays, where Linux gives them to whoever asks:
# streaming through 157 MB of digits is up to twice as fast.
HUGE_PAGES = "glibc.malloc.hugetlb=1"


def main():
    places = paths.find()
    note = prepare(places)
    with session.opened(places) as (folder, lock):
        prebuilt = template.state(places)
        if template.has_dependencies(places):
            session.link_tree(prebuilt.folder, folder)
        configure(places, folder, prebuilt.fresh)
        child = start(places, folder, lock, prebuilt.fresh, note)
        if not prebuilt.fresh:
            mend_later(places, folder)
        code = wait(child)
    sys.exit(code)


def prepare(places):
    """Bring the template up to date if that is quick; a line for the learner if it was not."""
    before = template.state(places)
    if before.fresh:
        return ""
    if not template.has_dependencies(places):
        return (
            f"The prebuilt library is missing ({before.reason}): this first cell builds it, which "
            "takes one to three minutes, and the next start is quick again."
        )
    start_time = time.monotonic()
    try:
        template.ensure(places)
    except progress.StepFailed as failure:
        # The kernel starts all the same: its first cell shows the compiler's errors.
        print(failure, file=sys.stderr)
        return f"lesson_lib does not compile ({before.reason}): see the errors of this cell."
    seconds = time.monotonic() - start_time
    return f"The library was rebuilt before this start ({before.reason}): {seconds:.0f} s."


def configure(places, folder, warm):
    """What evcxr runs at its own start, before the learner's first cell."""
    settings = folder / "config"
    settings.mkdir()
    lines = [f":opt {template.OPT_LEVEL}", f":build_env RUSTFLAGS={template.RUSTFLAGS}"]
    if warm:
        lines.append(f':dep lesson_lib = {{ path = "{places.course / "lesson_lib"}" }}')
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
        "CARGO_HOME": str(template.cargo_home(places)),
        "LESSON_KERNEL": "course",
        "LESSON_KERNEL_NOTE": note,
    }
    sources = toolchain.analysis_sources(places)
    if sources:
        environment["RUST_SRC_PATH"] = str(sources)
    if warm:
        environment["CARGO_NET_OFFLINE"] = "true"
    # evcxr loads a cell from another folder than the one its relative search path is made for,
    # which goes unnoticed under /tmp and fails under the home folder.
    search = "DYLD_FALLBACK_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
    artefacts = folder / "target" / toolchain.host() / "debug" / "deps"
    known = [str(toolchain.libraries()), str(artefacts), environment.get(search)]
    environment[search] = os.pathsep.join(filter(None, known))
    if sys.platform == "linux":
        tunables = environment.get("GLIBC_TUNABLES")
        environment["GLIBC_TUNABLES"] = f"{tunables}:{HUGE_PAGES}" if tunables else HUGE_PAGES
    return environment


def start(places, folder, lock, warm, note):
    # A shell lets its background processes ignore interrupts, and what they start would inherit
    # that; a handler is not inherited, so that the kernel begins with the default.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [str(places.evcxr), "--control_file", sys.argv[1]],
        env=kernel_environment(places, folder, warm, note),
        stdout=subprocess.DEVNULL,  # evcxr's word about configuration files; outputs go to Jupyter
        pass_fds=[lock],
        preexec_fn=die_with_parent if sys.platform == "linux" else None,
        # Jupyter interrupts the launcher's whole group, and evcxr would die of it: see interrupt.
        start_new_session=True,
    )


def die_with_parent():
    """Linux: have the kernel killed when the launcher is, also by `kill -9`."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def interrupt(kernel):
    """Stop the running cell: interrupt the process that runs it, not the kernel above it.

    Where a kernel runs on the CPU device, the library ends that launch with an error and the
    variables live on. Any other cell ends with its process, and evcxr starts another.
    """
    program = paths.find().evcxr.name
    for pid, name in processes.children(kernel):
        # comm has 15 characters at most.
        if program.startswith(name):
            os.kill(pid, signal.SIGINT)


def wait(child):
    """Wait for the kernel; pass on the requests to end and to interrupt."""
    signal.signal(signal.SIGINT, lambda *_: interrupt(child.pid))
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


def mend_later(places, folder):
    threading.Thread(target=mend, args=(places, folder), daemon=True).start()


def mend(places, folder, poll_seconds=2.0):
    """Once the kernel has built the library in its own folder, make the template out of that."""
    artefacts = folder / "target" / toolchain.host() / "debug" / "deps"
    library = artefacts / "liblesson_lib.rlib"
    while not (library.exists() and time.time() - library.stat().st_mtime > poll_seconds):
        time.sleep(poll_seconds)
    template.ensure(places, donor=folder)


if __name__ == "__main__":
    main()
