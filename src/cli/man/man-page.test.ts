import {describe, expect, it} from 'vitest';

import {JOB_OPTIONS} from '../../base/index.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {EXIT_STATUS, VARIABLES} from '../definitions/manual.ts';
import {EXIT} from '../exit-codes.ts';
import {manPage} from './man-page.ts';
import {flowing, macro, verbatim} from './roff.ts';

const PAGE = manPage('1.2.3', '2026-11-30');

describe('the manual page', () => {
  it('has every command with its options', () => {
    for (const {name, options} of COMMANDS) {
      const [, part = ''] = PAGE.split(`.SS "stint ${name.replaceAll('-', '\\-')} [`);
      const [own = ''] = part.split('\n.S');
      for (const {flags} of options) expect(own).toContain(`.TP\n\\fB${flags.replaceAll('-', '\\-')}\\fR\n`);
    }
  });

  it('has every exit code and the variables of jobs', () => {
    expect(EXIT_STATUS.map(([code]) => Number(code))).toEqual(Object.values(EXIT));
    const variables = VARIABLES.flatMap(([names]) => names.split(', '));
    const ofJobs = JOB_OPTIONS.flatMap(option => ('variable' in option ? option.variable : []));
    expect(variables).toEqual(expect.arrayContaining(ofJobs));
  });

  it('has the sections that people look for, and no line that roff would misread', () => {
    const sections = [...PAGE.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(
      'NAME,SYNOPSIS,DESCRIPTION,COMMANDS,EXIT STATUS,ENVIRONMENT,FILES,SEE ALSO'.split(','),
    );
    const macros = new Set([...PAGE.matchAll(/^[.'](\S*)/gm)].map(([, name]) => name));
    expect([...macros].sort()).toEqual(['BR', 'PP', 'SH', 'SS', 'TH', 'TP', 'fi', 'nf']);
    expect(PAGE).toMatch(/^[\n\x20-\x7e]*$/);
    expect(PAGE).not.toContain('\n\n');
  });
});

describe('texts in roff', () => {
  it('show what would be something else', () => {
    expect(flowing("a\\b -c 'd' \u2026 ~ ^ `")).toBe('a\\eb \\-c \\(aqd\\(aq \\[u2026] \\(ti \\(ha \\(ga');
    expect(flowing('.SH no')).toBe('\\&.SH no');
    expect(verbatim('.x\n  y')).toBe('.nf\n\\&.x\n  y\n.fi');
    expect(macro('SS', 'say "x"')).toBe('.SS "say \\(dqx\\(dq"');
  });

  it('break where no line of the file is long, and not where a macro would begin', () => {
    const text = flowing(`${'x'.repeat(78)} .y ${'z'.repeat(100)}`);
    expect(text.split('\n')).toEqual(['x'.repeat(78), '\\&.y', 'z'.repeat(100)]);
  });
});
