/** The shape of `--json` as JSON Schema, for those who read results by program. */
import { z } from 'zod';
import { PHASES } from '../../measure/staleness/phases.js';
import { FleetSchema } from './fleet-schema.js';
import type { Summary } from './json.js';

const Amount = z.number();
const Whole = z.number().min(0);

const Distribution = z
  .strictObject({ count: Whole, mean: Amount, p50: Amount, p90: Amount, p99: Amount, max: Amount })
  .meta({ description: 'Seconds, or bytes where the metric is named so; zeros when there were no samples' });
/** Seconds; null where it did not come to that. */
const Moment = z.union([Whole, z.null()]);
const ByLabel = z
  .record(z.string(), Distribution)
  .meta({ description: 'By label; those without samples are left out' });
const TypeTraffic = z.strictObject({ messages: Whole, bytes: Whole, largest: Whole });
const Counter = z
  .strictObject({ total: Whole, by: z.record(z.string(), Whole) })
  .meta({ description: 'By label value; values of several labels are joined by a blank' });
const Blames = z
  .array(
    z.strictObject({
      label: z.string(),
      changes: Whole,
      alone: Whole,
      together: Whole,
      messages: Whole,
      bytes: Whole,
      cpu_seconds: Whole,
    }),
  )
  .meta({ description: 'The largest share of messages first; shares add up to the whole' });

const IntervalOfMean = z
  .strictObject({ n: Whole, mean: Amount, sd: Whole, half_width: z.union([Whole, z.null()]) })
  .meta({ description: 'n is how many replications had samples; the interval is mean ± half_width' });

export const SummarySchema = z
  .strictObject({
    provenance: z.strictObject({
      pushsim: z.string(),
      scenario: z.string(),
      file: z.string(),
      hash: z.string(),
      seed: z.string(),
      command: z.string(),
      costs_borrowed_from: z.string().optional().meta({
        description: "Release whose CPU costs are taken where those of the scenario's release were not measured",
      }),
    }),
    metrics: z.strictObject({
      pilot_inbound_updates: Counter,
      pilot_push_triggers: Counter,
      pilot_xds_pushes: Counter,
      pilot_xds_expired_nonce: Counter,
      pilot_total_xds_rejects: Counter,
      pilot_k8s_cfg_events: Counter,
      pilot_k8s_reg_events: Counter,
      pilot_debounce_time: Distribution,
      pilot_pushcontext_init_seconds: Distribution,
      pilot_proxy_queue_time: Distribution,
      pilot_proxy_convergence_time: Distribution,
      pilot_xds_push_time: Distribution,
      pilot_xds_send_time: Distribution,
      pilot_xds_config_size_bytes: Distribution,
    }),
    staleness: z.strictObject({
      per_proxy: Distribution,
      to_half: Distribution,
      to_99_percent: Distribution,
      to_last_proxy: Distribution,
      phases: z.strictObject(
        Object.fromEntries(PHASES.map((phase) => [phase, Distribution])) as Record<
          (typeof PHASES)[number],
          typeof Distribution
        >,
      ),
      unseen: Whole,
      dead_endpoints: z.strictObject({
        pairs: Whole,
        safe_prestop_99: Whole,
        safe_prestop_99_9: Whole,
        safe_prestop_100: Whole,
        proxy_seconds: Whole,
      }),
      missing_subsets: z.strictObject({
        windows: Whole,
        proxies: Whole,
        longest: Whole,
        proxy_seconds: Whole,
        still_open: Whole,
      }),
      rejected: z.strictObject({ pairs: Whole, longest: Whole, still_open: Whole }),
      by: z
        .strictObject({ source: ByLabel, kind: ByLabel, namespace: ByLabel, group: ByLabel })
        .meta({ description: 'per_proxy by what made the change, and by namespace/workload of the proxy' }),
      skew: z
        .strictObject({ all: Distribution, pairs: ByLabel })
        .meta({ description: 'From the first group of proxies that has all of a change to the last one' }),
    }),
    panels: z
      .record(z.string(), z.strictObject({ p50: Amount, p90: Amount, p99: Amount }))
      .meta({ description: "What histogram_quantile answers from istiod's buckets, by metric" }),
    readiness: z
      .strictObject({
        proxies: Whole,
        ready: Whole,
        first: Moment,
        half: Moment,
        percent_99: Moment,
        last: Moment,
      })
      .meta({ description: 'Of proxies that began without configuration: seconds until so many had theirs' }),
    traffic: z.strictObject({
      types: z.record(z.string(), Distribution.extend({ total: Whole })).meta({ description: 'Bytes of messages' }),
      groups: z
        .record(
          z.string(),
          TypeTraffic.extend({ proxies: Whole, types: z.record(z.string(), TypeTraffic) }).meta({
            description: 'Bytes',
          }),
        )
        .meta({ description: 'By namespace/workload of the proxies, most bytes first' }),
    }),
    attribution: z.strictObject({
      trigger: Blames,
      kind: Blames,
      namespace: Blames,
      object: Blames,
      source: Blames,
      unattributed_cpu_seconds: Amount,
    }),
    rounds: z.array(z.strictObject({ at_s: Whole, merged: Whole, kind: z.enum(['full', 'incremental', 'bypass']) })),
    resources: z.strictObject({
      cpu_seconds: Whole,
      cores: Whole,
      utilisation: Whole,
      bytes_sent: Whole,
      proxies: Whole,
      proxies_made_ready: Whole,
      heap_bytes: Whole,
      heap_bytes_max: Whole,
      memory_bytes_max: Whole,
      memory_limit_bytes: Whole,
      queue_depth_max: Whole,
      slots_max: Whole,
      pushes_merged: Whole,
      throttled_periods: Whole,
      simulated_s: Whole,
    }),
    mesh: z
      .strictObject({
        namespaces: Whole,
        services: Whole,
        endpoints: Whole,
        sidecars: Whole,
        gateways: Whole,
        waypoints: Whole,
        objects: z.record(z.string(), Whole),
      })
      .optional()
      .meta({ description: 'What there is at the start; objects by kind' }),
    environment: z
      .array(z.strictObject({ name: z.string(), value: z.string(), origin: z.string() }))
      .optional()
      .meta({ description: "istiod's settings as they are in force, and where each is from" }),
    uncertainty: z
      .strictObject({
        regime: z.enum(['idle', 'waiting', 'saturated']),
        quantities: z.array(
          z.strictObject({
            quantity: z.enum(['count', 'time', 'cpu', 'memory']),
            rows: Whole,
            half: Whole,
            nine_of_ten: Whole,
          }),
        ),
      })
      .optional()
      .meta({
        description:
          'By what factor half and nine of ten of such figures were off on recordings of a real istiod in the same regime',
      }),
    fleet: FleetSchema.optional(),
    fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
    replications: z
      .strictObject({
        n: Whole,
        confidence: Amount,
        precise: z.boolean().optional(),
        measures: z.record(z.string(), z.union([IntervalOfMean, z.null()])),
      })
      .optional()
      .meta({
        description: 'With several replications; everything else is of the first, and thresholds judge the means',
      }),
    batches: z.array(z.looseObject({ name: z.string(), unit: z.enum(['seconds', 'number']) })).optional(),
  })
  .meta({ title: 'pushsim result', description: 'One run; `--json` of several scenarios is an array of these' });

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** What the schema lets through is a result, and a result is what the schema lets through: checked by the compiler. */
export function asSummary(value: unknown): Summary {
  return SummarySchema.parse(value);
}
export const AS_SCHEMA: (summary: Mutable<Summary>) => z.output<typeof SummarySchema> = (summary) => summary;

export function summarySchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(SummarySchema), null, 2)}\n`;
}
