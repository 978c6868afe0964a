/** What an `apply` event writes: objects as one gives them to kubectl. */
import type { ConfigObject } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { createCollector } from './collect.js';
import { addResources, type Instead, type ReadResources } from './resources.js';

const BY_ANOTHER_EVENT: Instead = {
  Service: 'write create: [Service]',
  Endpoints: 'write endpoints: { services: NAMESPACE/NAME, ready: N }',
  EndpointSlice: 'write endpoints: { services: NAMESPACE/NAME, ready: N }',
  Pod: 'write proxyUpdate for a pod that becomes ready, endpoints for those of its service',
  Deployment: 'write endpoints: { services: NAMESPACE/NAME, ready: N } for what its pods do',
  Namespace: 'list it under mesh.namespaces',
};

/** One object, `{ file }`, or a list of either; in order. An object may be applied by many events, but once by each. */
export function appliedObjects(
  written: unknown,
  path: Path,
  reporter: Reporter,
  readResources: ReadResources,
): readonly ConfigObject[] {
  const into = createCollector(reporter);
  if (Array.isArray(written)) {
    if (written.length === 0) reporter.error('missing-key', path, 'at least one object');
    for (const [i, item] of written.entries())
      addResources(item, [...path, i], into, reporter, readResources, BY_ANOTHER_EVENT);
  } else addResources(written, path, into, reporter, readResources, BY_ANOTHER_EVENT);
  return into.configs;
}
