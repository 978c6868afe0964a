/**
 * CPU of building a push context (`model/push_context.go`): only the indexes that the changed kinds touch are rebuilt,
 * each at a cost of its own. In 1.17 the service registry lists the slices of the namespace for every service, hence the
 * term in pairs.
 */
import type { Mesh, MeshTables } from '../mesh/mesh.js';
import type { ConfigKind } from '../mesh/spec.js';
import type { Coefficients } from './coefficients.js';

export function contextMicros(
  kinds: ReadonlySet<ConfigKind> | undefined,
  tables: MeshTables,
  mesh: Mesh,
  c: Coefficients['context'],
  isCold: boolean,
): number {
  const everything = kinds === undefined;
  const touches = (kind: ConfigKind) => everything || kinds.has(kind);
  const services = mesh.serviceCount;
  let micros = c.base;
  if (touches('ServiceEntry') || touches('DNSName')) {
    micros += c.perService * services + c.perServicePair * tables.services.namespacePairs;
  }
  if (touches('VirtualService'))
    micros +=
      c.virtualServices + (isCold ? c.virtualServicesCold : 0) + c.perVirtualService * tables.virtualServices.length;
  if (touches('DestinationRule')) micros += c.perDestinationRule * tables.destinationRules.rules.length;
  if (touches('ServiceEntry') || touches('VirtualService') || touches('DestinationRule') || touches('Sidecar')) {
    micros += c.perSidecarService * services * tables.scopes.inputs.sidecars.length;
  }
  if (everything) micros += c.forcedPerService * services;
  return micros;
}
