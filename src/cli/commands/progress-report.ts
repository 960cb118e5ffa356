import type {Options} from '../command.ts';
export async function run(_operands: readonly string[], _options: Options): Promise<number> {
  return 0;
}
