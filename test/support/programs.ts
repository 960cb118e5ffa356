import {spawnSync} from 'node:child_process';

/** Whether a program is there; `npm test` asks for none but a shell and Node. */
export function isInstalled(program: string): boolean {
  const {error, status} = spawnSync(program, ['-c', ''], {stdio: 'ignore'});
  return error === undefined && status !== 127;
}
