import {describe, expect, it} from 'vitest';

import {byProblem, isSameSubmitter} from '../../coordinator/domain/index.ts';
import {agentIn, agentOfClient} from './known-agents.ts';

describe('the agent in whose environment a command runs', () => {
  it.each([
    [{}, undefined],
    [{CLAUDECODE: '1'}, 'claude-code'],
    [{CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: '0b9c-11'}, 'claude-code/0b9c-11'],
    [{CLAUDECODE: ' ', CLAUDE_CODE_SESSION_ID: '0b9c-11'}, undefined],
    [{CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'a\nb'}, 'claude-code'],
    [{CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'x'.repeat(101)}, 'claude-code'],
    [{CODEX_THREAD_ID: 't1'}, 'codex/t1'],
    [{CODEX_SANDBOX: 'seatbelt'}, 'codex'],
    [{GEMINI_CLI: '1'}, 'gemini-cli'],
    [{OPENCODE: '1'}, 'opencode'],
    [{CURSOR_AGENT: '1'}, 'cursor'],
    [{CURSOR_TRACE_ID: 'of a terminal in the editor'}, undefined],
  ])('of %j is %s', (variables, agent) => expect(agentIn(variables)).toBe(agent));
});

describe('the agent of a client', () => {
  it.each([
    ['claude-code', {}, 'claude-code'],
    ['claude-code', {CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's'}, 'claude-code/s'],
    ['codex-mcp-client', {CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's'}, 'codex'],
    ['gemini-cli-mcp-client', {}, 'gemini-cli'],
    ['cursor-vscode', {}, 'cursor'],
    ['codexia', {}, 'codexia'],
    ['Visual Studio Code', {}, 'Visual Studio Code'],
    ['a\x1b[31m\nb', {}, 'a [31m b'],
    [' \n', {}, undefined],
  ])('%j with %j is %s', (client, variables, agent) => expect(agentOfClient(client, variables)).toBe(agent));

  it('always has a name that can be one', () => {
    expect(byProblem(agentOfClient('😀'.repeat(500), {}) ?? '')).toBeUndefined();
  });

  it('is the same one as on its command line, whether or not its server knows the session', () => {
    const variables = {CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's'};
    const onCommandLine = agentIn(variables) ?? '';
    for (const known of [variables, {}])
      expect(isSameSubmitter(onCommandLine, agentOfClient('claude-code', known) ?? '')).toBe(true);
    expect(isSameSubmitter(onCommandLine, agentOfClient('codex-mcp-client', {}) ?? '')).toBe(false);
  });
});
