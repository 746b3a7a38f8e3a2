# shellcheck shell=bash
# Shared by the scripts of this folder, which source it: messages, and the folder that all of them work in.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project"

if [[ -t 2 ]]; then bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'; else bold='' red='' plain=''; fi

# What is being done, for the person who watches.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }

# What is wrong, and the end of the script.
fail() {
    printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}
