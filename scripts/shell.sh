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

# Reads the options of a script that measures TPC-H: --scale into `scale` (1 unless given); those that $1 names, and the
# paths that $2 names, with their values into `arguments`, for the program that measures.
read_measuring_options() {
  local values=" $1 " paths=" $2 "
  shift 2
  scale=1
  arguments=()
  while [[ $# -gt 0 ]]; do
    [[ " --scale $values $paths " == *" $1 "* ]] || misuse "no such option: $1"
    [[ $# -ge 2 ]] || misuse "$1 needs a value"
    if [[ $1 == --scale ]]; then
      scale=$2
    elif [[ $paths == *" $1 "* ]]; then
      arguments+=("$1" "$(cd "$invoked_from" && realpath -m "$2")")
    else
      arguments+=("$1" "$2")
    fi
    shift 2
  done
}

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
