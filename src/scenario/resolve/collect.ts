/** Gathers the parts of a mesh from generators, lists and files, and refuses what would be there twice. */
import type { ConfigObject, NamespaceSpec, ProxySpec, ServiceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';

/** Together: a mesh ten times the largest known ones. Beyond it a number was mistyped. */
const MOST_OBJECTS = 300_000;
const MOST_PROXIES = 2_000_000;

export interface Collector {
  readonly namespaces: NamespaceSpec[];
  readonly services: ServiceSpec[];
  readonly proxies: ProxySpec[];
  readonly configs: ConfigObject[];
  namespace(spec: NamespaceSpec, path: Path): void;
  service(spec: ServiceSpec, path: Path): void;
  proxy(spec: ProxySpec, path: Path): void;
  config(spec: ConfigObject, path: Path, reporter?: Reporter): void;
  /** False when `more` objects would be too many; says so once. */
  roomFor(more: number, path: Path): boolean;
}

export function createCollector(reporter: Reporter): Collector {
  const seen = new Set<string>();
  let complained = false;
  let proxies = 0;
  const first = (kind: string, namespace: string, name: string, path: Path, to: Reporter): boolean => {
    const key = `${kind} ${namespace}/${name}`;
    if (!seen.has(key)) {
      seen.add(key);
      return true;
    }
    const what = namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
    const hint = path[1] === 'generate' ? 'give one of the groups another name' : undefined;
    to.error('duplicate-name', path, `there are two of ${what}`, { hint });
    return false;
  };
  const collector: Collector = {
    namespaces: [],
    services: [],
    proxies: [],
    configs: [],
    namespace(spec, path) {
      if (first('namespace', '', spec.name, path, reporter)) collector.namespaces.push(spec);
    },
    service(spec, path) {
      if (first('service', spec.namespace, spec.name, path, reporter)) collector.services.push(spec);
    },
    proxy(spec, path) {
      if (!first('proxy', spec.namespace, spec.name, path, reporter)) return;
      collector.proxies.push(spec);
      const before = proxies;
      proxies += spec.count;
      if (before <= MOST_PROXIES && proxies > MOST_PROXIES) {
        reporter.error('too-large', path, `the mesh has more than ${MOST_PROXIES} proxies`);
      }
    },
    config(spec, path, to = reporter) {
      if (first(spec.kind, spec.namespace, spec.name, path, to)) collector.configs.push(spec);
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
