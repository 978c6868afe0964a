/** What an event of the file does: the part beside its timing. */

import type { EventEffect, Target } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import type { AimYamlOutput, EventYamlOutput } from '../schema/events.js';
import { formatDuration } from '../units/units.js';
import { appliedObjects } from './apply.js';
import { toPorts } from './ports.js';
import type { ReadResources } from './resources.js';

/** Undefined when something in it is wrong, which the reporter knows then. */
export function effectOf(
  event: EventYamlOutput,
  path: Path,
  reporter: Reporter,
  readResources: ReadResources,
): EventEffect | undefined {
  if ('create' in event) {
    const { create: kinds, spacing, namespace, named: name, endpoints, gatewaySelector } = event;
    const ports = toPorts(event.ports, [...path, 'ports'], reporter);
    return { do: 'create', kinds, spacing, namespace, name, ports, endpoints, gatewaySelector };
  }
  if ('apply' in event) {
    const objects = appliedObjects(event.apply, [...path, 'apply'], reporter, readResources);
    return { do: 'apply', objects, spacing: event.spacing };
  }
  if ('update' in event) {
    const { kind, change } = event.update;
    const target = targetOf(event.update, [...path, 'update'], reporter);
    return target && { do: 'update', kind, target, change };
  }
  if ('delete' in event) {
    const target = targetOf(event.delete, [...path, 'delete'], reporter);
    return target && { do: 'delete', kind: event.delete.kind, target };
  }
  if ('reject' in event) {
    const { proxies, types, for: lasts } = event.reject;
    if (lasts > 0) return { do: 'reject', proxies, types: [...new Set(types)], lasts };
    reporter.error('bad-value', [...path, 'reject', 'for'], 'a duration above zero', {
      received: formatDuration(lasts),
    });
    return undefined;
  }
  if ('proxyUpdate' in event) return { do: 'proxyUpdate', target: event.proxyUpdate };
  if ('forcedPush' in event) return { do: 'forcedPush' };
  return { do: 'endpoints', target: event.endpoints.services, ready: event.endpoints.ready };
}

/** Either `target`, or `name` and `namespace` as the object itself has them. */
function targetOf(aim: AimYamlOutput, path: Path, reporter: Reporter): Target | undefined {
  const { target, name, namespace = 'default' } = aim;
  if (target === undefined && name === undefined) {
    reporter.error('missing-key', path, 'which one: target (any, each, NAMESPACE/NAME), or name with namespace');
    return undefined;
  }
  if (target === undefined)
    return { pick: 'named', namespace: aim.kind === 'GatewayClass' ? '' : namespace, name: name ?? '' };
  if (name === undefined && aim.namespace === undefined) return target;
  const key = name === undefined ? 'namespace' : 'name';
  reporter.error('bad-value', [...path, key], `either target or ${key}`, { part: 'key' });
  return undefined;
}
