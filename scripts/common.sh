# Shared by run, test and the scripts beside this file. Expects $root.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

fail() {
    echo "$*" >&2
    exit 1
}

# The SDK and what it needs.
need_dotnet() {
    local where=https://dotnet.microsoft.com/download/dotnet/10.0
    command -v dotnet >/dev/null || fail "The .NET SDK 10 is not installed. Get it from $where or your package manager (dotnet-sdk-10.0)."
    [[ $(dotnet --list-sdks) == *10.* ]] || fail "The .NET SDK 10 is needed; this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). Get it from $where."
    need_icu
}

has_postgres() {
    local folder folders=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin)
    command -v pg_ctl >/dev/null && return 0
    for folder in "${folders[@]}"; do
        [[ -x $folder/pg_ctl ]] && return 0
    done
    return 1
}

# Sets $as to what makes a command run as root without asking anybody: nothing, or sudo. Fails where there is neither.
become_root() {
    as=()
    ((EUID == 0)) && return 0
    as=(sudo -n)
    sudo -n true 2>/dev/null
}

# apt_install package..: prints what it installs; whether it is there afterwards is for the caller to see.
apt_install() {
    echo "Installing: apt-get install -y $*" >&2
    ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || true
    ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 </dev/null || true
}

has_icu() {
    local library
    [[ $(uname) == Darwin ]] && return 0 # The system has it.
    for library in /usr/lib/libicuuc.so.* /usr/lib64/libicuuc.so.* /usr/lib/*/libicuuc.so.* /usr/local/lib/libicuuc.so.*; do
        [[ -e $library ]] && return 0
    done
    return 1
}

# Formats of languages and the normalisation of text need ICU; the .NET runtime does not start without it.
need_icu() {
    has_icu && return 0
    local as=() how
    if command -v apt-get >/dev/null; then
        how="apt-get install -y libicu-dev"
    elif command -v dnf >/dev/null; then
        how='dnf install -y libicu'
    elif command -v apk >/dev/null; then
        how='apk add icu-libs icu-data-full'
    elif command -v zypper >/dev/null; then
        how='zypper --non-interactive install libicu'
    else
        fail "ICU is not installed, and this machine has no package manager known here. Install its libraries (libicuuc, libicui18n)."
    fi

    become_root || fail "ICU is not installed. Run: sudo $how"
    if [[ $how == apt-get* ]]; then
        # Its name carries its version: libicu72 in Debian 12. The package for developers depends on the right one everywhere.
        ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || true
        apt_install "$(apt-cache depends libicu-dev 2>/dev/null | sed -nE 's/.*Depends: (libicu[0-9]+)$/\1/p' | head -n 1 | grep . || echo libicu-dev)"
    else
        echo "Installing ICU: $how" >&2
        # shellcheck disable=SC2086
        ${as[@]+"${as[@]}"} $how >&2 </dev/null || true
    fi
    has_icu || fail "ICU could not be installed. Run: sudo $how"
}

# Installs the server from the distribution where that is possible without asking anybody.
need_postgres() {
    has_postgres && return 0
    local as=() how
    if command -v apt-get >/dev/null; then
        how='apt-get install -y postgresql'
    elif command -v dnf >/dev/null; then
        how='dnf install -y postgresql-server'
    elif command -v apk >/dev/null; then
        how='apk add postgresql'
    elif command -v zypper >/dev/null; then
        how='zypper --non-interactive install postgresql-server'
    elif command -v brew >/dev/null; then
        how='brew install postgresql@17'
    else
        fail "PostgreSQL 13 or newer is not installed, and this machine has no package manager known here. Install its server programs (initdb, pg_ctl, postgres), or name a running server in ConnectionStrings__Postgres."
    fi

    if [[ $how != brew* ]]; then
        become_root || fail "PostgreSQL 13 or newer is not installed. Run: sudo $how
or name a running server in ConnectionStrings__Postgres."
    fi

    if [[ $how == apt-get* ]]; then
        # The distribution would start a cluster of its own on the standard port; ours is private, so that one is not made.
        ${as[@]+"${as[@]}"} mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false' | ${as[@]+"${as[@]}"} tee /etc/postgresql-common/createcluster.d/platform.conf >/dev/null
        apt_install postgresql
    else
        echo "Installing PostgreSQL: $how" >&2
        # shellcheck disable=SC2086
        ${as[@]+"${as[@]}"} $how >&2 </dev/null || true
    fi
    has_postgres || fail "PostgreSQL could not be installed with: $how
Install its server programs (initdb, pg_ctl, postgres), or name a running server in ConnectionStrings__Postgres."
}

# The tests of single sign-on run a directory of their own. Installed where that is possible without
# asking anybody; where it is not, those tests fail and say what is missing.
need_test_servers() {
    local packages=() as=()
    PATH=$PATH:/usr/sbin:/usr/lib/openldap command -v slapd >/dev/null || packages+=(slapd)
    ((${#packages[@]})) && command -v apt-get >/dev/null || return 0
    become_root || return 0
    apt_install "${packages[@]}"
}

# Builds Release when a source is newer than the last build. One build at a time in this folder.
build_when_changed() {
    local stamp=$root/artifacts/run.built
    if [[ -f $stamp && -f $root/src/Api/bin/Release/net10.0/Platform.Api.dll && -f $root/src/Silo/bin/Release/net10.0/Platform.Silo.dll ]] \
        && [[ -z $(find "$root/src" "$root"/Directory.* "$root/global.json" \
            \( -name bin -o -name obj \) -prune -o -newer "$stamp" -type f -print -quit) ]]; then
        return 0
    fi

    mkdir -p "$root/artifacts"
    local log=$root/artifacts/run.log new=$stamp.new
    touch "$new"
    echo "Building (only after a change of the sources)..." >&2
    dotnet build "$root/src/Api/Api.csproj" -c Release -v q -nologo >"$log" 2>&1 || {
        cat "$log" >&2
        fail "The build failed."
    }
    mv "$new" "$stamp" # As old as the start of the build: what changed during it counts as newer.
}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

command_of() {
    if [[ -d /proc/self ]]; then
        tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null
    else
        ps -o command= -p "$1"
    fi
}

# Stops every private server below a folder: those whose process died before it could.
stop_servers_below() {
    local file pid
    for file in "$1"/*/postgres/data/postmaster.pid "$1"/postgres/data/postmaster.pid; do
        [[ -f $file ]] || continue
        pid=$(head -n 1 "$file")
        # Only a server that runs on this very folder: the number may belong to somebody else by now.
        if command_of "$pid" | grep -qF -- "-D $(cd "$(dirname "$file")" && pwd -P)"; then
            kill -INT "$pid" 2>/dev/null || true
            for _ in $(seq 100); do
                kill -0 "$pid" 2>/dev/null || break
                sleep 0.1
            done
            kill -KILL "$pid" 2>/dev/null || true
        fi
    done
}
