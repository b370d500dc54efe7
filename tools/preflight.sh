#!/bin/sh
# Is everything here that the course is built from? Reports all that is missing at once.
#   preflight.sh            silent and 0 when all is well, else a list and 1
#   preflight.sh --offer    the same; in a terminal it asks whether to install what is missing, and
#                           with YES=1 it installs that without a question
#   preflight.sh --verbose  also prints what was found
#   preflight.sh --python   prints the Python to use (POSIX sh: there may be none)
# On Windows itself nothing of the course runs: it says so, and ends with 2.
# The checks run side by side, so that a good machine waits a fraction of a second.

RUST_MINOR=95
PYTHON_MINOR=10

good_python() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c "import sys; sys.exit(sys.version_info < (3, $PYTHON_MINOR))" >/dev/null 2>&1
}

# $PYTHON if given, else the first of the usual names that is new enough.
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python3.10}; do
        if good_python "$name"; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

# missing NAME WHY DEBIAN MACOS
missing() {
    printf '  %s: %s\n      Debian, Ubuntu:  %s\n      macOS:           %s\n' "$1" "$2" "$3" "$4"
}

# offer KIND WHAT: what would install it here: packages of `apt` or `brew`, or a whole `line`.
offer() {
    echo "$1 $2" >>"$scratch/offers"
}

found() {
    printf '  %-14s %s\n' "$1" "$2"
}

RUSTUP='curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh'

offer_rustup() {
    command -v curl >/dev/null 2>&1 || offer apt curl
    offer line "$RUSTUP -s -- -y"
}

check_rust() {
    if ! command -v cargo >/dev/null 2>&1 || ! version=$(rustc --version 2>/dev/null); then
        missing 'Rust' 'cargo and rustc were not found' "$RUSTUP" "$RUSTUP"
        offer_rustup
        return 1
    fi
    minor=$(echo "$version" | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
    if [ "${minor:-0}" -lt "$RUST_MINOR" ]; then
        line=$RUSTUP
        if command -v rustup >/dev/null 2>&1; then
            line='rustup update stable'
            offer line "$line"
        else
            offer_rustup
        fi
        missing 'Rust' "found $version, need 1.$RUST_MINOR or newer" "$line" "$line"
        return 1
    fi
    found 'Rust' "$version"
}

check_python() {
    if ! python=$(find_python); then
        missing 'Python' "no Python 3.$PYTHON_MINOR or newer was found" \
            'sudo apt install python3 python3-venv' 'brew install python'
        offer apt 'python3 python3-venv'
        offer brew python
        return 1
    fi
    # Debian ships venv without ensurepip until python3-venv is installed.
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        missing 'Python venv' "$python cannot make virtual environments" \
            'sudo apt install python3-venv' 'brew install python'
        offer apt python3-venv
        offer brew python
        return 1
    fi
    found 'Python' "$("$python" --version) ($(command -v "$python"))"
}

# A compiler counts when it makes a shared library that uses a standard header. Its name may bring
# arguments.
works_as_cxx() {
    set -f
    command -v ${1%% *} >/dev/null 2>&1 &&
        printf '#include <cstddef>\nextern "C" std::size_t f() { return 0; }\n' |
        $1 -x c++ -std=c++17 -shared -fPIC -o "$2/probe.so" - >/dev/null 2>&1
}

# The rule of lesson_lib/src/device/cpu/compiler.rs: $LESSON_CXX and no other, else the first that
# works of $CXX and the usual names.
check_cxx() {
    IFS=:
    for name in ${LESSON_CXX:-${CXX:+$CXX:}c++:g++:clang++}; do
        unset IFS
        if works_as_cxx "$name" "$scratch"; then
            found 'C++ compiler' "$($name --version 2>/dev/null | head -n 1)"
            return 0
        fi
    done
    unset IFS
    problem='no working c++, g++ or clang++ (the CPU device compiles kernels with it)'
    if [ -n "$LESSON_CXX" ]; then
        problem="LESSON_CXX is $LESSON_CXX, which does not work: unset it, or name another"
    else
        offer apt g++
        [ "$(uname -s 2>/dev/null)" != Darwin ] || offer line 'xcode-select --install'
    fi
    missing 'C++ compiler' "$problem" 'sudo apt install g++' 'xcode-select --install'
    return 1
}

# The lines that install what is missing, as far as this machine has what they call.
install_lines() {
    root=
    [ "$(id -u)" = 0 ] || root='sudo '
    apt=$(sed -n 's/^apt //p' "$scratch/offers")
    brew=$(sed -n 's/^brew //p' "$scratch/offers")
    if [ -n "$apt" ] && command -v apt-get >/dev/null 2>&1; then
        echo "${root}apt-get update && ${root}apt-get install -y" $apt
    elif [ -n "$brew" ] && command -v brew >/dev/null 2>&1; then
        echo "brew install" $brew
    fi
    sed -n 's/^line //p' "$scratch/offers"
}

# Run the lines in $scratch/lines if that is wanted: nothing is installed unasked.
wanted() {
    printf 'This installs them:\n' >&2
    sed 's/^/    /' "$scratch/lines" >&2
    if [ "$YES" = 1 ]; then
        return 0
    elif ! { [ -t 0 ] && [ -t 2 ]; }; then
        printf 'Run that yourself, or set YES=1.\n' >&2
        return 1
    fi
    printf 'Run it now? [y/N] ' >&2
    read -r answer
    case $answer in [yY] | [yY][eE][sS]) return 0 ;; *) return 1 ;; esac
}

install() {
    while IFS= read -r line <&3; do
        printf '\n+ %s\n' "$line" >&2
        sh -c "$line" || return
    done 3<"$scratch/lines"
}

if [ "$1" = --python ]; then
    find_python || echo python3
    exit 0
fi

# Git Bash, MSYS2 and Cygwin name themselves so; inside WSL2 it is Linux.
case $(uname -s 2>/dev/null) in
MINGW* | MSYS* | CYGWIN*)
    echo 'The course does not run on Windows itself. Install WSL2, in a PowerShell:' >&2
    printf '    wsl --install -d Ubuntu\n' >&2
    echo 'Then open Ubuntu, clone the course in its home folder, and run the same command there.' >&2
    exit 2
    ;;
esac

scratch=$(mktemp -d "${TMPDIR:-/tmp}/preflight.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

for check in rust python cxx; do
    (check_$check >"$scratch/$check" || : >"$scratch/$check.missing") &
done
wait

status=0
for check in rust python cxx; do
    if [ -e "$scratch/$check.missing" ]; then
        [ $status = 0 ] && echo 'The course needs a few things that are not here yet:' >&2
        status=1
        cat "$scratch/$check" >&2
    elif [ "$1" = --verbose ]; then
        cat "$scratch/$check"
    fi
done
if [ "$1" = --offer ] && [ -s "$scratch/offers" ]; then
    install_lines >"$scratch/lines"
    if [ -s "$scratch/lines" ] && wanted; then
        install || exit 1
        # Where rustup puts its programs, which this shell cannot know of yet.
        PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin sh "$0"
        exit
    fi
fi
exit $status
