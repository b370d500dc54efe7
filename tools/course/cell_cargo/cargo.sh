#!/bin/sh
# cargo, as evcxr calls it for every cell, in the folder of the cell's crate.
#
# Before cargo starts the compiler it looks at every dependency again, a good part of what a learner
# waits for. So the compiler's command is kept when cargo runs it, and run without cargo for the later
# cells: until manifest, configuration or flags change, as they do after `:dep`.
#
# Those cells leave out what evcxr writes into each, as source, to keep variables in: the template has
# it compiled (variable_store.rs).

store=target/libevcxr_internal_runtime.rlib

case " $* " in
*" build "*) ;;
*) exec "$LESSON_CARGO" "$@" ;;
esac

# The cell in kept.rs without evcxr's module. Its lines stay, empty, so that all others keep their number.
without_module() {
    awk '
        $0 == "mod evcxr_internal_runtime {" { inside = 1 }
        !inside
        inside { print "" }
        $0 == "}" && before == "}" { inside = 0 }
        { before = $0 }
    ' kept.rs
}

asked=$(printf '%s\n' "$*" "$RUSTC" "$RUSTFLAGS" "$RUSTC_WRAPPER" && cat Cargo.toml .cargo/config.toml)

if [ -f kept.sh ] && [ "$asked" = "$(cat kept.asked)" ]; then
    cp kept.library "$EVCXR_EXECUTION_SO_PATH"
    # Huge pages, where the system gives them: the compiler fills 200 MB and is gone.
    export MALLOC_CONF=thp:always
    # As the cells' types are now; definitions.py.
    types=$(cat types.generation 2>/dev/null)
    # Not in place of this process: an interrupt looks for `cargo` and ends it with its children.
    if [ -f $store ]; then
        mv src/lib.rs kept.rs
        without_module >src/lib.rs
        set -- $types --extern evcxr_internal_runtime="$PWD/$store"
        . ./kept.sh >kept.out 2>kept.err && cat kept.out && cat kept.err >&2 && exit
        # What evcxr reads of a cell's errors are messages about all that it wrote.
        mv kept.rs src/lib.rs
    fi
    set -- $types
    . ./kept.sh
    exit
fi

rm -f kept.sh
"$LESSON_CARGO" "$@" -vv 2>kept.log
code=$?
# What it says besides is of no use to who reads the errors of a cell.
grep -v '^ *\(Fresh\|Dirty\|Running\|Compiling\) ' kept.log >&2

target=${*#*--target }
for library in "$PWD/target/${target%% *}/debug/deps"/libctx.so "$PWD/target/${target%% *}/debug/deps"/libctx.dylib; do
    if [ $code -eq 0 ] && [ -f "$library" ]; then
        printf %s "$library" >kept.library
        printf '%s\n' "$asked" >kept.asked
        # Out of: Running `A=1 B=2 rustc --crate-name ctx …`. Messages without colours, as cargo
        # passes them on.
        sed -n '/--crate-name ctx /s/^ *Running `\(.*\)`$/env \1 "$@"/p' kept.log |
            sed 's/diagnostic-rendered-ansi,//' >kept.sh
        [ -s kept.sh ] || rm kept.sh
    fi
done
exit $code
