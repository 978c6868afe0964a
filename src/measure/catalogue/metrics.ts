/** What has statistics: the distributions and counters of a result, where they are in it, and what they mean. */
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { Distribution } from '../recorder/result.js';
import { PHASES } from '../staleness/phases.js';
import type { MeasureUnit } from './measure.js';

export interface DistributionMetric {
  readonly unit: Extract<MeasureUnit, 'seconds' | 'bytes'>;
  readonly says: string;
  readonly path: readonly string[];
  /** Whether istiod exports it as a histogram, of which a panel shows quantiles of its own. */
  readonly panel?: boolean;
}

export interface CounterMetric {
  readonly says: string;
  readonly path: readonly string[];
  /** By which labels, in this order. */
  readonly labels: readonly string[];
}

export const STATISTICS = [
  'mean',
  'p50',
  'p90',
  'p99',
  'max',
  'count',
] as const satisfies readonly (keyof Distribution)[];
export const PANEL_STATISTICS = ['panel_p50', 'panel_p90', 'panel_p99'] as const;

const counter = (name: string, says: string, ...labels: string[]): readonly [string, CounterMetric] => [
  name,
  { says, path: ['metrics', name], labels },
];

export const COUNTERS: Readonly<Record<string, CounterMetric>> = Object.fromEntries([
  counter('pilot_inbound_updates', 'updates that reached the push pipeline', 'type'),
  counter('pilot_push_triggers', 'reasons of pushes, once for each proxy', 'type'),
  counter('pilot_xds_pushes', 'messages sent to proxies, answers included', 'type'),
  counter('pilot_xds_expired_nonce', 'acknowledgements of messages that were not the latest', 'type'),
  counter('pilot_total_xds_rejects', 'messages that proxies rejected', 'type'),
  counter('pilot_k8s_cfg_events', 'watch events of Istio objects', 'type', 'event'),
  counter('pilot_k8s_reg_events', 'watch events of the service registry', 'type', 'event'),
]);

const times = (name: string, says: string): readonly [string, DistributionMetric] => [
  name,
  { unit: 'seconds', says, path: ['metrics', name], panel: true },
];

const staleness = (name: string, key: string, says: string): readonly [string, DistributionMetric] => [
  name,
  { unit: 'seconds', says, path: ['staleness', key] },
];

/** In the order in which tables show them. */
export const DISTRIBUTIONS: Readonly<Record<string, DistributionMetric>> = Object.fromEntries([
  times('pilot_debounce_time', 'from the first update of a batch to all proxies queued'),
  times('pilot_pushcontext_init_seconds', 'building one push context'),
  times('pilot_proxy_queue_time', 'from queueing a proxy to taking it from the queue'),
  times('pilot_proxy_convergence_time', 'from queueing a proxy to its last message sent'),
  times('pilot_xds_push_time', 'generating and sending one message'),
  times('pilot_xds_send_time', 'handing one message to the transport'),
  [
    'pilot_xds_config_size_bytes',
    { unit: 'bytes', says: 'size of one message', path: ['metrics', 'pilot_xds_config_size_bytes'], panel: true },
  ],
  staleness('staleness', 'per_proxy', 'from the write of an object to one proxy using it'),
  staleness('staleness_to_last', 'to_last_proxy', 'from the write of an object to the last proxy using it'),
  staleness('staleness_to_half', 'to_half', 'from the write of an object to half of the proxies using it'),
  staleness('staleness_to_99_percent', 'to_99_percent', 'from the write of an object to 99 % of the proxies using it'),
  ...PHASES.map((phase): readonly [string, DistributionMetric] => [
    `staleness_${phase}`,
    { unit: 'seconds', says: `part of the staleness: ${phase}`, path: ['staleness', 'phases', phase] },
  ]),
]);

/** Those that came later, behind all others. */
export const MORE_DISTRIBUTIONS: Readonly<Record<string, DistributionMetric>> = Object.fromEntries([
  [
    'staleness_skew',
    {
      unit: 'seconds',
      says: 'from the first group of proxies that has all of a change to the last one',
      path: ['staleness', 'skew', 'all'],
    },
  ] as const,
  ...XDS_TYPES.map((type): readonly [string, DistributionMetric] => [
    `bytes.${type}`,
    { unit: 'bytes', says: `size of one message of type ${type}`, path: ['traffic', 'types', type] },
  ]),
]);
