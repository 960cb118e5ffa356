/** Words by which other programs call what stint calls otherwise: answered with the command, never run as one. */

/** What a person wants, and the command line for it; undefined for a word that means nothing here. */
export function synonymOf(word: string): {readonly wish: string; readonly line: string} | undefined {
  const found = SYNONYMS.find(([words]) => words.split(', ').includes(word));
  return found && {wish: found[1], line: found[2]};
}

/** Words, separated by commas; what a person wants; the command line for it. */
export const SYNONYMS: readonly (readonly [words: string, wish: string, line: string])[] = [
  ['ps, jobs, top, queue, show-jobs', 'To see what runs and what ran', 'stint ls'],
  ['history, all', 'To see every job of this repository', 'stint ls --all'],
  ['watch, monitor', 'To see a list that changes', 'stint ls --watch'],
  ['log, output, cat, print, stdout, stderr', 'To print what a job wrote', 'stint logs <address>'],
  ['tail, follow, attach, fg, less', 'To follow what a job writes', 'stint logs -f <address>'],
  ['kill, stop, end, abort, terminate, interrupt, term', 'To end a job', 'stint cancel <address>'],
  ['killall, stop-all', 'To end every job of this repository', 'stint cancel --all'],
  ['start, exec, submit, add, launch, spawn, bg, enqueue', 'To start a job', 'stint run -- <command>'],
  ['show, info, inspect, describe, get', 'To know all about a job', 'stint status <address>'],
  ['join, await', 'To wait for a job', 'stint wait <address>'],
  ['limit, concurrency, workers, slots', 'To set how many jobs run at once', 'stint parallel <N>'],
  ['check, health, diagnose', 'To see what is wrong', 'stint doctor'],
  ['repair, fix', 'To repair a damaged database', 'stint doctor --repair'],
  ['quit, exit, stop-server', 'To make the coordinator leave', 'stint shutdown'],
  ['dump, export', 'To print a table of the database', 'stint dump-store jobs'],
  ['rerun, again, redo', 'To run jobs again that did not complete', 'stint retry <address>'],
  [
    'restart',
    'To run a command in the place of the job that runs',
    'stint run --if-running replace -- <command>',
  ],
  ['remove, delete, del', 'To remove a job with its log', 'stint rm <address>'],
  ['clean, clear, gc, cleanup, purge', 'To remove old jobs', 'stint prune'],
  ['keep', 'To keep a job for good', 'stint pin <address>'],
  ['events list, events ls', 'To see the topics', 'stint events topics'],
  ['events cat, events get', 'To print entries', 'stint events read <topic>'],
  ['events follow', 'To print the entries that come', 'stint events tail <topic>'],
  ['events add', 'To append entries', 'stint events append <topic>'],
];
