/** The part of `--json` about pods, connections and istiods. */
import { z } from 'zod';

const Amount = z.number().min(0);
export const DistributionShape = {
  count: Amount,
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
};
const Distribution = z.strictObject(DistributionShape);

const DeadShape = { pairs: Amount, proxy_seconds: Amount, failed: Amount, longest: Amount };
const Emptiness = z.strictObject({ times: Amount, seconds: Amount, proxy_seconds: Amount });

export const FleetSchema = z
  .strictObject({
    time_to_ready: z.strictObject({ ...DistributionShape, first: Amount, waiting: Amount }),
    refused: z.strictObject({ unavailable: Amount, limited: Amount }),
    connections: z.strictObject({
      opened: Amount,
      closed_by_age: Distribution,
      imbalance: Amount,
      timed_out: Amount,
    }),
    memory: z.strictObject({ limit: Amount, heap_max: Amount, memory_max: Amount, out_of_memory: Amount }),
    istiods: z.array(
      z.strictObject({
        pod: z.string(),
        istio: z.string(),
        started_s: Amount,
        ended_s: Amount.optional(),
        ended_by: z.string().optional(),
        connections: Amount,
        connections_max: Amount,
        cpu_seconds: Amount,
        heap_bytes: Amount,
        heap_max: Amount,
        memory_max: Amount,
        pushes: Amount,
        queue_depth_max: Amount,
      }),
    ),
    ready: z.array(z.strictObject({ at_s: Amount, istiods: Amount })),
    replicas: z.array(z.strictObject({ at_s: Amount, replicas: Amount })),
    pods: z.strictObject({ started: Amount, ended: Amount, ready: Amount }),
    rollouts: Distribution,
    dead_requests: z.strictObject({
      ...DeadShape,
      services: z.record(z.string(), z.strictObject(DeadShape)),
      groups: z.record(z.string(), z.strictObject(DeadShape)),
      over_time: z.array(z.strictObject({ at_s: Amount, pairs: Amount })),
    }),
    empty_services: Emptiness,
    empty_subsets: Emptiness,
    late_clusters: Emptiness,
  })
  .meta({ description: 'Only where pods, connections or istiods come and go' });
