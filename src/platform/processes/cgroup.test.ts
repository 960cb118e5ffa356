import {expect, it} from 'vitest';

import {cgroupIn} from './cgroup.ts';

it.each([
  [
    'of one hierarchy',
    '0::/user.slice/user-1000.slice/session-3.scope\n',
    '/user.slice/user-1000.slice/session-3.scope',
  ],
  [
    'of several, that of systemd',
    '4:memory:/elsewhere\n1:name=systemd:/system.slice/cron.service\n0::/other\n',
    '/system.slice/cron.service',
  ],
  ['with colons in it', '0::/a:b\n', '/a:b'],
  ['of a container without systemd', '9:name=systemd:/\n4:memory:/docker/12ab\n0::/\n', '/docker/12ab'],
  ['the root where nothing else is told', '1:name=systemd:/\n0::/\n', '/'],
  ['nothing where the text is another', 'none\n', undefined],
])('a cgroup is %s', (_, text, path) => {
  expect(cgroupIn(text)).toBe(path);
});
