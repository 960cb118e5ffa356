import {describe, expect, it} from 'vitest';

import {isShared, mountedType, sharedFileSystem} from './shared-file-system.ts';

const MOUNTS = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:50 / /home rw,relatime shared:7 - nfs4 filer:/home rw,vers=4.2
41 40 0:51 / /home/me/local rw,relatime - xfs /dev/vdb rw
42 27 0:52 / /mnt/with\\040blank rw,relatime - fuse.sshfs me@mill:/ rw
43 27 0:53 / /mnt/twice rw,relatime - ext4 /dev/vdc rw
44 43 0:54 / /mnt/twice rw,relatime - cifs //filer/share rw
`;

describe('the file system of a directory', () => {
  it.each([
    ['/', 'ext4'],
    ['/var/state', 'ext4'],
    ['/home', 'nfs4'],
    ['/home/me/.local/state/stint', 'nfs4'],
    ['/homes/me', 'ext4'],
    ['/home/me/local/stint', 'xfs'],
    ['/home/me/locals', 'nfs4'],
    ['/mnt/with blank/x', 'fuse.sshfs'],
    ['/mnt/twice/x', 'cifs'],
  ])('%s is that of its innermost mount: %s', (path, type) => {
    expect(mountedType(MOUNTS, path)).toBe(type);
  });

  it.each(['', '\n\n', 'nonsense', '1 2 3 - ext4', ' - '])('is not known from %j', text => {
    expect(mountedType(text, '/home')).toBeUndefined();
  });

  it.each([
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    '9p',
    'drvfs',
    'virtiofs',
    'fuse.sshfs',
    'fuse.glusterfs',
    'ceph',
    'lustre',
    'afs',
    'gpfs',
    'beegfs',
    'vboxsf',
  ])('is shared with others when it is %s', type => {
    expect(isShared(type)).toBe(true);
  });

  it.each([
    'ext4',
    'xfs',
    'btrfs',
    'zfs',
    'tmpfs',
    'overlay',
    'fuse.fuse-overlayfs',
    'fuseblk',
    'fuse.gocryptfs',
    'fuse',
    'apfs',
  ])('is of this machine alone when it is %s', type => {
    expect(isShared(type)).toBe(false);
  });

  it('is looked up where the system tells', () => {
    expect(sharedFileSystem('/proc')).toBeUndefined();
  });
});
