/** How one rule is taken from one profile into another: whole fields, one default, or rows of the skip table. */
import type { ConfigKind } from '../kinds.js';
import type { Profile } from '../profile.js';
import type { SkipTable } from '../skip-table.js';
import { XDS_TYPES } from '../xds-types.js';

export interface RulePart {
  /** `into`, but with the rule as it is in `from`. */
  readonly take: (into: Profile, from: Profile) => Profile;
  readonly differs: (a: Profile, b: Profile) => boolean;
}

export interface ProfileRule extends RulePart {
  readonly id: string;
  /** One sentence for whoever reads a report. */
  readonly says: string;
  /** The function or file of Istio it comes from. */
  readonly source: string;
}

export function rule(id: string, part: RulePart, says: string, source: string): ProfileRule {
  return { id, says, source, ...part };
}

export function fields(...names: readonly (keyof Profile)[]): RulePart {
  return {
    take: (into, from) => ({ ...into, ...Object.fromEntries(names.map((name) => [name, from[name]])) }),
    differs: (a, b) => names.some((name) => asText(a[name]) !== asText(b[name])),
  };
}

export function defaultOf(name: keyof Profile['defaults']): RulePart {
  return {
    take: (into, from) => ({ ...into, defaults: { ...into.defaults, [name]: from.defaults[name] } }),
    differs: (a, b) => a.defaults[name] !== b.defaults[name],
  };
}

export function skipRows(...kinds: readonly ConfigKind[]): RulePart {
  return rowsWhere((kind) => kinds.includes(kind));
}

/** Rows of all other kinds. */
export function skipRowsBut(kinds: readonly ConfigKind[]): RulePart {
  return rowsWhere((kind) => !kinds.includes(kind));
}

export function both(...parts: readonly RulePart[]): RulePart {
  return {
    take: (into, from) => parts.reduce((profile, part) => part.take(profile, from), into),
    differs: (a, b) => parts.some((part) => part.differs(a, b)),
  };
}

function rowsWhere(isMine: (kind: ConfigKind) => boolean): RulePart {
  return {
    take: (into, from) => ({ ...into, skips: mixed(into.skips, from.skips, isMine) }),
    differs: (a, b) => ALL_KINDS.some((kind) => isMine(kind) && rowText(a.skips, kind) !== rowText(b.skips, kind)),
  };
}

function mixed(table: SkipTable, mine: SkipTable, isMine: (kind: ConfigKind) => boolean): SkipTable {
  return { trigger: (type, kind, router) => (isMine(kind) ? mine : table).trigger(type, kind, router) };
}

/** What the kind triggers, on sidecars and on gateways. */
function rowText(table: SkipTable, kind: ConfigKind): string {
  return XDS_TYPES.flatMap((type) => [false, true].map((router) => table.trigger(type, kind, router))).join();
}

function asText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Set ? [...inner].sort() : inner));
}

/** The compiler checks that none is missing. */
const KINDS: Readonly<Record<ConfigKind, true>> = {
  ServiceEntry: true,
  Endpoints: true,
  DNSName: true,
  WorkloadEntry: true,
  WorkloadGroup: true,
  VirtualService: true,
  DestinationRule: true,
  Gateway: true,
  Sidecar: true,
  EnvoyFilter: true,
  PeerAuthentication: true,
  AuthorizationPolicy: true,
  RequestAuthentication: true,
  Telemetry: true,
  WasmPlugin: true,
  TrafficExtension: true,
  ProxyConfig: true,
  Secret: true,
  ConfigMap: true,
  MeshConfig: true,
  HTTPRoute: true,
  TCPRoute: true,
  TLSRoute: true,
  KubernetesGateway: true,
  GatewayClass: true,
  ReferenceGrant: true,
  Ingress: true,
  Address: true,
};

export const ALL_KINDS = Object.keys(KINDS) as readonly ConfigKind[];
