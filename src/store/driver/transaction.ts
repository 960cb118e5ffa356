import type {Statement} from './port.ts';

type Command = Pick<Statement<[], unknown>, 'run'>;

/** What runs work as one immediate transaction. `isOpen`: SQLite ends some by itself, on a full disk say. */
export function immediateTransactions(
  prepare: (sql: string) => Command,
  isOpen: () => boolean,
): <T>(work: () => T) => T {
  let commands: {begin: Command; commit: Command; rollback: Command} | undefined;
  return work => {
    commands ??= {
      begin: prepare('BEGIN IMMEDIATE'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
    };
    commands.begin.run();
    try {
      const result = work();
      commands.commit.run();
      return result;
    } catch (error) {
      if (isOpen()) commands.rollback.run();
      throw error;
    }
  };
}
