import type { ConfigKind } from '../../src/istio/kinds.js';
import type { IstioVersion } from '../../src/istio/profile.js';

/**
 * Which changed kinds regenerate which types. A dot: a key of this kind alone triggers the type; S: it does not;
 * R: on gateways only; O: only a key of the proxy's own or the root namespace.
 */
export const COLUMNS = ['cds', 'eds', 'lds', 'lds at gateways', 'rds', 'nds', 'ecds', 'sds'] as const;
export type Column = (typeof COLUMNS)[number];

const GATEWAY_API_1_17 = ['HTTPRoute', 'TCPRoute', 'TLSRoute', 'KubernetesGateway', 'GatewayClass']
  .map((kind) => `${kind} . . . . . . S S`)
  .join('\n');

const TABLE_1_17 = `
  ServiceEntry          .  .  .  .  .  .  S  S
  WorkloadEntry         S  .  S  S  S  S  S  S
  WorkloadGroup         S  S  S  S  S  S  S  S
  VirtualService        .  S  .  .  .  S  S  S
  DestinationRule       .  .  .  .  .  S  S  S
  Gateway               S  S  S  .  .  S  S  S
  Sidecar               .  .  .  .  .  .  S  S
  EnvoyFilter           .  .  .  .  .  S  .  S
  PeerAuthentication    .  .  .  .  S  S  S  S
  AuthorizationPolicy   S  S  .  .  S  S  S  S
  RequestAuthentication S  S  .  .  S  S  S  S
  Telemetry             S  S  .  .  S  S  S  S
  WasmPlugin            S  S  .  .  S  S  .  S
  ProxyConfig           S  S  S  S  S  S  S  S
  Secret                S  S  S  S  S  S  S  .
  MeshConfig            .  .  .  .  .  S  S  S
  ${GATEWAY_API_1_17}
  ReferenceGrant        .  .  .  .  .  .  S  .
`;

const TABLE_1_30 = `
  ServiceEntry          .  .  .  .  .  .  S  S
  DNSName               S  S  S  S  S  .  S  S
  WorkloadEntry         S  .  S  S  S  S  S  S
  WorkloadGroup         S  S  S  S  S  S  S  S
  VirtualService        .  S  .  .  .  S  S  S
  DestinationRule       .  .  .  .  .  S  S  S
  Gateway               R  S  S  .  R  S  S  S
  Sidecar               .  S  .  .  .  .  S  S
  EnvoyFilter           .  .  .  .  .  S  .  S
  PeerAuthentication    .  .  O  O  S  S  S  S
  AuthorizationPolicy   S  S  .  .  S  S  S  S
  RequestAuthentication S  S  .  .  S  S  S  S
  Telemetry             S  S  .  .  S  S  S  S
  WasmPlugin            S  S  .  .  S  S  S  S
  TrafficExtension      S  S  .  .  S  S  .  S
  ProxyConfig           S  S  S  S  S  S  S  S
  Secret                S  S  S  S  S  S  S  .
  ConfigMap             .  .  .  .  .  .  S  .
`;

const TABLE_1_32_DEV = `${TABLE_1_30}
  Endpoints             S  .  S  S  S  S  S  S
`;

const TABLES: Readonly<Record<IstioVersion, string>> = {
  '1.17': TABLE_1_17,
  '1.30': TABLE_1_30,
  '1.32-dev': TABLE_1_32_DEV,
};

/** `.`, `S`, `R` or `O` by kind and column; a kind without a row is skipped by nothing. */
export function skipTableOf(version: IstioVersion): ReadonlyMap<ConfigKind, Readonly<Record<Column, string>>> {
  const lines = TABLES[version]!.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [kind, ...cells] = line.split(/\s+/);
      if (cells.length !== COLUMNS.length) throw new Error(`the row of ${kind} has ${cells.length} cells`);
      const row = Object.fromEntries(COLUMNS.map((column, index) => [column, cells[index]!]));
      return [kind as ConfigKind, row as Record<Column, string>];
    }),
  );
}
