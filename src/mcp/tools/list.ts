import * as z from 'zod';

import {counted, cutText, timeValue, visible} from '../../base/index.ts';
import {GOING_ON} from '../../coordinator/domain/index.ts';
import {lookForPorts} from '../../coordinator/reader/index.ts';
import {
  ALL_STATUSES,
  listJobs,
  patternOfJobs,
  repositoryName,
  type ViewedJob,
  whoAsksAsClient,
} from '../../jobs/index.ts';
import {systemClock} from '../../platform/index.ts';
import {fitted, told, USUAL_BYTES} from '../answers/answer.ts';
import {headText} from '../answers/job-answer.ts';
import {JOB_FACTS, jobFacts, PORT_FACTS, portFacts} from '../answers/job-facts.ts';
import {type Bounds, mayUse} from '../server/bounds.ts';
import {defineTool} from './tool.ts';

const USUAL_LIMIT = 10;
const MOST_COMMAND = 60;
/** Of one job, about; for who asks for many. */
const JOB_BYTES = 400;

export const LIST = defineTool({
  name: 'list',
  title: 'See what runs and what ran',
  description:
    'Jobs of this repository, or with everywhere of this machine, newest first: whoever started them. Look here for a server that runs already, with its ports, before you start another one.',
  input: z.strictObject({
    mine: z.boolean().optional().describe('Only what you started.'),
    running: z.boolean().optional().describe('Only what has not ended.'),
    status: z
      .array(z.enum(ALL_STATUSES as [string, ...string[]]))
      .min(1)
      .optional(),
    name: z.string().optional().describe('A whole name.'),
    pattern: z
      .string()
      .max(1000)
      .optional()
      .describe('Regular expression, found in the name or the command.'),
    tag: z.string().optional(),
    since: z.string().optional().describe('Not over before that: 2h, yesterday, 2026-01-31T10:00Z.'),
    stalled: z.boolean().optional().describe('Only what reports progress and is stuck.'),
    everywhere: z.boolean().optional().describe('Every repository, not only that of this server.'),
    limit: z.number().int().min(1).max(200).optional().describe('Default 10.'),
  }),
  output: z.strictObject({
    jobs: z.array(
      z.strictObject({
        ...JOB_FACTS,
        command: z.string(),
        by: z.string().optional().describe('Who started it.'),
        started: z.string().optional().describe('RFC 3339.'),
        ...PORT_FACTS,
        repository: z.string().optional().describe('Where it is, if that is another one.'),
      }),
    ),
    more: z.number().int().describe('How many more fit, at least.'),
  }),
  annotations: {readOnlyHint: true, openWorldHint: false},
  acts: false,
  call: async (args, host, caller) => {
    const {
      running,
      status,
      everywhere = false,
      limit = USUAL_LIMIT,
      stalled,
      name,
      tag,
      pattern,
      since,
    } = args;
    const now = systemClock.now();
    const listed = await listJobs(host.cwd, {
      selection: {
        statuses: running
          ? (status ?? GOING_ON).filter(each => GOING_ON.some(open => open === each))
          : status,
        names: name === undefined ? undefined : [name],
        tags: tag === undefined ? undefined : [tag],
        by: args.mine ? whoAsksAsClient(caller.name) : undefined,
        pattern: pattern === undefined ? undefined : patternOfJobs(pattern, 'pattern'),
        since: await timeValue(since, 'since', now),
        last: limit,
      },
      stalled,
      allRepos: everywhere,
      state: host.state,
    });
    const jobs = listed.jobs.slice(0, limit);
    const portsOf = lookForPorts(
      jobs.map(({job}) => job),
      systemClock,
    );
    const places = new Map(listed.repositories.map(({repo, place}) => [repo, place]));
    const lines = jobs.map(each =>
      lineOf(host.bounds, each, portsOf(each.job), everywhere ? places.get(each.job.repo) : undefined),
    );
    const beyond = listed.jobs.length - jobs.length + listed.more.count;
    const bytes = args.limit === undefined ? USUAL_BYTES : Math.max(USUAL_BYTES, limit * JOB_BYTES);
    return fitted(bytes, lines.length, amount => {
      const more = beyond + lines.length - amount;
      const shown = lines.slice(0, amount);
      const note = more === 0 ? [] : [`${counted(more, 'more job')} fit: narrow it down, or give limit`];
      const nothing = lines.length === 0 ? ['no job fits'] : [];
      return {
        text: [...shown.map(({text}) => text), ...nothing, ...note].join('\n'),
        structured: {jobs: shown.map(({facts}) => facts), more},
      };
    });
  },
});

function lineOf(bounds: Bounds, each: ViewedJob, ports: readonly number[], place: string | undefined) {
  const {view} = each;
  // Of what is outside of the directories only that it is there.
  const command = mayUse(bounds, view.cwd) ? cutText(view.command, MOST_COMMAND) : '';
  const listens = portFacts(ports);
  const repository = place === undefined ? undefined : repositoryName(place);
  const parts = [
    headText(each),
    listens.ports &&
      `listens on ${listens.ports.join(', ')}${listens.more_ports === undefined ? '' : ` and ${listens.more_ports} more`}`,
    repository && visible(`in ${repository}`),
    view.by === null ? undefined : `by ${visible(view.by)}`,
    visible(command),
  ];
  return {
    text: parts.filter(part => part !== undefined && part !== '').join('  '),
    facts: {
      ...jobFacts(each),
      command,
      ...told({by: view.by, started: view.started_at, ...listens, repository}),
    },
  };
}
