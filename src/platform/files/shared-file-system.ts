/**
 * Whether a directory lies on a file system that other machines, or the system below this one, use as well. There a lock
 * may not exclude everybody, a FIFO is another one on each machine, and nobody is told of changes.
 */
import {readFileSync} from 'node:fs';

/** The type of that file system, as the system names it; undefined for one of this machine alone, and where nobody tells (not Linux). */
export function sharedFileSystem(path: string): string | undefined {
  try {
    const type = mountedType(readFileSync('/proc/self/mountinfo', 'utf8'), path);
    return type !== undefined && isShared(type) ? type : undefined;
  } catch {
    return undefined; // not Linux, or no /proc
  }
}

/** The type of the mount that holds a canonical path: the innermost, and of several at one place the last. */
export function mountedType(mountinfo: string, path: string): string | undefined {
  let [longest, type]: [number, string | undefined] = [-1, undefined];
  for (const line of mountinfo.split('\n')) {
    const [mount, about] = line.split(' - ');
    const point = unescaped(mount?.split(' ')[4] ?? '');
    if (about === undefined || point.length < longest || !holds(point, path)) continue;
    longest = point.length;
    type = about.split(' ')[0];
  }
  return type;
}

/** By the names that Linux has for them; FUSE has one for each program behind it. */
export function isShared(type: string): boolean {
  return SHARED.has(type.replace(/^fuse\./, ''));
}

const SHARED = new Set([
  // of networks and clusters
  ...['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'smb2', 'ncpfs', 'afs', 'auristorfs', 'coda', 'ceph', 'lustre'],
  ...['gpfs', 'mmfs', 'beegfs', 'fhgfs', 'glusterfs', 'orangefs', 'pvfs2', 'ocfs2', 'gfs', 'gfs2', 'panfs'],
  ...[
    'wekafs',
    'sshfs',
    'davfs',
    'davfs2',
    'curlftpfs',
    's3fs',
    'goofys',
    'gcsfuse',
    'blobfuse',
    'blobfuse2',
  ],
  ...['rclone', 'mfs', 'moosefs', 'juicefs', 'quobyte', 'ceph-fuse', 'mount.s3', 'mountpoint-s3', 'cvmfs2'],
  // of the machine below a virtual one: WSL, Docker Desktop, VirtualBox, VMware, Parallels
  ...[
    '9p',
    'drvfs',
    'virtiofs',
    'vboxsf',
    'vmhgfs',
    'vmhgfs-fuse',
    'prl_fs',
    'osxfs',
    'grpcfuse',
    'fakeowner',
  ],
]);

function holds(point: string, path: string): boolean {
  return point === '/' || (point !== '' && (path === point || path.startsWith(`${point}/`)));
}

/** Blanks and the like stand there in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
