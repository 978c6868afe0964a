import { expect, test } from 'vitest';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine } from '../../../src/engine/cpu/processor.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { Trace } from '../../../src/measure/timeline/trace.js';
import { ms } from '../../support/time.js';

test('a trace shows what is under way at the end of the run up to there: steps and pushes', () => {
  const sim = new Simulation();
  const trace = new Trace();
  const processor = trace.watching(new FifoProcessor(sim, 1), sim);
  let steps = [ms(2), ms(10)];
  processor.wake(
    new Goroutine('worker', () => {
      const [next = FINISHED, ...later] = steps;
      steps = later;
      return next;
    }),
  );
  sim.at(ms(1), () => trace.taken(7, 'cart', sim.now));
  sim.run(ms(5));
  trace.end(sim.now);
  expect(trace.slices.map(({ lane, name, from, to }) => [lane, name, from, to])).toEqual([
    ['cores', 'worker', 0, ms(2)],
    ['cores', 'worker', ms(2), ms(5)],
    ['slots', 'cart', ms(1), ms(5)],
  ]);
});
