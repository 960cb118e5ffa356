import {describe, expect, it} from 'vitest';

import {type CgroupFacts, cgroupFindings, cgroupStanding} from './cgroup-standing.ts';

const USER = '/user.slice/user-1000.slice';
const FACTS = {cgroup: `${USER}/session-3.scope`, isRunning: true, isAsked: false, canLeave: true};

const cgroupFinding = (facts: CgroupFacts) => cgroupFindings(facts)[0];

describe('a cgroup', () => {
  it.each([
    [`${USER}/session-3.scope`, {kind: 'session', unit: 'session-3.scope'}],
    [`${USER}/user@1000.service/app.slice/run-r12ab.scope`, {kind: 'scope', unit: 'run-r12ab.scope'}],
    [`${USER}/user@1000.service/app.slice/stint-12ab.scope`, {kind: 'own', unit: 'stint-12ab.scope'}],
    [`${USER}/user@1000.service/app.slice`, {kind: 'service', unit: 'user@1000.service'}],
    ['/system.slice/actions-runner.service/job', {kind: 'service', unit: 'actions-runner.service'}],
    ['/docker/12ab', {kind: 'container', unit: '12ab'}],
    ['/system.slice/docker-12ab.scope', {kind: 'container', unit: 'docker-12ab.scope'}],
    [
      '/kubepods.slice/kubepods-besteffort.slice/cri-containerd-12ab.scope',
      {kind: 'container', unit: 'cri-containerd-12ab.scope'},
    ],
    ['/system.slice/docker.service', {kind: 'service', unit: 'docker.service'}],
    ['/init.scope', {kind: 'unknown', cgroup: '/init.scope'}],
    ['/process_api/12ab', {kind: 'unknown', cgroup: '/process_api/12ab'}],
    ['/', {kind: 'unknown', cgroup: '/'}],
    [undefined, {kind: 'unknown', cgroup: undefined}],
  ])('is known by the last unit in its path, or not known: %s', (cgroup, standing) => {
    expect(cgroupStanding(cgroup)).toEqual(standing);
  });
});

describe('what the doctor says of it', () => {
  it('is how it could be left, where it can', () => {
    expect(cgroupFinding(FACTS)).toEqual({
      level: 'ok',
      about: 'cgroup',
      message:
        'the coordinator is in session-3.scope, a login session; whether what is in it ends with it cannot be told from here (KillUserProcesses of logind)',
      hint: expect.stringContaining('own_scope: true'),
    });
    expect(cgroupFinding({...FACTS, canLeave: false})).not.toHaveProperty('hint');
    for (const cgroup of ['/docker/12ab', '/', undefined])
      expect(cgroupFinding({...FACTS, cgroup})).not.toHaveProperty('hint');
  });

  it('is a note where it should have been left and was not', () => {
    expect(cgroupFinding({...FACTS, isAsked: true})).toMatchObject({
      level: 'note',
      message: expect.stringMatching(/^own_scope is set, but the coordinator is in session-3[.]scope, /),
      hint: expect.stringContaining('stint shutdown'),
    });
  });

  it('is of a coordinator to come where none runs, if there is anything to do', () => {
    const facts = {...FACTS, isRunning: false};
    expect(cgroupFinding(facts)?.message).toMatch(
      /^a coordinator that is started from here would be in session-3[.]scope, /,
    );
    expect(cgroupFinding({...facts, cgroup: '/', isAsked: true})?.message).toBe(
      'a coordinator that is started from here is to leave the cgroup /; who ends it is not known',
    );
    expect(cgroupFindings({...facts, cgroup: '/'})).toEqual([]);
  });

  it('is that it was left, and what ends the new one', () => {
    const cgroup = `${USER}/user@1000.service/app.slice/stint-12ab.scope`;
    expect(cgroupFinding({...FACTS, cgroup, isAsked: true})).toMatchObject({
      level: 'ok',
      message: 'the coordinator is in a scope of its own, stint-12ab.scope',
      hint: expect.stringContaining('loginctl enable-linger'),
    });
  });
});
