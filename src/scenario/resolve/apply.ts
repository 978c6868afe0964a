/** What an `apply` event writes: objects as one gives them to kubectl. */
import type { AppliedObject, EventEffect } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { warnOfOther } from './collect.js';
import { addResources, type ObjectSink, type ReadResources } from './resources.js';

/** More in one event were mistyped. */
const MOST_OBJECTS = 300_000;

/**
 * One object, `{ file }`, or a list of either; in order. The same object twice is created, then updated. Objects of
 * kinds that istiod does not watch are reported and left out: a bundle is applied as it is.
 */
export function appliedObjects(
  written: unknown,
  path: Path,
  reporter: Reporter,
  readResources: ReadResources,
): readonly AppliedObject[] {
  const objects: AppliedObject[] = [];
  const into = appliedSink(objects, reporter);
  if (Array.isArray(written)) {
    if (written.length === 0) reporter.error('missing-key', path, 'at least one object');
    for (const [i, item] of written.entries()) addResources(item, [...path, i], into, reporter, readResources);
  } else addResources(written, path, into, reporter, readResources);
  return objects;
}

function appliedSink(objects: AppliedObject[], reporter: Reporter): ObjectSink {
  return {
    config: (object) => objects.push({ of: 'config', object }),
    service: (service) => objects.push({ of: 'service', service }),
    slice: (slice) => objects.push({ of: 'slice', slice }),
    pod: (pod) => objects.push({ of: 'pod', pod }),
    namespace({ labels }, path, to) {
      // A namespace by itself is nothing to istiod.
      if (Object.keys(labels).length > 0) {
        to.warn('not-modelled', path, 'labels of namespaces are those of the start; list it under mesh.namespaces', {
          limit: 'namespace-labels',
        });
      }
    },
    other: warnOfOther(),
    roomFor(more, path) {
      if (objects.length + more <= MOST_OBJECTS) return true;
      if (objects.length === MOST_OBJECTS) reporter.error('too-large', path, `more than ${MOST_OBJECTS} objects`);
      return false;
    },
  };
}

/** Namespaces that an event puts objects in. */
export function namespacesOf(what: EventEffect): readonly string[] {
  if (what.do === 'apply') return what.objects.map(namespaceOf);
  return what.do === 'create' ? [what.namespace] : [];
}

function namespaceOf(applied: AppliedObject): string {
  switch (applied.of) {
    case 'config':
      return applied.object.namespace;
    case 'service':
      return applied.service.namespace;
    case 'slice':
      return applied.slice.namespace;
    case 'pod':
      return applied.pod.namespace;
  }
}
