#!/usr/bin/env bash
# cluster.sh FOLDER start|crash|stop: a PostgreSQL of its own in FOLDER, from the
# programs of the embedded one. "crash" ends it without writing anything down.
. "$(dirname "${BASH_SOURCE[0]}")/../../bin/_lib.sh"
PG=$1 PG_SOCKET=$1 CACHE=$1
pg_stop_how() { pg_as_server "$PG_BIN/pg_ctl" -s -w -t 60 -m "$1" -D "$PG/data" stop </dev/null; }
case $2 in
start) pg_start ;;
crash) pg_stop_how immediate ;;
stop) pg_stop_how fast ;;
esac
