#!/bin/sh
# evcxr asks rustup where cargo is: beside this file.
here=$(dirname "$0")
if [ "$*" = "which cargo" ]; then
    echo "$here/cargo"
    exit
fi
PATH=${PATH#"$here:"}
exec rustup "$@"
