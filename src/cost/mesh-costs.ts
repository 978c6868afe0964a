/**
 * The mesh cost model: CPU from what is built, for whom, and what the caches hold. The first proxy of its kind pays for
 * what later ones find; who may fill the caches follows istiod's own rules, which is why endpoint churn during a push
 * makes it several times as expensive.
 */
import { sampler } from '../engine/random/distributions.js';
import { contextMicros } from './context-costs.js';
import { Dispatches } from './dispatch.js';
import { GenerationCosts, type MeshCostOptions } from './generation-costs.js';
import type { CostModel } from './model.js';
import { sizeOf } from './sizes.js';

/** A handler's time relative to the usual: of 1,036 recorded ones. */
const drawHandlerPace = sampler({ kind: 'lognormal', median: 1, sigma: 0.18 });

export function meshCostModel(options: MeshCostOptions): CostModel {
  const { coefficients: c, mesh, heap, cacheWarmUp, stream, clock } = options;
  const costs = new GenerationCosts(options);
  const dispatches = new Dispatches(c.steps, (micros) => costs.plain(micros), stream, clock);
  return {
    // Recordings show no slower builds during a collection: the work is mostly pointer copying and allocates little.
    contextInit: (parts, tables) => costs.plain(contextMicros(parts, tables, mesh, c.context, cacheWarmUp.isCold)),
    proxyState: (work) => costs.nanos(costs.stateMicros(work)),
    admits: (goroutine) => heap.admits(goroutine),
    generate: (generation) => costs.generate(generation),
    size: (generation) => sizeOf(generation, mesh, c.bytes),
    send(generation, size) {
      const resources = generation.type !== 'eds' ? 0 : (generation.names?.length ?? generation.watched?.size ?? 0);
      const { perMessage, perKilobyte, perEndpointResource } = c.send;
      heap.allocate(c.memory.allocatedPerByte * size);
      return costs.pass(costs.paths.send, perMessage + (perKilobyte * size) / 1000 + perEndpointResource * resources);
    },
    finish(size) {
      const { base, perKilobyte } = c.finish;
      return costs.pass(costs.paths.finish, base + (perKilobyte * size) / 1000);
    },
    invalidate: (keys, now) => costs.caches.invalidate(keys, now),
    endpointsChanged: (service, now) => costs.caches.endpointsChanged(service, now),
    handler(kind) {
      const { decode, handle, after } = c.steps.handler[kind];
      const pace = drawHandlerPace(stream);
      return { decode: costs.nanos(decode * pace), handle: costs.nanos(handle * pace), after: costs.nanos(after) };
    },
    merge: () => costs.nanos(c.steps.merge),
    enqueue(connections) {
      const charged = costs.charge(dispatches.enqueue(connections));
      cacheWarmUp.worked(dispatches.perConnection * connections);
      return charged;
    },
    // Allocates next to nothing.
    dispatch: () => dispatches.dispatch(),
    acknowledge: (names) => costs.nanos(c.steps.acknowledge + c.steps.acknowledgePerName * names),
    connect: () => costs.nanos(c.steps.connect),
  };
}
