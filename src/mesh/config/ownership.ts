/**
 * Which objects are for this istiod: it leaves alone those of another revision, of foreign classes, and Secrets and
 * ConfigMaps that cannot be certificates.
 */
import type { ConfigKind } from '../../istio/kinds.js';
import type { ConfigObject } from '../spec.js';
import { type Fields, fields, text } from './fields.js';

const REVISION_LABEL = 'istio.io/rev';
/** `credentials/kube/secrets.go`: the field selector of the watch. */
const NEVER_WATCHED = ['helm.sh/release.v1', 'kubernetes.io/service-account-token'];
/** `credentials/kube/secrets.go`: what makes a ConfigMap one of CA certificates. */
const CA_KEYS = ['ca.crt', 'cacert'];

/** Kinds that do not come through the watch of Istio's own and the Gateway API's kinds. */
const WITHOUT_REVISION: ReadonlySet<ConfigKind> = new Set(['Secret', 'ConfigMap', 'Ingress', 'IngressClass']);

/** Why nothing is done for the object; undefined: something is. */
export type Foreign = 'revision' | 'secret-type' | 'no-ca-certificate' | 'grpc-route';

export function foreignBy(
  { kind, labels, spec }: Pick<ConfigObject, 'kind' | 'labels' | 'spec'>,
  rules: { readonly revision: string; readonly watchesGrpcRoutes: boolean },
): Foreign | undefined {
  // `crdclient/client.go`: inRevision. No label is for everybody.
  const revision = labels[REVISION_LABEL] ?? '';
  if (revision !== '' && revision !== rules.revision && !WITHOUT_REVISION.has(kind)) return 'revision';
  if (kind === 'Secret' && NEVER_WATCHED.includes(text(spec.type))) return 'secret-type';
  if (kind === 'ConfigMap' && !holdsCa(spec)) return 'no-ca-certificate';
  return kind === 'GRPCRoute' && !rules.watchesGrpcRoutes ? 'grpc-route' : undefined;
}

function holdsCa({ data, binaryData }: Fields): boolean {
  return CA_KEYS.some((key) => Object.hasOwn(fields(data), key) || Object.hasOwn(fields(binaryData), key));
}

/** `gateway/conversion.go`: controllers that are istiod. */
const CONTROLLERS = [
  'istio.io/gateway-controller',
  'istio.io/mesh-controller',
  'istio.io/unmanaged-gateway',
  'istio.io/eastwest-controller',
];
/** Classes that exist without an object. */
const BUILT_IN_CLASSES = ['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west'];

/** Finds an object that ownership of another depends on. */
export type FindObject = (kind: ConfigKind, namespace: string, name: string) => ConfigObject | undefined;

export function isOurGateway({ spec }: ConfigObject, find: FindObject): boolean {
  const name = text(spec.gatewayClassName);
  const found = find('GatewayClass', '', name);
  return found === undefined ? BUILT_IN_CLASSES.includes(name) : isOurGatewayClass(found);
}

/** One without a controller is taken for Istio's own, as a class by its name alone is. */
export function isOurGatewayClass({ name, spec }: ConfigObject): boolean {
  const controller = text(spec.controllerName);
  return controller === '' ? BUILT_IN_CLASSES.includes(name) : CONTROLLERS.includes(controller);
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
/** `meshConfig.ingressClass`. */
const OUR_CLASS = 'istio';
const OUR_INGRESS_CONTROLLER = 'istio.io/ingress-controller';

/** `ingress/conversion.go`: shouldProcessIngress, in mode STRICT: without a class it is nobody's. */
export function isOurIngress({ annotations = {}, spec }: ConfigObject, find: FindObject): boolean {
  if (Object.hasOwn(annotations, CLASS_ANNOTATION)) return annotations[CLASS_ANNOTATION] === OUR_CLASS;
  const name = text(spec.ingressClassName);
  if (name === '') return false;
  const found = find('IngressClass', '', name);
  return found !== undefined && text(found.spec.controller) === OUR_INGRESS_CONTROLLER;
}
