/** Patches of an audit log at level Request → the object after them: JSON patch, merge patch, and applied objects. */
import { isObject, objectAt } from '../framing/piece.js';
import { readAnnotations, texts } from './object.js';
import type { Body } from './sighting.js';

/** Undefined when the patch does not fit what is known of the object. */
export function patched(before: Body, patch: unknown): Body | undefined {
  const whole = { metadata: { labels: before.labels, annotations: before.annotations }, spec: before.spec };
  const after = Array.isArray(patch) ? jsonPatched(whole, patch) : isObject(patch) ? merged(whole, patch) : undefined;
  if (after === undefined) return undefined;
  const metadata = objectAt(after, 'metadata');
  return {
    ...before,
    labels: texts(metadata.labels),
    annotations: readAnnotations(texts(metadata.annotations)),
    spec: objectAt(after, 'spec'),
  };
}

/** RFC 7386; server-side apply merges likewise, except for lists with keys. */
function merged(target: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    if (value === null) delete result[key];
    else if (isObject(value)) result[key] = merged(isObject(result[key]) ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

/** RFC 6902: add, replace, remove, test; others are not seen in practice. */
function jsonPatched(target: Record<string, unknown>, patch: readonly unknown[]): Record<string, unknown> | undefined {
  const result = structuredClone(target);
  for (const operation of patch) {
    const { op, path, value } = isObject(operation) ? operation : {};
    if (op === 'test') continue;
    if (typeof path !== 'string' || (op !== 'add' && op !== 'replace' && op !== 'remove')) return undefined;
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    if (last === undefined || last === '__proto__' || steps.includes('__proto__')) return undefined;
    let parent: unknown = result;
    for (const step of steps)
      parent = Array.isArray(parent) ? parent[Number(step)] : isObject(parent) ? parent[step] : undefined;
    if (Array.isArray(parent)) {
      const at = last === '-' ? parent.length : Number(last);
      if (!Number.isInteger(at) || at < 0 || at > parent.length) return undefined;
      if (op === 'add') parent.splice(at, 0, value);
      else if (op === 'replace') parent[at] = value;
      else parent.splice(at, 1);
    } else if (isObject(parent)) {
      if (op === 'remove') delete parent[last];
      else parent[last] = value;
    } else return undefined;
  }
  return result;
}
