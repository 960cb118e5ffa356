import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {shellWord} from '../../base/index.ts';
import {nameProblem, parseAddress} from '../../coordinator/domain/index.ts';
import {addressText} from '../index.ts';
import {jobNameOf} from './job-name.ts';

describe('a command is called', () => {
  it.each([
    ['npm test', 'npm-test'],
    ['npm run test', 'npm-test'],
    ['npm run build -- --watch', 'npm-build'],
    ['npm run test:unit', 'npm-test-unit'],
    ['npm --prefix web run build', 'npm-build'],
    ['npm ci', 'npm-ci'],
    ['npm run', 'npm-run'],
    ['npm --unknown test build', 'npm'],
    ['sudo --unknown x make', 'sudo'],
    ['sudo --unknown x -- make', 'make'],
    ['pnpm --filter web build', 'pnpm-build'],
    ['pnpm exec vitest run', 'vitest'],
    ['yarn', 'yarn'],
    ['yarn lint', 'yarn-lint'],
    ['yarn workspace web build', 'yarn-build'],
    ['bun run dev', 'bun-dev'],
    ['npx vitest run', 'vitest'],
    ['npx --yes @angular/cli@17 build', 'cli'],
    ['cargo test', 'cargo-test'],
    ['cargo +nightly test', 'cargo-test'],
    ['go test ./...', 'go-test'],
    ['make', 'make'],
    ['make -j8 check', 'make-check'],
    ['make -j 8 check', 'make-check'],
    ['make -C sub CC=clang all', 'make-all'],
    ['/usr/bin/make build/app', 'make-app'],
    ['python train.py', 'python-train.py'],
    ['python -u train.py --epochs 3', 'python-train.py'],
    ['python3 -m pytest tests', 'pytest'],
    ['python3 -m pip install x', 'pip-install'],
    ['python3.11 src/train.py', 'python3.11-train.py'],
    ['python -', 'python'],
    ['node server.mjs', 'node-server.mjs'],
    ['node --inspect a.js', 'node-a.js'],
    ['node --max-old-space-size 4096 dist/a.js', 'node-a.js'],
    ['deno run -A main.ts', 'deno-main.ts'],
    ['java -Xmx2g -jar build/app.jar', 'java-app.jar'],
    ['bash script.sh', 'bash-script.sh'],
    ['bash -x script.sh', 'bash-script.sh'],
    ['./gradlew build', 'gradlew-build'],
    ['./gradlew :app:assemble', 'gradlew-app-assemble'],
    ['mvn -DskipTests package', 'mvn-package'],
    ['./scripts/deploy.sh prod', 'deploy.sh'],
    ['docker compose up', 'docker-compose-up'],
    ['docker compose -f dev.yml up -d', 'docker-compose-up'],
    ['docker build .', 'docker-build'],
    ['git fetch', 'git-fetch'],
    ['git -C sub fetch --all', 'git-fetch'],
    ['kubectl -n prod apply -f x.yml', 'kubectl-apply'],
    ['terraform apply', 'terraform-apply'],
    ['env FOO=1 make', 'make'],
    ['env -i PATH=/bin make check', 'make-check'],
    ['nice -n 10 make', 'make'],
    ['nice -19 make', 'make'],
    ['time make', 'make'],
    ['sudo -u build make', 'make'],
    ['timeout 60 npm test', 'npm-test'],
    ['timeout -s KILL 1m npm test', 'npm-test'],
    ['stdbuf -oL python x.py', 'python-x.py'],
    ['sudo nice -n 5 env A=1 timeout 1h cargo build', 'cargo-build'],
    ['uv run pytest', 'pytest'],
    ['uv run --with rich -m pytest', 'pytest'],
    ['poetry run python train.py', 'python-train.py'],
    ['bundle exec rspec', 'rspec'],
    ['systemd-run --user --scope tmux new -d', 'tmux'],
    ['codex exec task', 'codex-exec'],
    ['sleep 60', 'sleep'],
    ['pytest -k fast tests', 'pytest'],
    ['dd if=/dev/zero of=x', 'dd-job'],
    ['bc', 'bc-job'],
  ])('%s: %s', (line, name) => {
    expect(jobNameOf(line.split(' '))).toBe(name);
  });

  it.each([
    [['claude', '-p', 'mend the tests'], 'claude'],
    [['python', '-c', 'print("a.py")'], 'python'],
    [['node', '--eval', 'x', 'a.js'], 'node'],
    [['perl', '-ne', 'print', 'a.pl'], 'perl'],
    [['/opt/my tools/über prüfung'], 'über-prüfung'],
    [['a:b@c', 'x'], 'a-b'],
    [['\u001b[31mred\n'], '31mred'],
    [['--'], 'job'],
    [['/'], 'job'],
    [['..'], 'job'],
    [['', 'x'], 'job'],
    [['🚀'], 'job'],
    [['\ufffd\ufffdx'], 'x'],
    [['env'], 'env'],
    [['nice', '-n'], 'nice'],
    [['-x'], 'x'],
    [['x'.repeat(300)], 'x'.repeat(60)],
    [['make', `${'x'.repeat(54)}-${'y'.repeat(9)}`], `make-${'x'.repeat(54)}`],
    [Array.from({length: 100_000}, () => 'env'), 'env'],
  ])('%j: %s', (command, name) => {
    expect(jobNameOf(command)).toBe(name);
  });
});

describe('a shell text is called like its first command', () => {
  it.each([
    ['make && make check', 'make'],
    ['make check | tee log', 'make-check'],
    ['for i in 1 2 3; do echo "line $i"; sleep 1; done; exit 3', 'echo'],
    ['for t in a b; do npm run "build"; done', 'npm-build'],
    ['while ! curl -sf localhost; do sleep 1; done; npm test', 'curl'],
    ['if [ -f x ]; then cargo test; fi', 'cargo-test'],
    ['case $1 in a) make;; esac', 'make'],
    ['set -e\ncd "build dir" && make all', 'make-all'],
    ['. venv/bin/activate; export A=1 B=2; python train.py', 'python-train.py'],
    ['# what it does\nFOO=bar  make', 'make'],
    ['build() { make; }; build', 'make'],
    ['(cd sub; exec ./run.sh)', 'run.sh'],
    ['>out 2>&1 make <in', 'make'],
    ['diff <(sort a) <(sort b)', 'diff'],
    ["cat <<'EOF'\nmake\nEOF", 'cat'],
    ['m\\ake', 'make'],
    ['"./my prog" x', 'my-prog'],
    ['npm \\\n  test', 'npm-test'],
    ['time npm test', 'npm-test'],
    ['$CC x.c && make', 'sh'],
    ['npm run "$TASK"', 'npm-run'],
    ['export A=1', 'sh'],
    ['exit 3', 'sh'],
    ['test -d x || exit 1; make', 'make'],
    ['', 'sh'],
    ['"', 'sh'],
    ['$(', 'sh'],
    ['A=$(echo "b c"; date) B=`x y` make', 'make'],
  ])('%j: %s', (text, name) => {
    expect(jobNameOf(['/bin/sh', '-c', text])).toBe(name);
    expect(jobNameOf(['timeout', '5', 'bash', '-euc', text])).toBe(name === 'sh' ? 'bash' : name);
  });
});

describe('a secret is never in a name', () => {
  const secret = 's3cr3t';
  it.each([
    `A_TOKEN=${secret} make`,
    `A_TOKEN="${secret} ${secret}" make`,
    `A_TOKEN='${secret}'"${secret}" make`,
    `A_TOKEN=\${X:-${secret}} make`,
    `A_TOKEN=$(echo ${secret} ${secret}) make`,
    `A_TOKEN=\`echo ${secret}\` make`,
    `export A_TOKEN=${secret}; make`,
    `env A_TOKEN=${secret} make`,
    `env -S ${secret} make`,
    `sudo --unknown ${secret} make`,
    `make A_TOKEN=${secret}`,
    `make --unknown ${secret}`,
    `git -c http.extraHeader=${secret} fetch`,
    `git --unknown ${secret} fetch`,
    `git --two words ${secret} fetch`,
    `sudo --two words ${secret} make`,
    `npm --token ${secret} publish`,
    `docker --password ${secret} login`,
    `curl -H ${secret} -u ${secret}:x https://${secret}@host/`,
    `deploy ${secret}`,
    `python --password ${secret} a.py`,
    `node --key ${secret}`,
    `for t in ${secret}; do make $t; done`,
    `: ${secret}; make`,
    `# ${secret}\nmake`,
    `. /dev/stdin <<EOF\n${secret}\nEOF`,
    `<<< ${secret} cat`,
    `< ${secret} cat`,
    `bash -c 'A_KEY=${secret} make'`,
  ])('%s', text => {
    expect(jobNameOf(['/bin/sh', '-c', text])).not.toContain(secret);
  });

  it('also where a word that names it is the value of a secret variable', () => {
    expect(jobNameOf(['npm', 'run', secret], [secret])).toBe('npm');
    expect(jobNameOf([`./${secret}`], [secret])).toBe('job');
  });
});

it('is a job name, an address of nothing else, and one word of a shell that is no option, whatever is run', () => {
  const word = fc.oneof(
    fc.string({unit: 'binary'}),
    fc.constantFrom(
      'npm',
      'run',
      'env',
      'sh',
      '-c',
      'git',
      'python3',
      '-m',
      'dd',
      'ab.12',
      '--',
      '-x',
      'A=b',
      'make',
    ),
  );
  fc.assert(
    fc.property(fc.array(word, {maxLength: 6}), command => {
      const name = jobNameOf(command);
      expect(nameProblem(name)).toBeUndefined();
      expect(parseAddress(name)).toEqual({text: name, job: name});
      expect(addressText('3fa9c1d2e4b5', name)).toBe(`3fa9c1d2e4b5:${name}`);
      expect(name).not.toMatch(/^[-.]|[\s/]/);
      if (/^[ -~]*$/.test(name)) expect(shellWord(name)).toBe(name);
    }),
    {numRuns: 500},
  );
});
