/** One run of one scenario: runs the clock until nothing is left to do, and answers with what was measured. */

import { PROFILES } from '../istio/profiles.js';
import { createRecorder } from '../measure/recorder/recorder.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import { traced } from '../measure/recorder/traced.js';
import { Trace } from '../measure/timeline/trace.js';
import type { Change } from '../pipeline/model/change.js';
import type { Scenario } from '../scenario/scenario.js';
import { assemble, wholeCores } from './assemble.js';

export interface SimulateOptions {
  /** Which of the scenario's replications, from 0: only the random streams differ. */
  readonly replication?: number;
  /** Told the share of the duration simulated so far, from time to time. */
  readonly onProgress?: (fractionDone: number) => void;
  /** Given, at the end, what is too much for the result: courses over time, pushes one by one, slow changes. */
  readonly onRecording?: (recording: Recording) => void;
  /** Also records what ran when. */
  readonly trace?: boolean;
  /** Changes whose story the recording has even if they were quick. */
  readonly follows?: (change: Change) => boolean;
}

const PROGRESS_STEPS = 50;

/** Deterministic: the same scenario and replication give the same result, to the last bit, everywhere. */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): RunResult {
  const { run } = scenario;
  const trace = options.trace ? new Trace() : undefined;
  const cores = wholeCores(scenario);
  const {
    sim,
    mesh,
    machine,
    observer: recorder,
  } = assemble(scenario, {
    replication: options.replication ?? 0,
    trace,
    observerFor: (sim, { processor, heap }) => {
      const recorder = createRecorder(sim, PROFILES[scenario.istio].countedOnce, run.warmUp, {
        version: scenario.istio,
        cores,
        busyNanos: () => processor.busyNanos,
        ...(heap && { heapBytes: () => heap.bytes }),
        ...(options.follows && { follows: options.follows }),
      });
      return trace === undefined ? recorder : traced(recorder, trace, sim);
    },
  });
  for (let step = 1; step <= PROGRESS_STEPS; step++) {
    sim.run(Math.round((run.duration * step) / PROGRESS_STEPS));
    options.onProgress?.(step / PROGRESS_STEPS);
  }
  if (run.kind === 'terminating') sim.run();
  options.onRecording?.(recorder.recording());
  return recorder.result({
    cores,
    busyNanos: machine.processor.busyNanos,
    proxies: mesh.proxies.length,
    heapBytes: machine.heap?.bytes ?? 0,
  });
}
