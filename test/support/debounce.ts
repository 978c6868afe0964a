/**
 * The debounce loop alone: requests at given times on one side, on the other a push function that takes as long as the
 * test says. Answers the pushes as rows of the tables in the tests.
 */
import { FifoProcessor } from '../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine, type Processor } from '../../src/engine/cpu/processor.js';
import { Simulation } from '../../src/engine/simulation.js';
import type { Nanos } from '../../src/engine/time.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import { profileOf } from '../../src/istio/profile.js';
import { createDebounce, type Debounce } from '../../src/pipeline/2-debounce/debounce.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import { isBypassable } from '../../src/pipeline/model/request-rules.js';
import { SILENT } from '../../src/pipeline/observer.js';
import { requestsOf } from './request.js';
import { ms } from './time.js';

export interface DebounceSetup {
  readonly version?: IstioVersion;
  /** Milliseconds; 100 and 10,000 unless said. */
  readonly after?: number;
  readonly max?: number;
  readonly edsDebounce?: boolean;
  readonly mergeCost?: number;
  /** How long the push function runs, in milliseconds; that of a bypassing request if it differs. */
  readonly push: number;
  readonly bypassPush?: number;
  readonly simulation?: Simulation;
  readonly processor?: Processor;
}

/** One run of the push function, in nanoseconds. */
export interface Push {
  readonly from: Nanos;
  to: Nanos;
  readonly merged: number;
  /** `pilot_debounce_time`; a bypass observes none. */
  debounced: Nanos | undefined;
  readonly bypass: boolean;
  readonly request: PushRequest;
}

export interface DebounceBench {
  readonly simulation: Simulation;
  readonly processor: Processor;
  readonly debounce: Debounce;
  readonly pushes: readonly Push[];
  at(milliseconds: number): {
    change(what: string): void;
    endpoints(service: string): void;
    offer(r: PushRequest): void;
  };
  run(): readonly Push[];
}

export function debounceBench(setup: DebounceSetup): DebounceBench {
  const simulation = setup.simulation ?? new Simulation();
  const processor = setup.processor ?? new FifoProcessor(simulation, Number.POSITIVE_INFINITY);
  const version = setup.version ?? '1.17';
  const profile = profileOf(version);
  const requests = requestsOf(version);
  const pushes: Push[] = [];

  function startPush(request: PushRequest, merged: number, since: Nanos | undefined, finished: () => void): void {
    const bypass = since === undefined;
    let push: Push | undefined;
    const goroutine = new Goroutine('push', () => {
      if (push === undefined) {
        push = { from: simulation.now, to: 0, merged, debounced: undefined, bypass, request };
        pushes.push(push);
        return ms((bypass ? setup.bypassPush : undefined) ?? setup.push);
      }
      push.to = simulation.now;
      push.debounced = bypass ? undefined : simulation.now - since;
      finished();
      return FINISHED;
    });
    processor.wake(goroutine);
  }

  const debounce = createDebounce(
    simulation,
    processor,
    {
      debounceAfter: ms(setup.after ?? 100),
      debounceMax: ms(setup.max ?? 10_000),
      emptyMeansEverything: !profile.hasForced,
      bypasses: (request) => setup.edsDebounce === false && isBypassable(request, profile),
      mergeCost: () => ms(setup.mergeCost ?? 0),
    },
    startPush,
    SILENT,
  );

  return {
    simulation,
    processor,
    debounce,
    pushes,
    at(milliseconds) {
      const offer = (request: PushRequest): void => {
        simulation.at(ms(milliseconds), () => debounce.offer(request));
      };
      return {
        offer,
        change: (what) => offer(requests.change(what)),
        endpoints: (service) => offer(requests.endpoints(service)),
      };
    },
    run() {
      simulation.run();
      return pushes;
    },
  };
}
