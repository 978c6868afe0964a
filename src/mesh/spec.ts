/**
 * What a mesh is made of, as plain data: the seam between the people who describe a mesh (scenarios, importers,
 * generators) and the model that evaluates it. Names follow Kubernetes and Istio; nothing here is computed.
 */

import type { ConfigKind } from '../istio/kinds.js';

/** `auto`: the name says none, so Envoy sniffs it. */
export type PortProtocol = 'http' | 'http2' | 'grpc' | 'https' | 'tls' | 'tcp' | 'mongo' | 'udp' | 'auto';

export interface PortSpec {
  readonly name: string;
  readonly number: number;
  readonly protocol: PortProtocol;
}

/** How Envoy finds the endpoints of a service: decides the cluster type (EDS, DNS inside CDS, ORIGINAL_DST). */
export type Resolution = 'client' | 'headless' | 'dns' | 'none';

export interface ServiceSpec {
  readonly name: string;
  readonly namespace: string;
  /** Fully qualified: `name.namespace.svc.cluster.local`, or the host of a ServiceEntry. */
  readonly host: string;
  readonly ports: readonly PortSpec[];
  readonly resolution: Resolution;
  /** Namespaces that may see it: `*`, `.`, `~` or names. Empty means the mesh default (everyone). */
  readonly exportTo: readonly string[];
  /** Ready endpoints at the start. */
  readonly endpoints: number;
  /** The same by their labels, where all of those are known. */
  readonly labelled?: readonly LabelledEndpoints[];
  /** Service accounts that they run as, as one text, where those are known. */
  readonly accounts?: string;
  /** Labels of the workloads it stands for; absent: none, so that no WorkloadEntry is one of its endpoints. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Of a Kubernetes Service, where they are known: a change of them is a change of the service. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Ready endpoints that have the same labels; a subset of a service is those that have its labels. */
export interface LabelledEndpoints {
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: number;
}

/** A Pod, for what endpoints take from it. */
export interface PodSpec {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string;
  /** Empty until it has some. */
  readonly addresses: readonly string[];
}

/** One EndpointSlice: some of a service's endpoints, as objects. */
export interface SliceSpec {
  readonly namespace: string;
  readonly name: string;
  /** Name of its Service; empty when it belongs to none. */
  readonly service: string;
  /** Ports, as one text: a change of them is a change of every endpoint. */
  readonly ports: string;
  readonly endpoints: readonly EndpointSpec[];
}

export interface EndpointSpec {
  /** The Pod, else the first address: one over both address families. */
  readonly id: string;
  readonly address: string;
  /** Ready to be sent to: neither unready nor on its way out. */
  readonly healthy: boolean;
  /** Zone and whatever else makes it another endpoint, as one text. */
  readonly attributes: string;
}

export type ProxyType = 'sidecar' | 'gateway' | 'waypoint';

/** A group of proxies that differ in nothing but name and address. */
export interface ProxySpec {
  readonly name: string;
  readonly namespace: string;
  readonly type: ProxyType;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  /** Host of the service whose endpoint each of these is; absent for proxies that belong to no service. */
  readonly service?: string;
  /** Sidecars only: the agent captures DNS, so the proxy also watches the name table (NDS). */
  readonly dnsCapture?: boolean;
}

/** An Istio (or other watched) object; `spec` is the real Kubernetes spec. */
export interface ConfigObject {
  readonly kind: ConfigKind;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /** As one text: only whether two are equal matters. Absent where the writer says nothing of it. */
  readonly status?: string;
}

export interface NamespaceSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One term of `meshConfig.discoverySelectors`: every label and every expression must match. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

export interface LabelExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export interface MeshSpec {
  readonly rootNamespace: string;
  readonly discoverySelectors: readonly LabelSelector[];
  readonly namespaces: readonly NamespaceSpec[];
  readonly services: readonly ServiceSpec[];
  readonly proxies: readonly ProxySpec[];
  readonly configs: readonly ConfigObject[];
  /** At the start, of services whose slices are written one by one later. */
  readonly slices?: readonly SliceSpec[];
  /** At the start, of those that endpoints name. */
  readonly pods?: readonly PodSpec[];
}
