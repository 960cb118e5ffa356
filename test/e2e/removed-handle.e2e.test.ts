/** Whoever comes with the address of a job that was removed is told so, and when: at the command line, in a program and in a tool. */
import {afterEach, beforeEach, expect, it} from 'vitest';

import {find} from '../../src/jobs/public.ts';
import {runShortly} from '../support/library-jobs.ts';
import {connectClient, RawMcp, TASK_CAPABILITIES, textOf} from '../support/mcp.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
const servers: {close(): Promise<void>}[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
  await sandbox.dispose();
});

const WHEN = String.raw`removed at \d{4}-\d\d-\d\dT[\d:.]+Z`;

/** The address of a job that was there. */
async function removed(): Promise<string> {
  await runShortly(sandbox, ['newer', 'gone']);
  await until(async () => (await sandbox.list()).every(({closed_at}) => closed_at !== null));
  const job = (await sandbox.list()).find(({name}) => name === 'gone');
  await sandbox.ok(['rm', 'gone']);
  return `${job?.invocation_id}:gone`;
}

it('with the same code everywhere', async () => {
  const address = await removed();
  const told = expect.stringMatching(`${address} was ${WHEN}`);
  const commands: readonly (readonly [readonly string[], number])[] = [
    [['status', address], 3],
    [['logs', address, '-f'], 3],
    [['wait', address, 'newer'], 125],
    [['cancel', address], 3],
    [['rm', address], 3],
    [['progress', 'report', address], 3],
    [['logs', address.slice(0, 6)], 3],
    [['logs', 'gone'], 3],
  ];
  await Promise.all(
    commands.map(async ([words, code]) =>
      expect([words, await sandbox.stint(words)]).toEqual([
        words,
        expect.objectContaining({code, stderr: told}),
      ]),
    ),
  );
  const {stderr} = await sandbox.stint(['status', '--json', address], {cwd: sandbox.root});
  expect(JSON.parse(stderr)).toMatchObject({error: {code: 'NO_MATCH', message: told}});
  await expect(find(address, {cwd: sandbox.work, state: sandbox.state})).rejects.toMatchObject({
    code: 'NO_MATCH',
    message: told,
    details: {removed: address, removed_at_ms: expect.any(Number)},
  });
  const {client} = await connectClient(sandbox);
  servers.push(client);
  for (const [name, args] of [
    ['status', {job: address}],
    ['output', {job: address}],
    ['report', {job: address}],
    ['wait', {jobs: [address]}],
    ['cancel', {jobs: address}],
  ] as const) {
    const result = await client.callTool({name, arguments: args});
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(new RegExp(`^NO_MATCH: .*${address} was ${WHEN}`));
  }
  const uri = `stint://jobs/${encodeURIComponent(address)}`;
  await expect(client.readResource({uri})).rejects.toThrow(new RegExp(WHEN));
  const raw = new RawMcp(sandbox);
  servers.push(raw);
  const {error} = await raw.ask('tasks/get', {taskId: address}, TASK_CAPABILITIES);
  expect(error).toMatchObject({code: -32602, message: told});
});

it('and nothing is made up of what nobody remembers', async () => {
  await runShortly(sandbox, ['other']);
  const asked = [
    ['3fa9c1d2e4b5:test', 'it was removed, nobody remembers when, or is of another machine'],
    ['3fa9c1:test', 'No job matches 3fa9c1:test.'],
    ['test', 'No job matches test.'],
  ] as const;
  await Promise.all(
    asked.map(async ([address, words]) =>
      expect(await sandbox.stint(['status', address])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining(words),
      }),
    ),
  );
});
