/**
 * Why the pushes: one run looked at closely, and the same run without one event source. Both use the same random
 * streams, and sources draw from streams of their own, so what differs is what the source did.
 */

import { type SimulateOptions, simulate } from '../fleet/run.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { Change } from '../pipeline/model/change.js';
import type { Scenario } from '../scenario/scenario.js';

export interface Explained {
  readonly result: RunResult;
  readonly recording: Recording;
}

export interface ExplainOptions extends Pick<SimulateOptions, 'replication' | 'onProgress' | 'trace'> {
  /** Whose lives to tell: a change's number, `Kind namespace/name`, `source=NAME`, `namespace=NAME` or `kind=KIND`. */
  readonly change?: string;
}

export function explain(scenario: Scenario, options: ExplainOptions = {}): Explained {
  const { change, ...others } = options;
  let recording: Recording | undefined;
  const result = simulate(scenario, {
    ...others,
    ...(change === undefined ? {} : { follows: (made: Change) => isAsked(made, change) }),
    onRecording: (made) => {
      recording = made;
    },
  });
  if (recording === undefined) throw new Error('a simulation always hands over its recording');
  return { result, recording };
}

function isAsked({ id, object, source }: Change, asked: string): boolean {
  if (/^\d+$/.test(asked)) return id === Number(asked);
  const [, label, value] = /^(source|namespace|kind)=(.*)$/s.exec(asked) ?? [];
  if (label === 'source') return source === value;
  if (label === 'namespace') return object?.namespace === value;
  if (label === 'kind') return object?.kind === value;
  const name = `${object?.namespace}/${object?.name}`;
  return asked === name || asked === `${object?.kind} ${name}` || asked === `${object?.kind}/${name}`;
}

/** The scenario without one of its event sources. */
export function without(scenario: Scenario, source: string): Scenario {
  return { ...scenario, events: scenario.events.filter(({ name }) => name !== source) };
}

export interface Saving {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly unit: 'count' | 'seconds' | 'bytes';
}

/** What the run without a source saves; seconds for times. */
export function savings(before: RunResult, after: RunResult): readonly Saving[] {
  const saving = (what: string, unit: Saving['unit'], of: (result: RunResult) => number): Saving => ({
    what,
    before: of(before),
    after: of(after),
    unit,
  });
  return [
    saving('messages', 'count', ({ metrics }) => metrics.pilot_xds_pushes.total),
    saving('pushes of the debounce', 'count', ({ rounds }) => rounds.length),
    saving('bytes sent', 'bytes', ({ resources }) => resources.bytes_sent),
    saving('CPU', 'seconds', ({ resources }) => resources.cpu_seconds),
    saving('p99 convergence', 'seconds', ({ metrics }) => metrics.pilot_proxy_convergence_time.p99),
    saving('p99 staleness', 'seconds', ({ staleness }) => staleness.per_proxy.p99),
    saving('p99 until the last proxy', 'seconds', ({ staleness }) => staleness.to_last_proxy.p99),
  ];
}
