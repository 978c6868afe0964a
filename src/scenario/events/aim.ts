/** Which object an event is about: one of many, or that of a name; which of the two it is, is looked at later. */
import type { z } from 'zod';
import type { Target } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { CLUSTER_SCOPED, DELETABLE_KINDS, WRITABLE_KINDS } from '../schema/kinds.js';
import { dnsName, objectName, oneOf } from '../schema/leaves.js';
import { TargetYaml } from '../schema/targets.js';

export const Kind = oneOf(WRITABLE_KINDS, 'Kind of object');

export const aim = {
  kind: Kind,
  target: TargetYaml.optional(),
  name: objectName('Name of the object, instead of target').optional(),
  namespace: dnsName('Namespace of the named object; default "default"').optional(),
};
export const aimToDelete = { ...aim, kind: oneOf(DELETABLE_KINDS, 'Kind of object') };
type AimYamlOutput = z.output<z.ZodObject<typeof aimToDelete>>;

/** Either `target`, or `name` and `namespace` as the object itself has them. */
export function targetOf(aim: AimYamlOutput, path: Path, reporter: Reporter): Target | undefined {
  const { target, name, namespace = 'default' } = aim;
  if (target === undefined && name === undefined) {
    reporter.error('missing-key', path, 'which one: target (any, each, NAMESPACE/NAME), or name with namespace');
    return undefined;
  }
  if (target === undefined)
    return { pick: 'named', namespace: CLUSTER_SCOPED.has(aim.kind) ? '' : namespace, name: name ?? '' };
  if (name === undefined && aim.namespace === undefined) return target;
  const key = name === undefined ? 'namespace' : 'name';
  reporter.error('bad-value', [...path, key], `either target or ${key}`, { part: 'key' });
  return undefined;
}
