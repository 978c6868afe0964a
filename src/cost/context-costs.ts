/**
 * CPU of building a push context (`model/push_context.go`: updateContext): only the indexes that the changed kinds touch
 * are rebuilt, each at a cost of its own, whichever kind it was: in 1.17 routes of the Gateway API rebuild
 * VirtualServices. There the service registry also lists the slices of the namespace for every service, hence the term
 * in pairs.
 */

import type { ContextPart } from '../istio/context-parts.js';
import type { Mesh, MeshTables } from '../mesh/mesh.js';
import type { Coefficients } from './coefficients.js';

export function contextMicros(
  parts: ReadonlySet<ContextPart> | undefined,
  tables: MeshTables,
  mesh: Mesh,
  c: Coefficients['context'],
  isCold: boolean,
): number {
  const everything = parts === undefined;
  const rebuilds = (part: ContextPart) => everything || parts.has(part);
  const services = mesh.serviceCount;
  let micros = c.base;
  if (rebuilds('services')) {
    micros += c.services + c.perService * services + c.perServicePair * tables.services.namespacePairs;
  }
  if (rebuilds('virtualServices')) {
    const { virtualServices } = tables;
    micros += c.virtualServices + (isCold ? c.virtualServicesCold : 0) + c.perVirtualService * virtualServices.length;
    if (c.perRoute > 0)
      micros += c.perRoute * virtualServices.reduce((sum, one) => sum + Math.max(0, one.httpRoutes - 2), 0);
  }
  if (rebuilds('destinationRules')) micros += c.perDestinationRule * tables.destinationRules.rules.length;
  if (rebuilds('gateways')) micros += c.perGateway * tables.gateways.gateways.length;
  if (rebuilds('scopes')) micros += c.perSidecarService * services * tables.scopes.inputs.sidecars.length;
  if (everything) micros += c.forcedPerService * services;
  return micros;
}
