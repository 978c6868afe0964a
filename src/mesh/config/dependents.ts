/** Objects that are converted otherwise because of another: the Gateways of a class, the routes of a Gateway. */
import type { ConfigKind } from '../../istio/kinds.js';
import type { ConfigObject } from '../spec.js';
import type { Config } from './configs.js';
import { dependsOn } from './conversion.js';

/** Kinds that are converted otherwise when one of this kind changes. */
const DEPENDENTS: Readonly<Partial<Record<ConfigKind, readonly ConfigKind[]>>> = {
  GatewayClass: ['KubernetesGateway'],
  KubernetesGateway: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'],
  IngressClass: ['Ingress'],
};

/** @param configs all objects of a kind */
export function dependentsOf(
  object: ConfigObject,
  configs: (kind: ConfigKind) => readonly Config[],
): readonly ConfigObject[] {
  const direct = (DEPENDENTS[object.kind] ?? []).flatMap((kind) =>
    configs(kind)
      .map((config) => config.object)
      .filter((other) => dependsOn(other, object)),
  );
  return direct.flatMap((one) => [one, ...dependentsOf(one, configs)]);
}
