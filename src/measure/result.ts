/**
 * What a run leaves behind: numbers keyed by istiod's own metric names, the staleness no dashboard shows, and the
 * debounce rounds. This is the shape of `--json`; times are seconds, sizes bytes.
 */

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

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

export interface RunResult {
  readonly metrics: {
    readonly pilot_inbound_updates: Counter;
    readonly pilot_push_triggers: Counter;
    readonly pilot_xds_pushes: Counter;
    readonly pilot_xds_expired_nonce: Counter;
    readonly pilot_debounce_time: Distribution;
    readonly pilot_pushcontext_init_seconds: Distribution;
    readonly pilot_proxy_queue_time: Distribution;
    readonly pilot_proxy_convergence_time: Distribution;
    readonly pilot_xds_push_time: Distribution;
    readonly pilot_xds_config_size_bytes: Distribution;
  };
  readonly staleness: {
    /** Change to one proxy using it, over every (change, proxy) pair. */
    readonly per_proxy: Distribution;
    /** Change to the last interested proxy using it, over changes. */
    readonly to_last_proxy: Distribution;
    /** Changes that no proxy was interested in. */
    readonly unseen: number;
  };
  readonly rounds: readonly Round[];
  readonly resources: {
    readonly cpu_seconds: number;
    readonly cores: number;
    readonly utilisation: number;
    readonly bytes_sent: number;
    readonly proxies: number;
    /** Proxies that connected without configuration during the run and got all of it. */
    readonly proxies_made_ready: number;
    readonly queue_depth_max: number;
    readonly slots_max: number;
    readonly simulated_s: number;
  };
  /** Hash of the whole trajectory: equal runs have equal fingerprints. */
  readonly fingerprint: string;
}
