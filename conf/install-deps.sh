#!/bin/sh
# Installs the Debian packages named as arguments that are not installed yet,
# without starting their services. --if-missing: silent when all are there.
# PACKAGE/COMMAND is a package that is not needed where the command is.

set -eu

quiet=
if [ "${1:-}" = --if-missing ]; then
    quiet=1
    shift
fi

missing=
for package in "$@"; do
    case "$package" in */*)
        command -v "${package#*/}" > /dev/null && continue
        package=${package%/*} ;;
    esac
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
    [ "$state" = installed ] || missing="$missing $package"
done

if [ -z "$missing" ]; then
    [ -n "$quiet" ] || echo "all packages are installed"
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages:$missing" >&2
    echo "run as root: make deps" >&2
    exit 1
fi

# A policy that forbids starts keeps Debian's nginx and redis from running;
# an administrator's own policy is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086
apt-get install -q -y --no-install-recommends $missing
