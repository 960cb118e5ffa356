import fc from 'fast-check';
import {expect, it} from 'vitest';

import {FrameDecoder} from './framing.ts';
import {streamFrames} from './stream-frames.ts';

it('frames every line as it is, with and without an id', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.option(fc.nat(), {nil: undefined}), (values, id) => {
      const lines = Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join(''));
      const decoded = [...new FrameDecoder().push(streamFrames(id)(lines))];
      const head = id === undefined ? {v: 1} : {v: 1, id};
      const expected = values.map(value => ({...head, kind: 'StreamFrame', payload: value}));
      expect(decoded).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});

it('leaves out a line that no frame can hold', () => {
  const lines = Buffer.from(`"a"\n"${'x'.repeat(8 * 1024 * 1024)}"\n"b"\n`);
  const decoded = [...new FrameDecoder().push(streamFrames(1)(lines))];
  expect(decoded.map(message => (message as {payload: string}).payload)).toEqual(['a', 'b']);
});
