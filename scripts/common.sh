# Shared by run, test and the scripts in this folder. Requires $root.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

fail() {
    echo "$*" >&2
    exit 1
}

# Checks for the SDK and its dependencies.
need_dotnet() {
    local where=https://dotnet.microsoft.com/download/dotnet/10.0
    command -v dotnet >/dev/null || fail "The .NET SDK 10 is not installed. Get it from $where or your package manager (dotnet-sdk-10.0)."
    [[ $(dotnet --list-sdks) == *10.* ]] || fail "The .NET SDK 10 is required; this machine has:" \
        "$(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). Get it from $where."
    need_icu
}

has_postgres() {
    local folder folders=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql*
        /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin)
    command -v pg_ctl >/dev/null && return 0
    for folder in "${folders[@]}"; do
        [[ -x $folder/pg_ctl ]] && return 0
    done
    return 1
}

# Sets $as to the prefix that runs a command as root without a prompt: nothing, or sudo. Fails if neither works.
become_root() {
    as=()
    ((EUID == 0)) && return 0
    as=(sudo -n)
    sudo -n true 2>/dev/null
}

# how_to_install APT DNF APK ZYPPER [BREW]: prints the install command of this machine's package manager, or nothing if it is unknown.
how_to_install() {
    if command -v apt-get >/dev/null; then
        echo "apt-get install -y $1"
    elif command -v dnf >/dev/null; then
        echo "dnf install -y $2"
    elif command -v apk >/dev/null; then
        echo "apk add $3"
    elif command -v zypper >/dev/null; then
        echo "zypper --non-interactive install $4"
    elif [[ -n ${5:-} ]] && command -v brew >/dev/null; then
        echo "brew install $5"
    fi
}

# Runs an install command with the prefix $as. The caller must check whether it worked.
install_by() {
    echo "Installing: $1" >&2
    # shellcheck disable=SC2086
    ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive $1 >&2 </dev/null || true
}

apt_update() {
    ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || true
}

has_icu() {
    local library
    [[ $(uname) == Darwin ]] && return 0 # Part of the system.
    for library in /usr/lib/libicuuc.so.* /usr/lib64/libicuuc.so.* /usr/lib/*/libicuuc.so.* /usr/local/lib/libicuuc.so.*; do
        [[ -e $library ]] && return 0
    done
    return 1
}

# Language formats and text normalisation need ICU; the .NET runtime does not start without it.
need_icu() {
    has_icu && return 0
    local as=() how
    how=$(how_to_install libicu-dev libicu 'icu-libs icu-data-full' libicu)
    [[ -n $how ]] || fail "ICU is not installed, and this machine has no known package manager." \
        "Install its libraries (libicuuc, libicui18n)."
    become_root || fail "ICU is not installed. Run: sudo $how"
    if [[ $how == apt-get* ]]; then
        # The package name contains the version (libicu72 in Debian 12). The development package depends on the right one.
        apt_update
        how="apt-get install -y -q --no-install-recommends $(apt-cache depends libicu-dev 2>/dev/null \
            | sed -nE 's/.*Depends: (libicu[0-9]+)$/\1/p' | head -n 1 | grep . || echo libicu-dev)"
    fi
    install_by "$how"
    has_icu || fail "ICU could not be installed. Run: sudo $how"
}

# Installs the server from the distribution if that is possible without a prompt.
need_postgres() {
    has_postgres && return 0
    local as=() how elsewhere='or set ConnectionStrings__Postgres to the connection string of a running server.'
    how=$(how_to_install postgresql postgresql-server postgresql postgresql-server postgresql@17)
    [[ -n $how ]] || fail "PostgreSQL 13 or newer is not installed, and this machine has no known package manager." \
        "Install its server programs (initdb, pg_ctl, postgres), $elsewhere"
    [[ $how == brew* ]] || become_root || fail "PostgreSQL 13 or newer is not installed. Run: sudo $how
$elsewhere"
    if [[ $how == apt-get* ]]; then
        # Prevents the distribution from creating and starting its own cluster on the standard port. Ours is private.
        ${as[@]+"${as[@]}"} mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false' | ${as[@]+"${as[@]}"} tee /etc/postgresql-common/createcluster.d/platform.conf >/dev/null
        apt_update
        how+=' -q --no-install-recommends'
    fi
    install_by "$how"
    has_postgres || fail "PostgreSQL could not be installed with: $how
Install its server programs (initdb, pg_ctl, postgres), $elsewhere"
}

# The tests run their own LDAP server and proxy. Installs them if that is possible without a prompt; otherwise
# those tests fail and say what is missing.
need_test_servers() {
    local packages=() as=()
    PATH=$PATH:/usr/sbin:/usr/lib/openldap command -v slapd >/dev/null || packages+=(slapd)
    PATH=$PATH:/usr/sbin command -v nginx >/dev/null || packages+=(nginx-light)
    ((${#packages[@]})) && command -v apt-get >/dev/null || return 0
    become_root || return 0
    apt_update
    install_by "apt-get install -y -q --no-install-recommends ${packages[*]}"
}

# Builds Release if a source is newer than the last build. Concurrent builds in this folder wait.
build_when_changed() {
    local stamp=$root/artifacts/run.built
    mkdir -p "$root/artifacts"
    if command -v flock >/dev/null; then
        exec 9>"$root/artifacts/run.lock"
        flock 9
    fi
    is_built "$stamp" || build_now "$stamp"
    exec 9>&-
}

is_built() {
    [[ -f $1 && -f $root/src/Api/bin/Release/net10.0/Platform.Api.dll && -f $root/src/Silo/bin/Release/net10.0/Platform.Silo.dll ]] \
        && [[ -z $(find "$root/src" "$root"/Directory.* "$root/global.json" \
            \( -name bin -o -name obj \) -prune -o -newer "$1" -type f -print -quit) ]]
}

build_now() {
    local log=$root/artifacts/run.log new=$1.new
    touch "$new"
    echo "Building (only if the sources changed)..." >&2
    # Close the lock for the build: a build server would hold it as long as it runs.
    dotnet build "$root/src/Api/Api.csproj" -c Release -v q -nologo >"$log" 2>&1 9>&- || {
        cat "$log" >&2
        fail "The build failed."
    }
    mv "$new" "$1" # Has the time of the build's start: files that changed during the build count as newer.
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

# Stops every private server below a folder whose process died before it could stop it.
stop_servers_below() {
    local file pid
    for file in "$1"/*/postgres/data/postmaster.pid "$1"/postgres/data/postmaster.pid; do
        [[ -f $file ]] || continue
        pid=$(head -n 1 "$file")
        # Only if it runs on this folder: the process id may belong to another process by now.
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
