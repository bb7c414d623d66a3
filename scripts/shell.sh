# shellcheck shell=bash
# Shared by the shell scripts of this folder, which source it first: strict mode, the repository's root as working
# folder, progress messages, and --help, which prints the comment that opens the script.

set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly scripts
# shellcheck disable=SC2034  # for scripts that take paths
readonly invoked_from=$PWD
cd "$scripts/.."

# Reports a step on standard error, so that standard output stays free for results.
say() { printf '== %s\n' "$*" >&2; }

# Stops with a message and status 1.
refuse() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Stops with a message and status 2: the command line is wrong.
misuse() {
  printf '%s: %s (see --help)\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# Makes TPC-H at scale factor $1, if need be, and loads it with the release build's program into its store.
load_tpch() {
  cmake -DSOURCE_FOLDER="$PWD" -DPROGRAM="$PWD/build/release/bin/basalt" -DSCALE="$1" -DSTORE="$PWD/$(tpch_store "$1")" \
    -P tests/tpch/Load.cmake >&2
}

# Prints the folder of the store of TPC-H at scale factor $1.
tpch_store() { printf 'build/release/tpch/sf%s.store' "$1"; }

# Prints the comment at the top of the running script, without the comment signs.
print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$scripts/$(basename "$0")"; }

for argument in "$@"; do
  case $argument in
    --) break ;;
    -h | --help)
      print_help
      exit 0
      ;;
  esac
done
