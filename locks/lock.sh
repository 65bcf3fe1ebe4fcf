#!/bin/sh
# Makes every lock file again, for all systems and Python versions at once, with hashes and without naming an index.
# Usage: sh locks/lock.sh UV [--upgrade]     Versions that still fit stay; --upgrade takes the newest.
set -eu
uv=$1
shift

lock() { # lock INPUT… -o OUTPUT
  "$uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --no-emit-find-links --no-sources "$@"
}

lock "$@" locks/uv.in -o locks/uv.txt
lock "$@" pyproject.toml -o locks/core.txt
lock "$@" pyproject.toml locks/uv.in locks/build.in --extra decomposition --extra sql --extra plans --extra intraday --extra service --extra tracing --extra neural --extra keras --extra tensorflow --extra xgboost --extra prophet --extra chronos --extra search --group dev -c locks/core.txt -c locks/uv.txt -o locks/dev.txt
lock "$@" locks/bench.in -c locks/core.txt -o locks/bench.txt
