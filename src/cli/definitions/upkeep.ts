/** The commands about stint itself. */
import type {CommandText} from '../command.ts';
import {FORMAT_OPTION, JSON_OPTION, OTHERS_OPTION, SHELLS} from './shared.ts';

export const SHUTDOWN = {
  name: 'shutdown',
  summary: 'make the coordinator leave; jobs go on',
  options: [
    {flags: '--leave', description: 'jobs go on, the next command takes them over (this is the default)'},
    {flags: '--cancel', description: 'end all jobs of all repositories first'},
    {
      flags: '--grace <duration>',
      description: 'with --cancel: time between TERM and KILL (default 10s)',
      value: 'duration',
    },
    OTHERS_OPTION,
    JSON_OPTION,
  ],
  examples: [
    ['stint shutdown', 'before an upgrade by hand, say; nothing is lost'],
    ['stint shutdown --cancel', 'end everything'],
  ],
  notes: `What is being cancelled is ended first. With --cancel an agent, and whoever sets STINT_BY, needs --others where a
job is not its own.`,
} as const satisfies CommandText;

export const DOCTOR = {
  name: 'doctor',
  summary: 'check coordinator, files, permissions, disk and unfinished jobs',
  options: [{flags: '--repair', description: 'rebuild the rows from the job directories'}, JSON_OPTION],
  notes: 'Exits with 1 when something needs attention.',
  examples: [
    ['stint doctor', 'what is and what is wrong, with what to do'],
    ['stint doctor --repair', 'set damaged databases aside and rebuild them; running jobs go on'],
  ],
} as const satisfies CommandText;

export const DUMP_STORE = {
  name: 'dump-store',
  summary: 'print a table of the database: jobs, invocations, past_runs or repo_policy',
  operands: '[table]',
  operandValues: [['jobs', 'invocations', 'past_runs', 'repo_policy']],
  options: [JSON_OPTION, FORMAT_OPTION],
  examples: [['stint dump-store jobs', 'every row of this repository, one JSON object per line']],
} as const satisfies CommandText;

export const BACKUP = {
  name: 'backup',
  summary: 'save all jobs, logs, sessions and topics to one file while jobs run',
  operands: '<file>',
  operandValues: ['file'],
  options: [{flags: '--force', description: 'replace a file that is there already'}, JSON_OPTION],
  notes: `The state directory of all repositories is saved, as it is while jobs run: what they printed until then is in it.
It holds what jobs were given and printed, so it is private (0600). config.yml and event logs elsewhere are not in it.
With - it goes to stdout.`,
  examples: [
    ['stint backup stint.tar.gz', 'to be looked at with tar, and brought back with stint restore'],
    ['stint backup - | ssh other "cat > stint.tar.gz"', 'to another machine'],
  ],
} as const satisfies CommandText;

export const RESTORE = {
  name: 'restore',
  summary: 'bring back what a backup holds and is not there',
  operands: '<file>',
  operandValues: ['file'],
  options: [
    {flags: '--dry-run', description: 'only say what it would do'},
    {flags: '-y, --yes', description: 'do not ask'},
    JSON_OPTION,
  ],
  notes: `What is there already stays as it is. Jobs that had not ended come back as crashed; none is started.
A damaged backup is refused before anything is written. Running jobs go on meanwhile.
With STINT_STATE_DIR set to another directory it comes there, to be looked into.`,
  examples: [
    ['stint restore stint.tar.gz --dry-run', 'what is in it, and what of that is there already'],
    ['stint restore stint.tar.gz', 'asks, and brings it back'],
  ],
} as const satisfies CommandText;

export const COMPLETIONS = {
  name: 'completions',
  summary: 'print what makes a shell complete commands of stint: bash, zsh or fish',
  operands: '[shell]',
  operandValues: [SHELLS],
  options: [],
  notes: `One line in the file that the shell reads when it starts:
  bash   ~/.bashrc                   eval "$(stint completions bash)"
  zsh    ~/.zshrc, behind compinit   eval "$(stint completions zsh)"
  fish   ~/.config/fish/config.fish  stint completions fish | source
Commands, options and their values are completed, and addresses, names, tags and worktrees of the jobs that are there.`,
  examples: [
    ['stint completions bash', 'the script; it asks stint at every Tab'],
    ['stint completions fish > ~/.config/fish/completions/stint.fish', 'as a file instead of a line'],
  ],
} as const satisfies CommandText;

export const VERSION = {
  name: 'version',
  summary: 'print the version',
  options: [JSON_OPTION],
  examples: [['stint version', 'also: stint --version']],
} as const satisfies CommandText;
