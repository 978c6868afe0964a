import { expect, test } from 'vitest';
import { SECOND } from '../../../src/engine/time.js';
import { createRecorder } from '../../../src/measure/recorder/recorder.js';
import { SkippedPushes } from '../../../src/pipeline/model/skipped-pushes.js';
import { connections } from '../../support/connections.js';
import { requestsOf } from '../../support/request.js';

test('a queue is never shorter than empty, though nobody is told of connections that come back from processing', () => {
  const clock = { now: SECOND / 2 };
  const all = connections(2);
  const request = requestsOf('1.30').endpoints('shop/cart');
  const recorder = createRecorder(clock, new Set(), 0);
  recorder.enqueued(Int32Array.of(0), all, 1, 0);
  const skippedPushes = new SkippedPushes();
  skippedPushes.since = clock.now;
  skippedPushes.count = 2;
  skippedPushes.ids.set([0, 1]);
  skippedPushes.times.set([clock.now, clock.now]);
  recorder.skippedMany(skippedPushes, all, request, 1);
  clock.now = 2.5 * SECOND;
  expect(recorder.recording().rows.map(({ queuePeak }) => queuePeak)).toEqual([0, 1, 0, 0]);
});
