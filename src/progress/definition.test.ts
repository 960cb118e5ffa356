/** What does not compile is checked by the compiler, which refuses a line that it expects to be wrong and is not. */
import {expect, it} from 'vitest';
import type {semanticBackfill} from '../semantic-backfill/index.ts';
import {defineProgress} from './definition.ts';
import {disabledProgressSink} from './sink/disabled-sink.ts';
import {openProgressSink} from './sink/open-sink.ts';

const build = defineProgress({
  compile_start: {phase: 'compile', sub_phase: 'start', expect_ms: 60_000},
  compile_done: {phase: 'compile', sub_phase: 'done', fields: ['bytes']},
  complete: {phase: 'complete', sub_phase: 'complete', fields: []},
});

it('a sink takes the events of its definition and no others', () => {
  const sink = disabledProgressSink<typeof semanticBackfill>();
  sink.emit('embed_batch_done', {batch_index: 1, bytes: 2});
  // @ts-expect-error there is no such event
  sink.emit('embed_done');
  // @ts-expect-error nor one without a name
  sink.emit();
  expect(sink.isActive).toBe(false);
});

it('an event takes the fields that it is defined to tell and no others', () => {
  const sink = disabledProgressSink<typeof semanticBackfill>();
  sink.emit('staging_write_done', {batch_rows: 1, note: 'staging/0001'});
  // @ts-expect-error it tells of no bytes
  sink.emit('staging_write_done', {bytes: 1});
  // @ts-expect-error a number
  sink.emit('staging_write_done', {batch_rows: '1'});
  // @ts-expect-error never null
  sink.emit('staging_write_done', {batch_rows: null});
  // @ts-expect-error no event tells this
  sink.emit('staging_write_done', {rows: 1});
  sink.complete({rows_processed: 1});
  // @ts-expect-error its end tells of no bytes
  sink.complete({bytes: 1});
  sink.error(new Error('x'), {last_message_id: 1});
  // @ts-expect-error the definition says what an error tells
  sink.error(new Error('x'), {rows_total: 1});
  expect(sink.isActive).toBe(false);
});

it('an event whose definition names no fields takes all of the format', () => {
  const sink = disabledProgressSink<typeof build>();
  sink.emit('compile_start', {rows_total: 1, note: 'x'});
  sink.error('x', {rows_total: 1});
  // @ts-expect-error it names none
  sink.emit('complete', {rows_total: 1});
  expect(sink.isActive).toBe(false);
});

it('a span is of a phase of the definition, with fields that its events tell', () => {
  const sink = disabledProgressSink<typeof semanticBackfill>();
  const answer: number = sink.span('embed', span => {
    span.set({bytes: 1});
    // @ts-expect-error no event of this phase tells a note
    span.set({note: 'x'});
    return 42;
  });
  const refused = [
    // @ts-expect-error there is no such phase
    sink.span('embedding', () => 1),
    // @ts-expect-error the end of the run is no phase that something happens in
    sink.span('complete', () => 1),
    // @ts-expect-error no event of this phase tells bytes
    sink.span('checkpoint', () => 1, {bytes: 1}),
  ];
  expect(refused).toEqual([1, 1, 1]);
  expect(answer).toBe(42);
});

it('a span of a promise is a promise', async () => {
  const sink = disabledProgressSink<typeof build>();
  const promise: Promise<string> = sink.span('compile', async () => 'x');
  // @ts-expect-error not its value
  const value: string = sink.span('compile', async () => 'x');
  expect([await promise, await value]).toEqual(['x', 'x']);
});

it('without a definition every event says to which phase it belongs', () => {
  const sink = openProgressSink({path: ''});
  sink.emit('tick', {phase: 'any', sub_phase: 'progress', rows_processed: 1});
  // @ts-expect-error of which phase?
  sink.emit('tick', {rows_processed: 1});
  // @ts-expect-error there is no such transition
  sink.emit('tick', {phase: 'any', sub_phase: 'begin'});
  expect(sink.isActive).toBe(false);
});

it('a definition is made of transitions and fields that there are', () => {
  // @ts-expect-error there is no such transition
  defineProgress({x: {phase: 'x', sub_phase: 'begin'}});
  // @ts-expect-error there is no such field
  defineProgress({x: {phase: 'x', sub_phase: 'start', fields: ['rows']}});
  expect(Object.keys(build)).toHaveLength(3);
});
