/** A notification on the desktop, where the job's environment leads to one. What is shown is an argument, never part of a script. */
import {isOnPath} from '../../../platform/index.ts';

/** Instead of a command. */
export const DESKTOP = 'desktop';

type Variables = Readonly<Record<string, string | undefined>>;

/** Why there can be none; undefined where there can. */
export function desktopProblem(
  environment: Variables,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const program = platform === 'darwin' ? 'osascript' : 'notify-send';
  if (platform !== 'darwin' && !SESSION.some(name => environment[name]))
    return `there is no desktop: none of ${SESSION.join(', ')} is set`;
  return isOnPath(program, environment.PATH) ? undefined : `${program} is not in the PATH`;
}

/** Shell text, and the variables that it reads. */
export function desktopCommand(
  {STINT_EVENT, STINT_JOB = '', STINT_MESSAGE = '', STINT_STATUS}: Variables,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): {readonly text: string; readonly variables: Readonly<Record<string, string>>} {
  const name = STINT_JOB.slice(STINT_JOB.indexOf(':') + 1);
  const title = `stint: ${name} ${STINT_EVENT === 'stalled' ? 'is stalled' : STINT_STATUS}`;
  const body = `${STINT_MESSAGE}\n${cwd}`;
  return platform === 'darwin'
    ? {text: OSASCRIPT, variables: {stint_title: title, stint_body: body}}
    : {text: NOTIFY_SEND, variables: {stint_title: title, stint_body: escaped(body)}};
}

/** Where a program finds the session of a desktop, one of them. */
const SESSION = ['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY'];

const NOTIFY_SEND = 'exec notify-send --app-name=stint -- "$stint_title" "$stint_body"';
const OSASCRIPT = `exec osascript -e 'on run argv' \\
  -e 'display notification (item 2 of argv) with title (item 1 of argv)' -e 'end run' "$stint_title" "$stint_body"`;

/** The body may hold the markup of the desktop's specification. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
