/** What is said of objects that are accepted and have no effect, or not all of the effect that they have in Istio. */

import { fields, list, text } from '../../mesh/config/fields.js';
import { type Foreign, foreignBy, isOurGateway, isOurIngress } from '../../mesh/config/ownership.js';
import { resolveHost } from '../../mesh/hosts.js';
import type { ConfigObject, ServiceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { LIMITS, type LimitName, limitsOf } from './limits.js';

export interface PlacedObject {
  readonly object: ConfigObject;
  readonly path: Path;
  readonly reporter: Reporter;
}

export interface NoteRules {
  readonly revision: string;
  readonly watchesGrpcRoutes: boolean;
}

const REASONS: Readonly<Record<Foreign, string>> = {
  revision: 'it is of another revision than this istiod, which leaves it alone',
  'secret-type': 'istiod does not watch Secrets of this type',
  'no-ca-certificate': 'istiod handles ConfigMaps with a key ca.crt or cacert only',
  'grpc-route': 'this release does not watch GRPCRoutes',
};

/** Of one scenario. Each reason and each limit is told once: a dump has thousands of objects. */
export interface ObjectNotes {
  /** @param content where the fields are: the spec, or the whole object */
  limits(kind: string, content: unknown, path: Path, reporter: Reporter): void;
  object(placed: PlacedObject): void;
  /** Subsets of services whose endpoints have no labels that anybody knows, once all services are known. */
  subsets(services: readonly ServiceSpec[]): void;
  /** What is not for this istiod, once all objects are known. */
  foreign(rules: NoteRules): void;
}

const notes = new WeakMap<readonly unknown[], ObjectNotes>();

/** All reporters of one scenario share their issues. */
export function notesOf({ issues }: Reporter): ObjectNotes {
  let known = notes.get(issues);
  if (known === undefined) {
    known = createNotes();
    notes.set(issues, known);
  }
  return known;
}

function createNotes(): ObjectNotes {
  const told = new Set<string>();
  const objects: PlacedObject[] = [];
  const once = (what: string): boolean => {
    if (told.has(what)) return false;
    told.add(what);
    return true;
  };
  return {
    object: (placed) => void objects.push(placed),
    limits(kind, content, path, reporter) {
      for (const limit of [...limitsOf(kind, content), ...meshConfigLimits(kind, content)]) {
        if (once(limit)) reporter.warn('not-modelled', path, `${LIMITS[limit]} [limit ${limit}]`, { limit });
      }
    },
    subsets(services) {
      const unlabelled = services.filter(({ endpoints, labelled }) => endpoints > 0 && labelled === undefined);
      const hosts = new Set(unlabelled.map(({ host }) => host));
      for (const { object, path, reporter } of objects) {
        if (object.kind !== 'DestinationRule' || !hosts.has(resolveHost(text(object.spec.host), object.namespace)))
          continue;
        const isSplit = list(object.spec.subsets).some((subset) => Object.keys(fields(subset.labels)).length > 0);
        if (isSplit && once('subset-endpoints'))
          reporter.warn('not-modelled', path, `${LIMITS['subset-endpoints']} [limit subset-endpoints]`, {
            limit: 'subset-endpoints',
          });
      }
    },
    foreign(rules) {
      const known = new Map(objects.map(({ object }) => [`${object.kind}/${object.namespace}/${object.name}`, object]));
      const find = (kind: string, namespace: string, name: string) => known.get(`${kind}/${namespace}/${name}`);
      for (const { object, path, reporter } of objects) {
        const reason = foreignBy(object, rules);
        const text = reason === undefined ? classReason(object, find) : REASONS[reason];
        if (text === undefined || !once(text)) continue;
        const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`;
        reporter.warn('no-effect', path, `${object.kind} ${name} changes nothing: ${text}`);
      }
    },
  };
}

/** The defaults of `exportTo` decide who sees what; the rest of a MeshConfig is said elsewhere in a scenario. */
function meshConfigLimits(kind: string, content: unknown): readonly LimitName[] {
  const { mesh } = fields(fields(content).data);
  if (kind !== 'ConfigMap' || typeof mesh !== 'string') return [];
  return /\bdefault(Service|VirtualService|DestinationRule)ExportTo\b/.test(mesh)
    ? ['mesh-config', 'default-export']
    : ['mesh-config'];
}

function classReason(
  object: ConfigObject,
  find: (kind: string, namespace: string, name: string) => ConfigObject | undefined,
): string | undefined {
  if (object.kind === 'Ingress' && !isOurIngress(object, find)) {
    return "its class is not Istio's (annotation kubernetes.io/ingress.class: istio, or an IngressClass of istio.io/ingress-controller)";
  }
  if (object.kind === 'KubernetesGateway' && !isOurGateway(object, find)) {
    return "its GatewayClass is not Istio's";
  }
  return undefined;
}
