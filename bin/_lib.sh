# shellcheck shell=bash
# Shared by every command of bin/. Source it, then:
#   need_setup      whatever bin/setup has not done yet for this checkout
#   need_postgres   the embedded server runs, or your own one (PGHOST/PGPORT/PGUSER) is used
#   need_conf       $CONF is Odoo's configuration for this checkout and this environment
#   need_all        the three of them
#   odoo_cli …      Odoo's command line, in place of this shell's stdin and stdout
#   run_py FILE …   a Python file with Odoo importable
# .venv, .odoo, .tools and .pg may be links to another checkout's folders.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
TOOLS=$ROOT/.tools
CACHE=$ROOT/.cache
DATA=$ROOT/.data
CONF=$DATA/odoo.conf

# Progress goes to stderr: stdout belongs to the command itself.
say() { printf '%s\n' "dunning_fr: $*" >&2; }
fail() {
    printf '%s\n' "dunning_fr: ERROR: $1" >&2
    shift
    for line in "$@"; do printf '%s\n' "    $line" >&2; done
    exit 1
}

digest() { sha256sum | cut -c1-12; }

# with_lock FILE COMMAND…: one at a time, also between checkouts that share a folder.
# Descriptor 9 is the lock: whatever starts a daemon closes it (9>&-).
with_lock() {
    local file=$1
    shift
    mkdir -p "$(dirname "$file")"
    (
        flock 9
        "$@"
    ) 9>"$file"
}

# shellcheck source=bin/_postgres.sh
. "$ROOT/bin/_postgres.sh"

# Where the odoo package is: the folder to put on PYTHONPATH.
odoo_path() {
    local home=${ODOO_HOME:-$ROOT/.odoo/usr/lib/python3/dist-packages}
    [ ! -f "$home/release.py" ] || home=$(dirname "$home")
    (cd "$home" 2>/dev/null && pwd -P) || printf '%s\n' "$home"
}

# This repository, a source checkout's second add-ons folder, EXTRA_ADDONS=/path[,/path].
# (odoo/addons is on the path by itself.)
addons_path() {
    local home path=$ROOT
    home=$(odoo_path)
    [ -f "$home/odoo/addons/account/__manifest__.py" ] || path+=,$home/addons
    printf '%s%s\n' "$path" "${EXTRA_ADDONS:+,$EXTRA_ADDONS}"
}

# An Odoo of the user's own is looked at before anything is built on it.
check_odoo_home() {
    local release
    [ -n "${ODOO_HOME:-}" ] || return 0
    release=$(odoo_path)/odoo/release.py
    [ -f "$release" ] || fail "ODOO_HOME=$ODOO_HOME has no Odoo: no file $release" \
        "Name a source checkout, or the folder that contains the package \"odoo\"."
    grep -q '^version_info = (19,' "$release" ||
        fail "ODOO_HOME=$ODOO_HOME is not Odoo 19: $(grep '^version_info' "$release")"
}

need_setup() {
    check_odoo_home
    [ -z "${DUNNING_SETUP_DONE:-}" ] || return 0
    "$ROOT/bin/setup" --quiet >&2
    export DUNNING_SETUP_DONE=1
}

need_postgres() {
    if own_postgres; then
        own_postgres_answers
    else
        pg_ready || with_lock "${PG%/*}/.cache/postgres.lock" pg_start
    fi
}

# The file names its environment: commands with other EXTRA_ADDONS or another server
# may run at the same time.
need_conf() {
    local key text
    key=$(printf '%s|' "${EXTRA_ADDONS:-}" "${ODOO_HOME:-}" "${PGHOST:-}" "${PGPORT:-}" \
        "${PGUSER:-}" "${PGSSLMODE:-}" | digest)
    [ "$key" = "$(printf '||||||' | digest)" ] || CONF=$DATA/odoo-$key.conf
    text="[options]
addons_path = $(addons_path)
data_dir = $(filestore_home)
http_interface = 127.0.0.1
list_db = True
without_demo = True
max_cron_threads = 1
limit_time_real = 1200
limit_time_real_cron = 0
$(pg_conf)"
    mkdir -p "$DATA"
    if [ "$text" != "$(cat "$CONF" 2>/dev/null)" ]; then
        (umask 077 && printf '%s\n' "$text" >"$CONF.$$")
        mv -f "$CONF.$$" "$CONF"
    fi
    export ODOO_RC=$CONF
}

# The patched wkhtmltopdf must be the first one on PATH: Odoo looks there before bin_path.
use_environment() {
    export PATH="$TOOLS/wkhtmltox/bin:$VENV/bin:$PATH"
    PYTHONPATH=$(odoo_path)${PYTHONPATH:+:$PYTHONPATH}
    export PYTHONPATH PYTHONNOUSERSITE=1 DOCUTILSCONFIG=${DOCUTILSCONFIG:-$ROOT/bin/_docutils.conf}
    # linters, fonts and the browser keep their caches here, not in the user's home
    export XDG_CACHE_HOME=$CACHE/xdg
    own_postgres || unset PGDATABASE PGPASSWORD PGSSLMODE PGSERVICE
}

need_all() {
    need_setup
    need_postgres
    need_conf
    use_environment
}

find_chromium() {
    command -v chromium || command -v chromium-browser || command -v google-chrome ||
        command -v google-chrome-stable
}

need_chromium() {
    find_chromium >/dev/null || fail "no Chromium or Chrome on PATH, and browser tests need one" \
        "Debian: apt-get install chromium"
}

run_py() { "$VENV/bin/python" "$@"; }
odoo_cli() { "$VENV/bin/python" "$ROOT/bin/_odoo.py" "$@"; }
