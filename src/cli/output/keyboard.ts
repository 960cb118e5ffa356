/** The keys of the terminal behind stdin, each as soon as it is pressed and not shown. */
import {isTerminal} from './terminal.ts';

export interface Keyboard {
  /** Again, after the terminal was somebody else's for a while. */
  resume(): void;
  /** Gives the terminal back as it was; a shell can be typed to again. */
  close(): void;
}

/** What Ctrl and a letter send where they are not signals, as here. */
export const [CTRL_C, CTRL_Z, CTRL_BACKSLASH] = ['\u0003', '\u001a', '\u001c'];

/** Undefined where stdin is no terminal, or it is gone. `gone` is called when that happens later. */
export function openKeyboard(press: (key: string) => void, gone: () => void): Keyboard | undefined {
  if (!isTerminal(0) || !process.stdin.isTTY) return undefined;
  const {stdin} = process;
  const read = (bytes: Buffer) => {
    for (const key of bytes.toString().replace(SPECIAL_KEYS, '')) press(key);
  };
  const setRaw = (isRaw: boolean) => {
    try {
      stdin.setRawMode(isRaw);
      return true;
    } catch {
      return false; // the terminal is gone
    }
  };
  if (!setRaw(true)) return undefined;
  const listen = () => stdin.on('data', read).on('end', gone).on('error', gone).resume();
  const close = () => {
    stdin.off('data', read).off('end', gone).off('error', gone).pause();
    setRaw(false);
  };
  listen();
  return {
    resume: () => {
      close(); // Node would do nothing where it thinks that nothing has changed
      setRaw(true);
      listen();
    },
    close,
  };
}

/** Arrows and the like. */
const SPECIAL_KEYS = new RegExp(`${'\u001b'}(?:\\[[0-?]*[ -/]*[@-~]|O.)?`, 'g');
