/** The commands of the event log. */
import type {CommandText, OptionDefinition} from '../command.ts';
import {FORMAT_OPTION, JSON_OPTION, PLACE_OPTIONS} from './shared.ts';

const JSON_LINES_OPTION = {
  flags: '--json',
  description: 'entries as JSON lines also on a terminal (elsewhere they always are)',
} as const satisfies OptionDefinition;
const AFTER_OPTION = {
  flags: '--after <id>',
  description: 'begin behind this entry',
  value: 'count',
} as const satisfies OptionDefinition;

export const EVENTS_TOPICS = {
  name: 'events topics',
  summary: 'list the topics of the event log',
  options: [JSON_OPTION, FORMAT_OPTION, ...PLACE_OPTIONS],
  examples: [['stint events topics', 'how many entries each has, its oldest and newest id']],
} as const satisfies CommandText;

export const EVENTS_APPEND = {
  name: 'events append',
  summary: 'append entries to a topic, from stdin as they come',
  operands: '<topic> [entry]',
  operandValues: ['topic', 'text'],
  options: [
    {
      flags: '--kind <kind>',
      description: 'each line is the payload of an entry of this kind',
      value: 'text',
    },
    {flags: '--text', description: 'with --kind: each line is a payload of text, as it is, not JSON'},
    {
      flags: '--header <name=value>',
      description: 'a header of every entry; may be given several times',
      value: 'text',
      repeatable: true,
    },
    {flags: '--keep-going', description: 'leave out bad lines instead of stopping at the first'},
    {flags: '--chain', description: 'chain the entries of the topic by hashes from now on'},
    {flags: '--durable', description: 'answer when entries are on the disk itself, safe from a power cut'},
    {flags: '--json', description: 'print {"id":N} for each entry as soon as it is in the log'},
    ...PLACE_OPTIONS,
  ],
  notes: `A line is {"kind":"…","payload":…}, perhaps with headers (an object of texts) and occurred_at_ms; or with --kind any
JSON value, or with --text any text. One entry can be given as an operand instead. What events read prints can be
appended as it is; id and hash are given anew. Exits with 2 when a line was bad.`,
  examples: [
    ['stint events append builds \'{"kind":"done","payload":{"ok":true}}\'', 'one entry'],
    ['stint events append builds --kind note \'"cache cleared"\'', 'the same with a payload only'],
    ['stint events append checks --kind line --text', 'what a script prints, line by line'],
    ['stint events append builds --json', 'from stdin, an answer for each'],
    ['stint events read builds | stint events append copy', 'into another topic'],
  ],
} as const satisfies CommandText;

export const EVENTS_READ = {
  name: 'events read',
  summary: 'print entries of a topic',
  operands: '<topic>',
  operandValues: ['topic'],
  options: [
    AFTER_OPTION,
    {flags: '--limit <N>', description: 'at most so many', value: 'count'},
    {flags: '-n, --last <N>', description: 'the last N of these entries', value: 'count'},
    {
      flags: '--kind <kind>',
      description: 'only of this kind; may be given several times',
      value: 'text',
      repeatable: true,
    },
    JSON_LINES_OPTION,
    ...PLACE_OPTIONS,
  ],
  notes:
    'It ends with the entry that was the newest when it began. Exits with 3 when there is no such topic.',
  examples: [
    ['stint events read builds --last 20', 'the newest twenty'],
    ["stint events read builds --kind done --json | jq '.payload'", 'entries are JSON lines'],
  ],
} as const satisfies CommandText;

export const EVENTS_TAIL = {
  name: 'events tail',
  summary: 'print entries of a topic, then those that come',
  operands: '<topic>',
  operandValues: ['topic'],
  options: [
    AFTER_OPTION,
    {flags: '-n, --last <N>', description: 'begin with the last N entries', value: 'count'},
    {
      flags: '--consumer <name>',
      description: 'begin behind what this consumer has acknowledged',
      value: 'text',
    },
    {flags: '--ack', description: 'with --consumer: acknowledge what was printed'},
    {flags: '--count <N>', description: 'end after N entries', value: 'count'},
    JSON_LINES_OPTION,
    ...PLACE_OPTIONS,
  ],
  notes: `Waits for a topic that is not there yet. Ctrl-C ends it. With --ack an entry is acknowledged after it was printed:
who is killed in between is given it once more.`,
  examples: [
    ['stint events tail builds --last 0', 'only what comes from now on'],
    ['stint events tail builds --consumer mailer --ack', 'go on where it ended last time'],
  ],
} as const satisfies CommandText;

export const EVENTS_ACK = {
  name: 'events ack',
  summary: 'tell that a consumer is done with entries, or show how far it is',
  operands: '<topic> <consumer> [id]',
  operandValues: ['topic', 'text', 'count'],
  options: [
    {flags: '--force', description: 'let the cursor go back, so that entries are given anew'},
    JSON_OPTION,
    ...PLACE_OPTIONS,
  ],
  examples: [
    ['stint events ack builds mailer', 'how far it is'],
    ['stint events ack builds mailer 12', 'it is done with all entries up to 12'],
    ['stint events ack builds mailer 0 --force', 'it begins anew'],
  ],
} as const satisfies CommandText;

export const EVENTS_COMPACT = {
  name: 'events compact',
  summary: 'remove the oldest entries of a topic',
  operands: '<topic> [id]',
  operandValues: ['topic', 'count'],
  options: [
    {
      flags: '--keep <N>',
      description: 'all but the newest N, instead of all up to an id',
      value: 'count',
    },
    JSON_OPTION,
    ...PLACE_OPTIONS,
  ],
  notes:
    'Ids go on where they were. A chain of hashes still verifies. Consumers that have not seen it yet miss what is removed.',
  examples: [
    ['stint events compact builds 500', 'remove the entries up to 500'],
    ['stint events compact builds --keep 1000', 'keep the newest thousand'],
  ],
} as const satisfies CommandText;

export const EVENTS_VERIFY = {
  name: 'events verify',
  summary: 'check that entries are all there and, where chained, as they were appended',
  operands: '[topic...]',
  operandValues: ['topic'],
  options: [JSON_OPTION, ...PLACE_OPTIONS],
  notes: 'Without a topic: all of them. Exits with 1 when one is not whole.',
  examples: [['stint events verify builds', 'the first entry that is altered, missing or inserted']],
} as const satisfies CommandText;

export const EVENTS_DESCRIBE = {
  name: 'events describe',
  summary: 'tell where the event log is and how large',
  options: [JSON_OPTION, ...PLACE_OPTIONS],
  examples: [['stint events describe', 'backend, path, size, number of topics']],
} as const satisfies CommandText;
