/**
 * What a run leaves behind: numbers keyed by istiod's own metric names, the staleness no dashboard shows, who caused it,
 * and the debounce rounds. This is the shape of `--json`; times are seconds, sizes bytes.
 */
import type { Phase } from '../staleness/phases.js';
import type { Distribution } from './distribution.js';
import type { FleetResult } from './fleet-result.js';

export type { Distribution } from './distribution.js';

export interface Counter {
  readonly total: number;
  readonly by: Readonly<Record<string, number>>;
}

export interface Round {
  /** When the push began, seconds from the start of the run. */
  readonly at_s: number;
  /** Updates merged into it. */
  readonly merged: number;
  readonly kind: 'full' | 'incremental' | 'bypass';
}

/** Endpoints taken out of service, and how long proxies went on sending to them. */
export interface DeadEndpointWindows {
  /** Pairs of a removed endpoint and a proxy that had it. */
  readonly pairs: number;
  /** The shortest preStop (seconds) after which no more than 1 %, 0.1 %, none of the pairs are still hit. */
  readonly safe_prestop_99: number;
  readonly safe_prestop_99_9: number;
  readonly safe_prestop_100: number;
  /** Sum of all windows. */
  readonly proxy_seconds: number;
}

/** Routes that named a subset which the proxy did not know yet, or no longer. */
export interface SubsetWindows {
  readonly windows: number;
  readonly proxies: number;
  /** Seconds. */
  readonly longest: number;
  readonly proxy_seconds: number;
  /** Pairs of a reference and a proxy that lack the subset at the end. */
  readonly still_open: number;
}

/** Changes in messages that proxies rejected: they go on without them until a later message is accepted. */
export interface RejectedChanges {
  /** Pairs of a change and a proxy. */
  readonly pairs: number;
  /** Seconds from the arrival of the rejected message to the use of an accepted one. */
  readonly longest: number;
  /** Pairs that lack the change at the end; they are in no percentile of the staleness. */
  readonly still_open: number;
}

/** What one cause is answerable for. */
export interface AttributionRow {
  readonly label: string;
  /** Writes (for a trigger: updates). */
  readonly changes: number;
  /** Messages that nobody else asked for, and messages that others asked for as well. */
  readonly alone: number;
  readonly together: number;
  /** Shares of all messages, bytes and CPU: over the labels they add up to the whole. */
  readonly messages: number;
  readonly bytes: number;
  readonly cpu_seconds: number;
}

/** Each list has the largest share first. */
export interface Attribution {
  readonly trigger: readonly AttributionRow[];
  readonly kind: readonly AttributionRow[];
  readonly namespace: readonly AttributionRow[];
  readonly object: readonly AttributionRow[];
  readonly source: readonly AttributionRow[];
  /** Handlers, queues and whatever else is for nobody in particular. */
  readonly unattributed_cpu_seconds: number;
}

/** Of proxies that began without configuration, seconds until the first, half, 99 % and all of them had theirs. */
export interface Readiness {
  /** How many such proxies there are, and how many got their configuration. */
  readonly proxies: number;
  readonly ready: number;
  /** Null where it did not come to that. */
  readonly first: number | null;
  readonly half: number | null;
  readonly percent_99: number | null;
  readonly last: number | null;
}

/** Quantiles as `histogram_quantile` answers them from istiod's buckets. */
export interface Panel {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** By label; labels without samples are left out, and rare ones of many share `(others)`. */
export interface StalenessBreakdown {
  readonly source: Readonly<Record<string, Distribution>>;
  readonly kind: Readonly<Record<string, Distribution>>;
  readonly namespace: Readonly<Record<string, Distribution>>;
  /** Of the proxy: `namespace/workload`. */
  readonly group: Readonly<Record<string, Distribution>>;
}

/** How far groups of proxies are apart in what they use, over changes. */
export interface GroupSkew {
  /** From the moment the first group has all of a change to the moment the last one has. */
  readonly all: Distribution;
  /** Of each two groups, `a | b`; empty with many groups. */
  readonly pairs: Readonly<Record<string, Distribution>>;
}

export interface TypeTraffic {
  readonly messages: number;
  readonly bytes: number;
  /** Bytes of the largest message. */
  readonly largest: number;
}

export interface GroupTraffic extends TypeTraffic {
  readonly proxies: number;
  readonly types: Readonly<Record<string, TypeTraffic>>;
}

export interface Traffic {
  /** Bytes of the messages of each xDS type. */
  readonly types: Readonly<Record<string, Distribution & { readonly total: number }>>;
  /** By `namespace/workload` of the proxies, the one with most bytes first. */
  readonly groups: Readonly<Record<string, GroupTraffic>>;
}

export interface RunResult {
  readonly metrics: {
    readonly pilot_inbound_updates: Counter;
    readonly pilot_push_triggers: Counter;
    readonly pilot_xds_pushes: Counter;
    readonly pilot_xds_expired_nonce: Counter;
    readonly pilot_total_xds_rejects: Counter;
    readonly pilot_k8s_cfg_events: Counter;
    readonly pilot_k8s_reg_events: Counter;
    readonly pilot_debounce_time: Distribution;
    readonly pilot_pushcontext_init_seconds: Distribution;
    readonly pilot_proxy_queue_time: Distribution;
    readonly pilot_proxy_convergence_time: Distribution;
    readonly pilot_xds_push_time: Distribution;
    readonly pilot_xds_send_time: Distribution;
    readonly pilot_xds_config_size_bytes: Distribution;
  };
  readonly staleness: {
    /** Change to one proxy using it, over every (change, proxy) pair. */
    readonly per_proxy: Distribution;
    /** Change to half, to 99 % and to the last of the interested proxies using it, over changes. */
    readonly to_half: Distribution;
    readonly to_99_percent: Distribution;
    readonly to_last_proxy: Distribution;
    /** Where `per_proxy` went; the means add up to its mean. */
    readonly phases: Readonly<Record<Phase, Distribution>>;
    /** Changes that no proxy was interested in. */
    readonly unseen: number;
    readonly dead_endpoints: DeadEndpointWindows;
    readonly missing_subsets: SubsetWindows;
    readonly rejected: RejectedChanges;
    /** `per_proxy` by what made the change and by who uses it. */
    readonly by: StalenessBreakdown;
    readonly skew: GroupSkew;
  };
  /** What a Prometheus panel shows, by metric; those with samples. */
  readonly panels: Readonly<Record<string, Panel>>;
  readonly readiness: Readiness;
  readonly traffic: Traffic;
  readonly attribution: Attribution;
  readonly rounds: readonly Round[];
  readonly resources: {
    readonly cpu_seconds: number;
    readonly cores: number;
    readonly utilisation: number;
    readonly bytes_sent: number;
    readonly proxies: number;
    /** Proxies that connected without configuration during the run and got all of it. */
    readonly proxies_made_ready: number;
    /** Go heap in use at the end, garbage included; 0 with plain-number costs. */
    readonly heap_bytes: number;
    /** The most it was at any time. */
    readonly heap_bytes_max: number;
    /** Of the whole process at the most (heap, stacks, runtime), and what `istiod.resources.memory` allows. */
    readonly memory_bytes_max: number;
    readonly memory_limit_bytes: number;
    readonly queue_depth_max: number;
    readonly slots_max: number;
    /** Pushes that met another of the same proxy in the queue and became one with it. */
    readonly pushes_merged: number;
    /** Periods of 100 ms in which a CPU limit below the whole cores stopped istiod. */
    readonly throttled_periods: number;
    readonly simulated_s: number;
  };
  /** Where pods, connections or istiods come and go. */
  readonly fleet?: FleetResult | undefined;
  /** Hash of the whole trajectory: equal runs have equal fingerprints. */
  readonly fingerprint: string;
}
