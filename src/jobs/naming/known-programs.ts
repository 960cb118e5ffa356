/**
 * Programs whose name alone says little about what they are run for. Of their options only those are listed without which
 * the word that says more could not be found; behind any other option no word is believed, because it may be a value.
 */

/** An option takes a value (`-n=`), or the rest of the line is what it is about: code (`-e!`), shell text, a module. */
export interface KnownProgram {
  /**
   * A `wrapper` runs the command behind it. Of `verbs` the first operand says what is done; of `script` it is the file that
   * is run.
   */
  readonly kind: 'wrapper' | 'verbs' | 'script';
  readonly options: ReadonlyMap<string, OptionKind>;
  /** So many operands come before. */
  readonly skips: number;
  /** The verb before says nothing: `npm run test` is `npm test`. */
  readonly isOmitted?: true;
}

export type OptionKind = 'alone' | 'value' | 'code' | 'shell' | 'module';

/** `words`: a program, or a program and its verb. A version at its end does not count. */
export function knownProgram(words: string): KnownProgram | undefined {
  return PROGRAMS.get(words) ?? PROGRAMS.get(words.replace(/-?[\d.]+$/, ''));
}

const MARKS: Readonly<Record<string, OptionKind>> = {'=': 'value', '!': 'code', $: 'shell', '@': 'module'};

const PROGRAMS = new Map<string, KnownProgram>();

/** `names` are separated by commas, `options` by blanks, each with its mark. */
function define(
  kind: KnownProgram['kind'],
  names: string,
  options = '',
  more: Partial<Pick<KnownProgram, 'skips' | 'isOmitted'>> = {},
): void {
  const read = options.split(/\s+/).map(text => {
    const mark = MARKS[text.slice(-1)];
    return [mark === undefined ? text : text.slice(0, -1), mark ?? 'alone'] as const;
  });
  for (const name of names.split(/,\s*/))
    PROGRAMS.set(name, {kind, options: new Map(read), skips: 0, ...more});
}

define('wrapper', 'env', '-u= --unset= -C= --chdir= -i --ignore-environment -v --debug');
define('wrapper', 'nohup, builtin, chronic, busybox, cross-env, unbuffer, catchsegv, rlwrap');
define('wrapper', 'exec', '-a= -c -l');
define('wrapper', 'command', '-p');
define('wrapper', 'nice', '-n= --adjustment=');
define('wrapper', 'ionice', '-c= --class= -n= --classdata= -t');
define('wrapper', 'setsid', '-c --ctty -f --fork -w --wait');
define('wrapper', 'time', '-f= --format= -o= --output= -a -l -p -v --verbose');
define(
  'wrapper',
  'timeout, gtimeout',
  '-k= --kill-after= -s= --signal= --foreground --preserve-status -v --verbose',
  {skips: 1},
);
define('wrapper', 'stdbuf', '-i= --input= -o= --output= -e= --error=');
define('wrapper', 'sudo', '-u= --user= -g= --group= -h= -p= -C= -D= -E --preserve-env -H -k -n -S -b');
define('wrapper', 'doas', '-u= -C= -n');
define('wrapper', 'chrt', '-a -b -f -i -o -r -R', {skips: 1});
define('wrapper', 'taskset', '-a -c --cpu-list', {skips: 1});
define('wrapper', 'numactl', '-C= -N= -m= -p= -i= -l');
define('wrapper', 'flock', '-w= --timeout= -E= -e -x -s -n -o -F --nonblock', {skips: 1});
define('wrapper', 'xvfb-run', '-n= -s= -e= -f= -p= -w= -a --auto-servernum');
define('wrapper', 'caffeinate', '-t= -w= -d -i -m -s -u');
define('wrapper', 'strace, ltrace', '-e= -o= -s= -E= -u= -f -ff -c -q -r -t -tt -T -v -y');
define(
  'wrapper',
  'systemd-run',
  '-p= --property= -u= --unit= -E= --setenv= --slice= --description= --user --scope -q --quiet -G --collect -d --same-dir --wait',
);
define(
  'wrapper',
  'npx, npm exec, npm x, pnpx, bunx, bun x, yarn dlx, pnpm dlx',
  '-p= --package= -y --yes -q --bun',
);
define(
  'wrapper',
  'pnpm exec, yarn exec, bundle exec, poetry run, pipenv run, pdm run, rye run, hatch run, mise x',
);
define(
  'wrapper',
  'uv run, uvx, pipx run',
  `-p= --python= --with= --from= --spec= --extra= --group= --env-file= --project= --directory= --package=
  --with-requirements= --with-editable= --frozen --locked --no-sync --no-project --isolated --all-extras --no-dev --dev -q
  -v -m@ --module@`,
);
define(
  'wrapper',
  'conda run, mamba run, micromamba run',
  '-n= --name= -p= --prefix= --cwd= --no-capture-output',
);
define('wrapper', 'mise exec, doppler run, op run, dotenvx run');
define('wrapper', 'dotenv', '-f= --file= -e= -c=');
define('wrapper', 'direnv exec', '', {skips: 1});

const OF_PACKAGES =
  '--prefix= -C= --dir= --cwd= -w= --workspace= --filter= -F= -s --silent -r --recursive --workspaces -ws --if-present';
define('verbs', 'npm, pnpm, yarn, bun', OF_PACKAGES);
define('verbs', 'npm run, npm run-script, pnpm run, yarn run, bun run', OF_PACKAGES, {isOmitted: true});
define('verbs', 'yarn workspace', '', {isOmitted: true, skips: 1});
define('verbs', 'deno', '-q --quiet');
define('verbs', 'deno task, composer run, composer run-script, turbo run, nx run, lerna run', '--cwd=', {
  isOmitted: true,
});
define(
  'verbs',
  'make, gmake',
  '-C= --directory= -f= --file= -I= -o= -W= -j --jobs -k -s -B -n -i -l -O -w -r -R',
);
define('verbs', 'ninja', '-C= -f= -j= -k= -l= -v');
define(
  'verbs',
  'gradle, gradlew',
  '-p= -b= -x= -P= -D= -q -i -s --info --stacktrace --no-daemon --offline --continue',
);
define('verbs', 'mvn, mvnw', '-f= --file= -P= -pl= -T= -D= -q -B -o -U -e -am');
define('verbs', 'just', '-f= --justfile= -d= --working-directory=');
define(
  'verbs',
  'cargo',
  '-C= --config= --manifest-path= -q --quiet -v --verbose --locked --offline --frozen',
);
define('verbs', 'go', '-C=');
define('verbs', 'git', '-C= -c= --git-dir= --work-tree= --namespace= --no-pager --paginate -p -P --bare');
define('verbs', 'docker, podman', '--context= -c= -H= --host= -l= --log-level= --config= -D --debug');
define(
  'verbs',
  'docker-compose, docker compose, podman compose',
  '-f= --file= -p= --project-name= --profile= --env-file= --project-directory= --progress= --ansi= --dry-run',
);
define('verbs', 'docker buildx, docker container, docker image, docker volume, docker network');
define(
  'verbs',
  'kubectl, helm',
  '-n= --namespace= --context= --kube-context= --kubeconfig= --cluster= --user=',
);
define('verbs', 'terraform, tofu', '-chdir=');
define(
  'verbs',
  'pip, uv, poetry, pdm, pipenv, hatch, conda, mamba',
  '-q --quiet -v --verbose -n --no-interaction',
);
define('verbs', 'artisan, rails, rake, composer, bundle, mix, sbt, lein, ant, task, invoke, inv, fab');
define(
  'verbs',
  'bazel, bazelisk, dotnet, swift, flutter, dart, zig, stack, cabal, meson, xcodebuild, turbo, nx, lerna',
);
define(
  'verbs',
  'next, nuxt, vite, astro, ng, expo, wrangler, vercel, netlify, firebase, supabase, prisma, dbt, alembic',
);
define(
  'verbs',
  'hg, svn, jj, gh, glab, aws, gcloud, az, pulumi, vagrant, brew, apt, apt-get, dnf, systemctl, rustup',
);
define('verbs', 'codex, op, doppler, mise, direnv, dotenvx, pipx, micromamba, rye, stint');

define(
  'script',
  'python, pypy',
  '-W= -X= -c! -m@ -u -B -b -d -E -I -i -O -OO -P -q -s -S -v -x --check-hash-based-pycs=',
);
define(
  'script',
  'node, nodejs, tsx, ts-node',
  `-e! --eval! -p! --print! -pe! -r= --require= --import= --loader= --experimental-loader= -C= --conditions= -P= --project=
  --tsconfig= --env-file= --title= --inspect --inspect-brk --watch --test --no-warnings --trace-warnings --expose-gc
  --enable-source-maps --experimental-strip-types`,
);
define(
  'script',
  'deno run',
  '-c= --config= --import-map= -A --allow-all -q --quiet --watch --check --no-check',
);
define('script', 'ruby', '-e! -I= -r= -C= -w -W -v');
define('script', 'perl', '-e! -E! -I= -M= -n -p -l -w -W -a -i');
define('script', 'php', '-r! -c= -d= -f -q -n');
define('script', 'lua, luajit', '-e! -l= -i');
define('script', 'Rscript', '-e! --vanilla');
define('script', 'julia', '-e! -E! -t= --threads= -p= --procs= -L= -J=');
define(
  'script',
  'bash, sh, zsh, dash, ksh, ash',
  '-c$ -o= -O= -e -u -x -l -i -s -n -v -f -a -p --login --norc --noprofile',
);
define('script', 'fish', '-c! --command! -N -P -l -i');
define('script', 'java', '-cp= -classpath= --class-path= -p= --module-path= -D= -X= -jar -ea -server');
define('script', 'ansible-playbook', '-i= --inventory= -e= -l= --limit= -t= --tags= -u= -v');
define('script', 'osascript', '-e! -l=');
