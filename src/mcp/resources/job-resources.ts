/** Jobs as resources: `stint://jobs/<address>` is how it is with one, `…/log` what it wrote, `…/log/<from>-<to>` a part by the numbers of records. */
import {
  type McpServer,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';

import {hasCode, StintError, stringifyWellFormed} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {exactAddress, listJobs, USUAL_LAST} from '../../jobs/index.ts';
import {standingText} from '../answers/words.ts';
import type {Host} from '../jobs/host.ts';
import {viewed} from '../jobs/look.ts';
import {namedJob} from '../jobs/named-jobs.ts';
import {readOutput, readPart} from '../jobs/read-output.ts';
import {withStoreUpToDate} from '../jobs/up-to-date.ts';
import {mayUse} from '../server/bounds.ts';

/** Of a log, where no part is named. */
const MOST_BYTES = 64 * 1024;
const MOST_LINES = 2000;
/** Records that a part may have. */
const MOST_RECORDS = 10_000;

/** `onList`: somebody wants to know which there are. */
export function serveJobs(mcp: McpServer, host: Host, onList: () => void): void {
  const list = async () => {
    onList();
    return {resources: await withStoreUpToDate(host, () => listedJobs(host))};
  };
  mcp.registerResource(
    'job',
    new ResourceTemplate('stint://jobs/{job}', {list}),
    {
      title: 'Job',
      description: 'How a job stands or ended, as stint status --json tells it',
      mimeType: JSON_TYPE,
    },
    async (uri, {job = ''}) => {
      const found = await resource(host, uri, job);
      const [now] = await viewed(host, [found], {leftovers: true});
      return content(uri, JSON_TYPE, stringifyWellFormed(now?.view ?? null, 2));
    },
  );
  mcp.registerResource(
    'log',
    new ResourceTemplate('stint://jobs/{job}/log', {list: undefined}),
    {title: 'Log', description: 'The last 64 KiB of what a job wrote, without colours', mimeType: TEXT_TYPE},
    async (uri, {job = ''}) => {
      const found = await resource(host, uri, job);
      const {text, leftOut} = await readOutput(found, {tail: MOST_LINES, maxBytes: MOST_BYTES});
      return content(uri, TEXT_TYPE, leftOut === 0 ? text : `[${leftOut} lines before]\n${text}`);
    },
  );
  mcp.registerResource(
    'log-part',
    new ResourceTemplate('stint://jobs/{job}/log/{range}', {list: undefined}),
    {
      title: 'Part of a log',
      description: 'The records numbered from-to, for instance 100-200: about a line each',
      mimeType: TEXT_TYPE,
    },
    async (uri, {job = '', range = ''}) => {
      const part = parseRange(decoded(range));
      if (part === undefined) throw new ResourceNotFoundError(uri.href, `${range} is no range: try 100-200`);
      const found = await resource(host, uri, job);
      return content(uri, TEXT_TYPE, await readPart(found, part));
    },
  );
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';

async function listedJobs(host: Host) {
  const {jobs} = await listJobs(host.cwd, {selection: {last: USUAL_LAST}, state: host.state});
  const ours = jobs.filter(({view}) => mayUse(host.bounds, view.cwd));
  return ours.map(({job, view}) => ({
    uri: jobUri(exactAddress(job)),
    name: exactAddress(job),
    description: standingText(view),
    mimeType: JSON_TYPE,
  }));
}

export function jobUri(address: string): string {
  return `stint://jobs/${encodeURIComponent(address)}`;
}

function decoded(value: string | readonly string[]): string {
  const text = typeof value === 'string' ? value : value.join(',');
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // then it is the name of nothing
  }
}

/** `100-200`, both with them, and no more than some. */
function parseRange(text: string): {readonly from: number; readonly to: number} | undefined {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (from === undefined || to === undefined || Number(to) < Number(from)) return undefined;
  return {from: Number(from), to: Math.min(Number(to), Number(from) + MOST_RECORDS - 1)};
}

/** What no job is, is no resource. */
async function resource(host: Host, uri: URL, job: string | readonly string[]): Promise<ListedJob> {
  try {
    return await withStoreUpToDate(host, () => namedJob(host, decoded(job)));
  } catch (error) {
    if (!(error instanceof StintError) || !(hasCode(error, 'NO_MATCH') || hasCode(error, 'AMBIGUOUS')))
      throw error;
    throw new ResourceNotFoundError(uri.href, error.message);
  }
}

function content(uri: URL, mimeType: string, text: string): ReadResourceResult {
  return {contents: [{uri: uri.href, mimeType, text}]};
}
