#!/bin/sh
# Prints a Python that Plumbline can work with: `find_python.sh [PYTHON]`. One that is named is taken
# or refused. Else it is the one that the environments are made with; python3; a python3.13 … 3.10
# on the PATH; one of pyenv's; one of uv's, which uv may download.
set -u
cd "$(dirname "$0")/.." || exit

# Prints a Python and ends, where it fits; ends too where it says that none would.
take() {
    if told=$("$1" -c 'import images' 2>&1); then
        command -v "$1"
        exit 0
    fi
    case $told in
    *"needs CPython"*) refusal=$told ;;
    "error: "*)
        echo "$told" >&2
        exit 1
        ;;
    esac
}

refusal="error: no Python is here"
if [ -n "${1:-}" ]; then
    if ! command -v "$1" >/dev/null; then
        echo "error: there is no Python at PYTHON=$1; name one that is there, or leave it out" >&2
        exit 1
    fi
    take "$1"
    echo "$told" >&2
    exit 1
fi

# A machine without any gets Debian's or Ubuntu's, where that may be installed.
if ! command -v python3 >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing python3-venv" >&2
    apt-get --quiet --quiet update
    apt-get --quiet --quiet install --yes --no-install-recommends python3-venv >&2
fi

base=$(.environments/plumbline/bin/python -c 'import sys; print(sys._base_executable)' 2>/dev/null)
[ -z "$base" ] || take "$base"
take python3
for version in 3.13 3.12 3.11 3.10; do
    take "python$version"
    for python in "${PYENV_ROOT:-${HOME-}/.pyenv}/versions/$version".*/bin/python; do
        take "$python"
    done
done
if command -v uv >/dev/null; then
    for version in 3.13 3.12 3.11 3.10; do
        python=$(uv python find --system --no-project "$version" 2>/dev/null) && take "$python"
    done
    echo "no fitting Python is here: uv fetches Python 3.12" >&2
    uv python install 3.12 >&2 && take "$(uv python find --system --no-project 3.12)"
fi
echo "$refusal" >&2
echo "no fitting Python is on the PATH, in pyenv or in uv either; remedy: install one, for example" \
    "with \`uv python install 3.12\` or \`pyenv install 3.12\`" >&2
exit 1
