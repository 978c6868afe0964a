/** Gathers the parts of a mesh from generators, lists and files, and refuses what would be there twice. */
import { EndpointSlices } from '../../mesh/services/endpoint-slices.js';
import type { ConfigObject, NamespaceSpec, PodSpec, ProxySpec, ServiceSpec, SliceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { NOT_MODELLED, type ObjectSink } from './resources.js';

/** Together: a mesh ten times the largest known ones. Beyond it a number was mistyped. */
const MOST_OBJECTS = 300_000;
const MOST_PROXIES = 2_000_000;
/** Every Kubernetes namespace carries its own name as this label. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** What people write instead of kinds that a cluster has and istiod does not watch. */
const INSTEAD: Readonly<Record<string, string>> = {
  Deployment: 'list sidecars under mesh.proxies; endpoints: { services, ready } is what its pods do',
  Rollout: 'endpoints: { services, ready } is what its pods do',
};

/** Once for each kind. */
export function warnOfOther(): ObjectSink['other'] {
  const told = new Set<string>();
  return (kind, path, reporter) => {
    if (told.has(kind)) return;
    told.add(kind);
    const isReal = NOT_MODELLED.has(kind);
    const text = isReal ? `${kind} is not modelled: left out` : `${kind} is not a kind that istiod watches: left out`;
    const hint = Object.hasOwn(INSTEAD, kind) ? INSTEAD[kind] : undefined;
    reporter.warn('not-modelled', path, text, { hint, limit: 'kinds' });
  };
}

export interface Collector extends ObjectSink {
  readonly namespaces: NamespaceSpec[];
  readonly services: ServiceSpec[];
  readonly proxies: ProxySpec[];
  readonly configs: ConfigObject[];
  readonly slices: SliceSpec[];
  readonly pods: PodSpec[];
  namespace(spec: NamespaceSpec, path: Path, reporter?: Reporter): void;
  service(spec: ServiceSpec, path: Path, reporter?: Reporter): void;
  proxy(spec: ProxySpec, path: Path): void;
  /** @param created when, as its metadata say */
  config(spec: ConfigObject, path: Path, reporter?: Reporter, created?: string): void;
  /** In the order in which istiod takes them: the oldest first, then those whose age nobody says. */
  configsByAge(): readonly ConfigObject[];
  /** The services with as many endpoints as slices were written for them. */
  servicesWithSlices(): readonly ServiceSpec[];
  /** False when `more` objects would be too many; says so once. */
  roomFor(more: number, path: Path): boolean;
}

type Occurrence = readonly [kind: string, namespace: string, name: string, path: Path, to: Reporter];

/** Whether it is not there yet; says so if it is. */
function isFirst(seen: Set<string>, [kind, namespace, name, path, to]: Occurrence): boolean {
  const key = `${kind} ${namespace}/${name}`;
  if (!seen.has(key)) {
    seen.add(key);
    return true;
  }
  const what = namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const hint = path[1] === 'generate' ? 'give one of the groups another name' : undefined;
  to.error('duplicate-name', path, `there are two of ${what}`, { hint });
  return false;
}

function withSlices(services: readonly ServiceSpec[], slices: readonly SliceSpec[], pods: readonly PodSpec[]) {
  if (slices.length === 0) return services;
  const endpoints = new EndpointSlices(slices, pods);
  return services.map((spec) => {
    const known = endpoints.endpointsOf(spec.namespace, spec.name);
    if (known === undefined) return spec;
    const { labelled: _labelled, ...rest } = spec;
    const { ready, ...more } = known;
    return { ...rest, endpoints: ready, ...more };
  });
}

/** `model/config.go`: sortConfigByCreationTime; of one age by name, then by namespace. */
function byAge(configs: readonly ConfigObject[], ages: ReadonlyMap<string, number>): readonly ConfigObject[] {
  if (ages.size === 0) return configs;
  const ageOf = ({ kind, namespace, name }: ConfigObject) => ages.get(`${kind} ${namespace}/${name}`) ?? Infinity;
  return configs.toSorted((a, b) => {
    const [first, second] = [ageOf(a), ageOf(b)];
    if (first !== second) return first < second ? -1 : 1;
    if (first === Infinity) return 0;
    if (a.name !== b.name) return a.name < b.name ? -1 : 1;
    return a.namespace < b.namespace ? -1 : 1;
  });
}

export function createCollector(reporter: Reporter): Collector {
  const seen = new Set<string>();
  const positions = new Map<string, number>();
  const ages = new Map<string, number>();
  let complained = false;
  let proxies = 0;
  const first = (...of: Occurrence): boolean => isFirst(seen, of);
  const collector: Collector = {
    namespaces: [],
    services: [],
    proxies: [],
    configs: [],
    slices: [],
    pods: [],
    namespace({ name, labels }, path, to = reporter) {
      if (first('namespace', '', name, path, to))
        collector.namespaces.push({ name, labels: { [NAME_LABEL]: name, ...labels } });
    },
    service(spec, path, to = reporter) {
      if (first('service', spec.namespace, spec.name, path, to)) collector.services.push(spec);
    },
    slice: (slice) => void collector.slices.push(slice),
    pod: (pod) => void collector.pods.push(pod),
    servicesWithSlices: () => withSlices(collector.services, collector.slices, collector.pods),
    other: warnOfOther(),
    proxy(spec, path) {
      if (!first('proxy', spec.namespace, spec.name, path, reporter)) return;
      collector.proxies.push(spec);
      const before = proxies;
      proxies += spec.count;
      if (before <= MOST_PROXIES && proxies > MOST_PROXIES) {
        reporter.error('too-large', path, `the mesh has more than ${MOST_PROXIES} proxies`);
      }
    },
    configsByAge: () => byAge(collector.configs, ages),
    config(spec, path, to = reporter, created) {
      const id = `${spec.kind} ${spec.namespace}/${spec.name}`;
      const known = positions.get(id);
      const age = created === undefined ? Number.NaN : Date.parse(created);
      if (known === undefined && Number.isFinite(age)) ages.set(id, age);
      if (known === undefined) {
        positions.set(id, collector.configs.length);
        collector.configs.push(spec);
        return;
      }
      // As kubectl apply would: created, then updated.
      collector.configs[known] = spec;
      to.warn('duplicate-name', path, `there are two of ${id}: the later one counts`);
    },
    roomFor(more, path) {
      const { services, proxies, configs } = collector;
      if (services.length + proxies.length + configs.length + more <= MOST_OBJECTS) return true;
      if (!complained) reporter.error('too-large', path, `the mesh has more than ${MOST_OBJECTS} objects`);
      complained = true;
      return false;
    },
  };
  return collector;
}
