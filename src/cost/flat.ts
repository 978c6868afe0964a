/**
 * The flat cost model: one distribution per kind of work, whatever the mesh looks like. For tutorials, theory tests and
 * people who know their own numbers.
 */
import { type Distribution, sampler } from '../engine/random/distributions.js';
import type { Streams } from '../engine/random/streams.js';
import type { Nanos } from '../engine/time.js';
import { XDS_TYPES, type XdsType } from '../istio/xds-types.js';
import type { CostModel } from './model.js';

export interface FlatCosts {
  readonly contextInit: Distribution;
  readonly proxyState: Distribution;
  /** Generating and sending one message. */
  readonly generate: Readonly<Record<XdsType, Distribution>>;
  /** Bytes of one message. */
  readonly bytes: Readonly<Record<XdsType, number>>;
}

const free = (): Nanos => 0;
const FREE_HANDLER = { decode: 0, handle: 0 };

export function flatCostModel(costs: FlatCosts, streams: Streams): CostModel {
  const contextInit = drawFrom(costs.contextInit, streams, 'cost/context');
  const proxyState = drawFrom(costs.proxyState, streams, 'cost/proxy-state');
  const generate = Object.fromEntries(
    XDS_TYPES.map((type) => [type, drawFrom(costs.generate[type], streams, `cost/generate/${type}`)]),
  ) as Record<XdsType, () => Nanos>;
  return {
    contextInit(parts) {
      // Drawn in any case: the later ones are the same whether or not this one is needed.
      const drawn = contextInit();
      // On the development head endpoints alone only have the pointers copied (`model/push_context.go`: updateContext).
      return parts?.size === 0 ? 0 : drawn;
    },
    proxyState: () => proxyState(),
    admits: () => true,
    generate: (generation) => generate[generation.type](),
    send: free,
    finish: free,
    size: (generation) => costs.bytes[generation.type],
    invalidate: () => {},
    endpointsChanged: () => {},
    handler: () => FREE_HANDLER,
    merge: free,
    enqueue: free,
    dispatch: free,
    attached: () => {},
    detached: () => {},
    acknowledge: free,
    connect: free,
  };
}

/** No draw of a step's time is longer: a day. Heavy tails would leave the clock. */
const LONGEST_DRAW: Nanos = 86_400_000_000_000;

/** Whole nanoseconds, never negative. */
export function drawFrom(distribution: Distribution, streams: Streams, purpose: string): () => Nanos {
  const sample = sampler(distribution);
  const stream = streams.stream(purpose);
  return () => Math.min(LONGEST_DRAW, Math.max(0, Math.round(sample(stream))));
}
