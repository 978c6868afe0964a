/** Which protocol a port speaks (`pkg/config/protocol`, `pkg/config/kube/conversion.go`: ConvertProtocol). */
import type { PortProtocol } from '../spec.js';

/** Istio's names; those that are nothing but TCP to listeners, and gRPC-Web, which is HTTP, stand under the common one. */
const BY_NAME: Readonly<Record<string, PortProtocol>> = {
  http: 'http',
  http2: 'http2',
  http_proxy: 'http',
  grpc: 'grpc',
  'grpc-web': 'http',
  hbone: 'http2',
  https: 'https',
  tls: 'tls',
  tcp: 'tcp',
  mongo: 'mongo',
  redis: 'tcp',
  mysql: 'tcp',
  udp: 'udp',
};

/** A name in whatever case; one that is none of Istio's is sniffed. */
export function parseProtocol(name: string): PortProtocol {
  const key = name.toLowerCase();
  return Object.hasOwn(BY_NAME, key) ? BY_NAME[key]! : 'auto';
}

/** Ports whose servers speak first, so that sniffing would wait in vain: SMTP, DNS, MySQL, MongoDB. */
const WELL_KNOWN_TCP = [25, 53, 3306, 27_017];

const APP_PROTOCOLS: Readonly<Record<string, PortProtocol>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

export interface WrittenPort {
  readonly name: string;
  readonly number: number;
  /** Of the transport: TCP unless it says UDP. */
  readonly transport?: string;
  readonly appProtocol?: string;
}

/** A port of a Kubernetes Service: UDP by its transport, else `appProtocol`, else the first word of the name. */
export function protocolOf({ name, number, transport, appProtocol }: WrittenPort): PortProtocol {
  if (transport?.toUpperCase() === 'UDP') return 'udp';
  if (appProtocol !== undefined && Object.hasOwn(APP_PROTOCOLS, appProtocol)) return APP_PROTOCOLS[appProtocol]!;
  const said = (appProtocol ?? name).toLowerCase();
  const protocol = said.startsWith('grpc-web') ? 'http' : parseProtocol(said.split('-', 1)[0]!);
  return protocol === 'auto' && WELL_KNOWN_TCP.includes(number) ? 'tcp' : protocol;
}
