#!/usr/bin/env bash
# Makes sure that this machine has what setting up needs beside Python: a compiler for the Velox
# plugin, Pango and fonts for the PDF; with the argument `tests`, what the report is tested with: a
# browser, poppler, LaTeX; with `bootstrap`, what a base image is made with where none can be pulled.
# Installs Debian's or Ubuntu's packages where it may; else says which.
set -euo pipefail

lacking=()

needs_command() {
    command -v "$1" >/dev/null || lacking+=("$2")
}

needs_library() {
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep --quiet "$1" || lacking+=("$2")
}

case "${1:-setup}" in
setup)
    needs_command g++ g++
    needs_command make make
    needs_library libpango-1.0.so.0 libpango-1.0-0
    needs_library libpangoft2-1.0.so.0 libpangoft2-1.0-0
    needs_library libharfbuzz-subset.so.0 libharfbuzz-subset0
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || lacking+=(python3-venv)
    fc-list 2>/dev/null | grep --quiet Liberation || lacking+=(fontconfig fonts-liberation)
    ;;
tests)
    needs_command pdftotext poppler-utils
    needs_command chromium chromium
    needs_command pdflatex texlive-latex-recommended
    kpsewhich lmodern.sty >/dev/null 2>&1 || lacking+=(lmodern)
    ;;
bootstrap)
    needs_command mmdebstrap mmdebstrap
    [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || lacking+=(debian-archive-keyring)
    ;;
*)
    echo "usage: $0 [setup|tests|bootstrap]" >&2
    exit 2
    ;;
esac

[[ ${#lacking[@]} -gt 0 ]] || exit 0
if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "error: this machine lacks ${lacking[*]}" >&2
    echo "remedy: sudo apt-get install ${lacking[*]}" >&2
    exit 1
fi
echo "installing ${lacking[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet --quiet
apt-get install --yes --quiet --quiet --no-install-recommends "${lacking[@]}" >/dev/null
