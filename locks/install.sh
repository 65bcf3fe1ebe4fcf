#!/bin/sh
# Makes (or brings up to date) the environment VENV so that it holds exactly what LOCK lists, hashes checked.
# Usage: sh locks/install.sh VENV LOCK     Needs Python 3.11+ with its venv module and a package index, nothing else.
# Run from the repository root. PYTHON=… chooses the interpreter of a new environment.
set -eu

venv=$1
lock=$2

say() { printf '%s\n' "$*" >&2; }
recent() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; }

# ---- the environment itself: kept when its Python works and is recent enough -----------------------------------------
if ! recent "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=
  without_venv=
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    recent "$candidate" || continue
    if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
      python=$candidate
      break
    fi
    without_venv=$candidate
  done
  if [ -z "$python" ] && [ -n "$without_venv" ]; then
    say "$without_venv has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv) and run make again."
    exit 1
  elif [ -z "$python" ]; then
    say "Busyness needs Python 3.11 or later and found none: install it, or name it with make setup PYTHON=/path/to/python3."
    exit 1
  fi
  "$python" -m venv --clear "$venv"
  printf '*\n' >"$venv/.gitignore"
fi

# ---- the installer, pinned -----------------------------------------------------------------------------------------------
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt

# uv does not read pip's settings: a package index that this machine's pip knows is handed on.
asked() { "$venv/bin/python" -m pip config get "global.$1" 2>/dev/null || true; }
export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-$(asked index-url)}}}"
[ -n "$UV_DEFAULT_INDEX" ] || unset UV_DEFAULT_INDEX
certificates="${SSL_CERT_FILE:-${PIP_CERT:-$(asked cert)}}"
[ -z "$certificates" ] || export SSL_CERT_FILE="$certificates"
export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}" UV_PYTHON_DOWNLOADS=never

# ---- what the lock lists, compiled once so that every later start is quick ------------------------------------------------
if ! "$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode "$lock"; then
  say "uv could not install $lock; pip tries the same list."
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
fi
