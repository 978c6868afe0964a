/**
 * The mesh cost model: CPU from what is built, for whom, and what the caches hold. The first proxy of its kind pays for
 * what later ones find; who may fill the caches follows istiod's own rules, which is why endpoint churn during a push
 * makes it several times as expensive.
 */
import { sampler } from '../engine/random/distributions.js';
import { MICROSECOND } from '../engine/time.js';
import { contextMicros } from './context-costs.js';
import { Dispatches } from './dispatch.js';
import { GenerationCosts, type MeshCostOptions } from './generation-costs.js';
import type { Growth } from './live-bytes.js';
import type { CostModel, HandlerKind, HandlerWork, SliceSize } from './model.js';
import { sizeOf } from './sizes.js';

/** A handler's time relative to the usual: of 1,036 recorded ones. */
const drawHandlerPace = sampler({ kind: 'lognormal', median: 1, sigma: 0.18 });

export function meshCostModel(options: MeshCostOptions): CostModel {
  const { coefficients: c, mesh, heap, quota, inFlight, watched, cacheWarmUp, stream, clock } = options;
  const costs = new GenerationCosts(options);
  const dispatches = new Dispatches(c.steps, (micros) => costs.plain(micros), stream, clock);
  /** Istiod keeps so much more from now on. */
  const kept = ({ proxies, names }: Growth): void => {
    if (proxies + names > 0) heap.allocate(c.memory.perProxy * proxies + c.memory.perWatched * names);
  };
  return {
    // Recordings show no slower builds during a collection: the work is mostly pointer copying and allocates little.
    contextInit(parts, tables) {
      const work = costs.plain(contextMicros(parts, tables, mesh, c.context, cacheWarmUp.isCold));
      return quota === undefined ? work : quota.stretch(work);
    },
    proxyState: (work) => costs.nanos(costs.stateMicros(work)),
    admits: (goroutine) => heap.admits(goroutine),
    generate: (generation) => costs.generate(generation),
    size: (generation) => sizeOf(generation, mesh, c.bytes),
    send(generation, size) {
      const resources = generation.type !== 'eds' ? 0 : (generation.names?.length ?? generation.watched?.size ?? 0);
      const { perMessage, perKilobyte, perEndpointResource } = c.send;
      heap.allocate(c.memory.allocatedPerByte * size + inFlight.sent(generation.proxy.id, size));
      return costs.pass(costs.paths.send, perMessage + (perKilobyte * size) / 1000 + perEndpointResource * resources);
    },
    finish(size, proxy) {
      // By then the transport has written it.
      inFlight.taken(proxy);
      const { base, perKilobyte } = c.finish;
      return costs.pass(costs.paths.finish, base + (perKilobyte * size) / 1000);
    },
    invalidate: (keys, now) => costs.caches.invalidate(keys, now),
    endpointsChanged: (service, now) => costs.caches.endpointsChanged(service, now),
    handler: (kind, slice) => handlerWork(costs, drawHandlerPace(stream), kind, slice),
    merge: () => costs.charge(costs.plain(c.steps.merge)),
    enqueue(connections) {
      const charged = costs.charge(dispatches.enqueue(connections));
      cacheWarmUp.worked(dispatches.perConnection * connections);
      return charged;
    },
    // Allocates next to nothing.
    dispatch: () => dispatches.dispatch(),
    attached: (proxy, names) => kept(watched.named(proxy, names)),
    detached(proxy) {
      inFlight.taken(proxy);
      watched.left(proxy);
    },
    acknowledge(names, proxy) {
      inFlight.taken(proxy);
      kept(watched.named(proxy, names));
      const micros = c.steps.acknowledge + c.steps.acknowledgePerName * names;
      return costs.charge(costs.plain(micros), c.memory.allocatedPerName * names);
    },
    connect: () => costs.charge(costs.plain(c.steps.connect)),
  };
}

/** `pace`: relative to the usual. */
function handlerWork(costs: GenerationCosts, pace: number, kind: HandlerKind, slice?: SliceSize): HandlerWork {
  const { steps, memory } = costs.c;
  const { handler, wake, perAddress, perEndpoint } = steps;
  const { decode, handle } = handler[kind];
  const { addresses, endpoints } = slice ?? { addresses: 0, endpoints: 0 };
  const sleep = costs.cacheWarmUp.idle / MICROSECOND;
  const decoding = decode + wake.most * (sleep / (sleep + wake.half)) + perAddress * addresses;
  const garbage = memory.allocatedPerEvent + memory.allocatedPerAddress * addresses;
  return {
    decode: costs.charge(costs.plain(decoding * pace), garbage),
    handle: costs.charge(costs.plain((handle + perEndpoint * endpoints) * pace)),
  };
}
