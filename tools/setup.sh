#!/bin/sh
# Make .venv beside the Makefile hold exactly one lock file and this checkout, editable.
#
#   tools/setup.sh LOCK [INTERPRETER]
#
# uv does it in seconds, pip in minutes; both read the same lock. The lock is complete, so nothing is resolved here
# (--no-deps). Everything is compiled to bytecode, because imports without it are about four times slower.
set -eu

cd "$(dirname "$0")/.."
lock=$1
interpreter=${2:-python3}
python=.venv/bin/python
unset PYTHONDONTWRITEBYTECODE PYTHONPATH VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV || true

fail() {
    echo "setup: $*" >&2
    exit 2
}

find_uv() {
    if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
        echo uv
    elif [ -x .venv/bin/uv ]; then
        echo .venv/bin/uv
    fi
}

if ! [ -x $python ]; then
    command -v "$interpreter" >/dev/null 2>&1 || fail "$interpreter was not found; name one with make PYTHON=…"
    "$interpreter" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed, $interpreter is $("$interpreter" -V 2>&1); name another with make PYTHON=…"
    echo "setup: creating .venv"
    # A Python without ensurepip (Debian without python3-venv) can't make one with pip in it; uv needs no pip.
    if ! "$interpreter" -m venv .venv >/dev/null 2>&1; then
        [ -n "$(find_uv)" ] || fail "$interpreter can't create environments; install python3-venv, or uv"
        $(find_uv) venv --quiet --clear --python "$interpreter" .venv
    fi
fi

# uv is one small wheel away; where it can't be had, pip does the whole job.
[ -n "$(find_uv)" ] || $python -m pip install --quiet --disable-pip-version-check uv >/dev/null 2>&1 || true

install_with_uv() {
    echo "setup: installing $lock with uv"
    "$1" pip install --quiet --python $python --compile-bytecode --no-deps -r "$lock" &&
        "$1" pip install --quiet --python $python --no-deps --editable .
}

install_with_pip() {
    echo "setup: installing $lock with pip (some minutes)"
    $python -m pip --version >/dev/null 2>&1 || $python -m ensurepip >/dev/null
    $python -m pip install --quiet --disable-pip-version-check --no-deps -r "$lock"
    $python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
}

# uv reads neither pip's configuration nor, by default, the system's certificates: where a company's proxy or mirror
# is known to pip only, pip still gets there.
uv=$(find_uv)
if [ -z "$uv" ] || ! install_with_uv "$uv"; then
    install_with_pip
fi
