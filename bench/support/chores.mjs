/** Ten usual chores of a coding agent. A second stands for a minute: builds of three minutes take three seconds. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

const PROGRAMS = {
  // Compiles 2,000 files in three minutes.
  'build.sh': `for i in $(seq 20); do for j in $(seq 100); do echo "[$((i * 100 + j - 100))/2000] Building object src/module_$i/file_$j.o"; done; sleep 0.15; done; echo "linked app"`,
  // 400 tests of which one fails.
  'tests.sh': `for i in $(seq 20); do for j in $(seq 20); do echo "ok $i.$j behaves as it should (3 ms)"; done; sleep 0.1; done; printf 'not ok 21.1 adds numbers\\n  expected: 4\\n  actual:   5\\n  at add.test.ts:12:9\\n# pass 400\\n# fail 1\\n'; exit 1`,
  'server.mjs': `import {createServer} from 'node:http'; setTimeout(() => { const server = createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', () => { console.log('Local: http://127.0.0.1:' + server.address().port); }); }, 1500); setInterval(() => console.log('watching for changes'), 400);`,
  'flaky.sh': `sleep 0.7; n=$(cat tries 2>/dev/null || echo 0); echo $((n + 1)) > tries; seq 1 60 | sed 's/^/fetching package /'; [ $n -ge 2 ] || { echo "error: connection reset by peer"; exit 1; }; echo "installed 60 packages"`,
  'noisy.sh': `for i in $(seq 5000); do echo "2026-11-30T10:00:00Z INFO request $i served in 3 ms"; done; echo "2026-11-30T10:00:01Z ERROR database is locked: retry 3 of 3"; for i in $(seq 5000); do echo "2026-11-30T10:00:02Z INFO request $i served in 3 ms"; done`,
  'stuck.sh': `echo "Preparing"; printf "Overwrite existing migration? [y/N] "; sleep 1000`,
  'download.sh': `for i in $(seq 0 2 100); do printf "\\rDownloading %3d%% [%-50s] 12.3 MB/s" $i "$(printf '#%.0s' $(seq 1 $((i / 2 + 1))))"; sleep 0.05; done; echo; echo "saved to data.bin"`,
  'check.sh': `sleep $1; seq 1 80 | sed "s/^/checked file $1 /"; exit $2`,
};

export function writePrograms(directory) {
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(directory, name), `${text}\n`);
}

const WAIT = {timeout_ms: 45_000};

async function ended(agent, job) {
  for (;;) {
    const {timed_out, jobs} = await agent.call('wait', {jobs: job, ...WAIT});
    if (!timed_out) return jobs;
  }
}

const isOver = text => /^code \d/m.test(text);
const look = name => `tail -n 20 ${name}.log; [ -f ${name}.code ] && echo "code $(cat ${name}.code)"`;

/** What it is, and how each of the agents does it. */
export const CHORES = [
  {
    chore: 'a build of three minutes',
    mcp: async agent => {
      const {job} = await agent.call('run', {command: 'sh build.sh', wait_ms: 0});
      await ended(agent, job);
    },
    shell: async agent => {
      await agent.start('build', 'sh build.sh');
      await agent.poll(look('build'), isOver);
    },
  },
  {
    chore: 'a failing test, and why',
    mcp: async agent => {
      const {job} = await agent.call('run', {command: 'sh tests.sh', wait_ms: 0});
      await ended(agent, job);
    },
    shell: async agent => {
      await agent.start('tests', 'sh tests.sh');
      await agent.poll(look('tests'), isOver);
      await agent.sh("grep -n -A 5 '^not ok' tests.log");
    },
  },
  {
    chore: 'a dev server, until it listens',
    mcp: async agent => {
      const {job} = await agent.call('run', {command: ['node', 'server.mjs'], name: 'dev', wait_ms: 2500});
      const {output = ''} = await agent.call('output', {job, grep: 'Local:'});
      if (!output.includes('http')) throw new Error('it does not listen');
    },
    shell: async agent => {
      await agent.start('dev', 'node server.mjs');
      await agent.poll('tail -n 20 dev.log', text => text.includes('http://'));
      await agent.sh(
        'curl -s -o /dev/null -w "%{http_code}\\n" "$(grep -o "http://[0-9.:]*" dev.log | head -1)"',
      );
    },
  },
  {
    chore: 'an install that fails twice',
    mcp: async agent => {
      for (;;) {
        const {exit_code} = await agent.call('run', {command: 'sh flaky.sh', wait_ms: 20_000});
        if (exit_code === 0) return;
      }
    },
    shell: async agent => {
      for (let at = 0; ; at++) {
        await agent.start(`flaky${at}`, 'sh flaky.sh');
        const text = await agent.poll(look(`flaky${at}`), isOver);
        if (text.includes('code 0')) return;
      }
    },
  },
  {
    chore: 'an error in a log of 10,000 lines',
    mcp: async agent => {
      const {job} = await agent.call('run', {command: 'sh noisy.sh', wait_ms: 20_000});
      await agent.call('output', {job, grep: 'ERROR', context: 2});
    },
    shell: async agent => {
      await agent.start('noisy', 'sh noisy.sh');
      await agent.poll(look('noisy'), isOver);
      await agent.sh('wc -l noisy.log; grep -n -C 2 ERROR noisy.log');
    },
  },
  {
    chore: 'a job that waits for an answer',
    mcp: async agent => {
      const {job, unfinished} = await agent.call('run', {command: 'sh stuck.sh', wait_ms: 1500});
      if (!unfinished?.includes('[y/N]')) throw new Error('the question is not seen');
      await agent.call('cancel', {jobs: job, grace_ms: 500});
    },
    shell: async agent => {
      await agent.start('stuck', 'sh stuck.sh');
      let looks = 0;
      await agent.poll(look('stuck'), () => ++looks === 8);
      await agent.sh("ps aux | grep -v grep | grep -F 'stuck.sh'");
      await agent.sh(
        "for p in $(pgrep -f '^sh stuck.sh$' -d ' '); do [ $(readlink /proc/$p/cwd) = $PWD ] && pkill -P $p; done; cat stuck.log",
      );
    },
  },
  {
    chore: 'a download with a progress bar',
    mcp: async agent => {
      const {job} = await agent.call('run', {command: 'bash download.sh', wait_ms: 0});
      await ended(agent, job);
    },
    shell: async agent => {
      await agent.start('download', 'bash download.sh');
      await agent.poll(look('download'), isOver);
    },
  },
  {
    chore: 'three checks at once',
    mcp: async agent => {
      const jobs = [];
      for (const [secs, code] of [
        [1, 0],
        [2, 0],
        [3, 2],
      ]) {
        const {job} = await agent.call('run', {command: `sh check.sh ${secs} ${code}`, wait_ms: 0});
        jobs.push(job);
      }
      await ended(agent, jobs);
    },
    shell: async agent => {
      for (const [secs, code] of [
        [1, 0],
        [2, 0],
        [3, 2],
      ])
        await agent.start(`check${secs}`, `sh check.sh ${secs} ${code}`);
      await agent.poll(
        [1, 2, 3].map(secs => `echo "== check ${secs}"; ${look(`check${secs}`)}`).join('; '),
        text => text.match(/^code/gm)?.length === 3,
      );
    },
  },
  {
    chore: 'what ran before this session, and did it work',
    mcp: async agent => {
      await agent.call('list', {name: 'build', limit: 3});
      await agent.call('list', {status: ['failed'], limit: 3});
    },
    shell: async agent => {
      await agent.sh('ls -la *.log *.code; ps aux --sort=-start_time | head -20');
      await agent.sh('for f in *.code; do echo "$f $(cat $f)"; done; tail -n 20 build.log tests.log');
    },
  },
  {
    chore: 'end the dev server with all of it',
    mcp: async agent => {
      const {jobs} = await agent.call('list', {running: true});
      await agent.call('cancel', {jobs: jobs.map(({job}) => job), grace_ms: 500});
    },
    shell: async agent => {
      await agent.sh("ps aux | grep -v grep | grep -F 'server.mjs'");
      await agent.sh(
        "for p in $(pgrep -f 'server.mjs'); do [ $(readlink /proc/$p/cwd) = $PWD ] && kill $p; done",
      );
      await agent.sh(
        "sleep 0.2; ps aux | grep -v grep | grep -F 'server.mjs' || echo gone; tail -n 5 dev.log",
      );
    },
  },
];
