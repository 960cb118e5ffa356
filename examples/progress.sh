#!/bin/sh
# Reports progress from a shell script. Outside a job, and where STINT_PROGRESS_JSONL is not set, nothing is reported.
#
#   stint run -- sh examples/progress.sh
set -eu

# What begins is open until it is done: a script that fails says so.
phase=
trap '[ -z "$phase" ] || stint progress emit error --error "failed while: $phase"' EXIT

phase=pack
stint progress emit pack_start --phase pack --rows 0/3 --expect 20m
for part in 1 2 3; do
  sleep 0.02 # stands for the work
  stint progress emit pack_progress --phase pack --rows "$part/3" --note "part $part"
done
stint progress emit pack_done --phase pack --rows 3/3

phase=
stint progress emit complete --rows 3/3
echo '3 parts'
