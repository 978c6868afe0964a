/** A recorder that also tells a trace. One that does not knows of no trace, so that a trace that is off costs nothing. */

import { type Observer, SILENT } from '../../pipeline/observer.js';
import { Rounds } from '../timeline/rounds.js';
import type { Trace } from '../timeline/trace.js';
import type { Clock, Recorder } from './recorder-options.js';

export function traced(recorder: Recorder, trace: Trace, clock: Clock): Recorder {
  const tracing = tracer(trace, clock);
  const observer: Record<string, unknown> = {};
  for (const moment of Object.keys(SILENT) as (keyof Observer)[]) observer[moment] = both(tracing, recorder, moment);
  return {
    ...(observer as unknown as Observer),
    result: (facts) => recorder.result(facts),
    distributions: () => recorder.distributions(),
    recording() {
      trace.end(clock.now);
      return { ...recorder.recording(), trace };
    },
  };
}

/** What calls the moment of both, or of the recorder alone where the tracer does not care. */
function both(tracing: Partial<Observer>, recorder: Recorder, moment: keyof Observer): unknown {
  const recorded = (recorder[moment] as (...what: unknown[]) => void).bind(recorder);
  const traced = tracing[moment] as ((...what: unknown[]) => void) | undefined;
  if (traced === undefined) return recorded;
  return (...what: unknown[]) => {
    traced(...what);
    recorded(...what);
  };
}

function tracer(trace: Trace, clock: Clock): Partial<Observer> {
  const rounds = new Rounds();
  return {
    pushStarted(kind, merged, since, request) {
      rounds.began(clock.now, kind, merged, since, request);
    },
    contextBuilt(took) {
      trace.add({ lane: 'context', track: 0, name: 'push context', from: clock.now - took, to: clock.now });
    },
    pushFinished(kind) {
      const round = rounds.finished(clock.now, kind, 0);
      if (round !== undefined)
        trace.add({
          lane: 'debounce',
          track: 0,
          name: `${round.merged} merged`,
          from: round.since,
          to: round.began,
          detail: { push: round.number, kind, keys: round.keys, first: round.key },
        });
    },
    dequeued(connection) {
      trace.taken(connection.id, connection.proxy.name, clock.now);
    },
    skippedMany(skippedPushes, connections) {
      trace.skippedMany(skippedPushes, connections);
    },
    skipped(connection) {
      trace.released(connection.id, clock.now, 'nothing needed');
    },
    converged(connection) {
      trace.released(connection.id, clock.now, 'pushed');
    },
  };
}
