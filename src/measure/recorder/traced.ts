/** A recorder that also tells a trace. One that does not knows of no trace, so that a trace that is off costs nothing. */

import { Rounds } from '../timeline/rounds.js';
import type { Trace } from '../timeline/trace.js';
import type { Clock, Recorder } from './recorder.js';

export function traced(recorder: Recorder, trace: Trace, clock: Clock): Recorder {
  const rounds = new Rounds();
  return {
    ...recorder,
    pushStarted(kind, merged, since, request) {
      rounds.began(clock.now, kind, merged, since, request);
      recorder.pushStarted(kind, merged, since, request);
    },
    contextBuilt(took, request, cpu) {
      trace.add({ lane: 'context', track: 0, name: 'push context', from: clock.now - took, to: clock.now });
      recorder.contextBuilt(took, request, cpu);
    },
    pushFinished(kind, debounced) {
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
      recorder.pushFinished(kind, debounced);
    },
    dequeued(connection, request, waited, slotsInUse) {
      trace.taken(connection.id, connection.proxy.name, clock.now);
      recorder.dequeued(connection, request, waited, slotsInUse);
    },
    skippedMany(skippedPushes, connections, request, slotsInUse) {
      trace.skippedMany(skippedPushes, connections);
      recorder.skippedMany(skippedPushes, connections, request, slotsInUse);
    },
    skipped(connection, request, cpu) {
      trace.released(connection.id, clock.now, 'nothing needed');
      recorder.skipped(connection, request, cpu);
    },
    converged(connection, request, took, cpu) {
      trace.released(connection.id, clock.now, 'pushed');
      recorder.converged(connection, request, took, cpu);
    },
    recording() {
      trace.end(clock.now);
      return { ...recorder.recording(), trace };
    },
  };
}
