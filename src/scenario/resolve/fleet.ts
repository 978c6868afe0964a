/** What comes and goes, from `istiod`, `mesh.workloads` and the events: absent when nothing does. */

import type { z } from 'zod';
import type { EventSpec } from '../../cluster/event-spec.js';
import { SECOND } from '../../engine/time.js';
import type { FleetSpec, RemoteClusterSpec, WorkloadKind, WorkloadSpec } from '../../fleet/spec.js';
import { processStart } from '../../istio/connection-rules.js';
import { noSuchRelease } from '../../istio/neighbours.js';
import type { IstioVersion } from '../../istio/profile.js';
import { findRelease } from '../../istio/releases.js';
import type { MeshSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { type AutoscaleYaml, ConnectionsYaml, FLEET_KEYS, WORKLOAD_KINDS, WorkloadYaml } from '../schema/fleet.js';
import type { IstiodYaml } from '../schema/schema.js';
import { didYouMean } from '../units/nearest.js';
import { isMapping } from './resources.js';

const FLEET_EVENTS: ReadonlySet<string> = new Set([
  'restart',
  'scaleIstiod',
  'upgrade',
  'rollout',
  'deploys',
  'scale',
  'drain',
  'job',
  'slow',
  'drop',
  'canary',
]);

export interface FleetParts {
  readonly istiod: z.output<typeof IstiodYaml> | undefined;
  /** As it was written. */
  readonly writtenIstiod: unknown;
  readonly workloads: readonly WorkloadSpec[];
  readonly clusters: readonly RemoteClusterSpec[];
  readonly events: readonly EventSpec[];
  readonly istio: IstioVersion;
}

export function resolveFleet(parts: FleetParts, reporter: Reporter): FleetSpec | undefined {
  const { istiod, writtenIstiod, workloads, clusters, events, istio } = parts;
  if (istiod === undefined) return undefined;
  const says =
    isMapping(writtenIstiod) && FLEET_KEYS.some((key) => key !== 'replicas' && writtenIstiod[key] !== undefined);
  const several = (istiod.replicas ?? 1) > 1;
  const more = workloads.length + clusters.length > 0;
  if (!says && !several && !more && !events.some(({ what }) => FLEET_EVENTS.has(what.do))) return undefined;
  const { autoscale } = istiod;
  if (autoscale !== undefined && autoscale.min > autoscale.max) {
    const expected = `a number of at most ${autoscale.max}, the most istiods`;
    reporter.error('bad-value', ['istiod', 'autoscale', 'min'], expected, { received: autoscale.min });
  }
  const { maxAge, grace, choice } = istiod.connections ?? ConnectionsYaml.parse({});
  return {
    replicas: istiod.replicas ?? autoscale?.min ?? 1,
    ...(autoscale === undefined ? {} : { autoscale: autoscaleOf(autoscale) }),
    connections: { maxAge, grace, choice },
    startup: istiod.startup ?? { kind: 'constant', value: processStart(istio) },
    probe: istiod.readiness ?? { delay: SECOND, period: 3 * SECOND },
    workloads,
    clusters,
    revisions: (istiod.revisions ?? []).flatMap(({ istio: release, ...revision }, i) => {
      if (findRelease(release) !== undefined) return [{ ...revision, istio: release as IstioVersion }];
      const [expected, hint] = noSuchRelease(release);
      reporter.error('bad-value', ['istiod', 'revisions', i, 'istio'], expected, { received: release, hint });
      return [];
    }),
    requestsPerSecond: istiod.requests ?? 1,
  };
}

function autoscaleOf({ min, max, cpu, request }: z.output<typeof AutoscaleYaml>): NonNullable<FleetSpec['autoscale']> {
  return { min, max, cpu, cpuRequest: request };
}

export function resolveWorkloads(written: unknown, mesh: MeshSpec, reporter: Reporter): readonly WorkloadSpec[] {
  if (!Array.isArray(written)) return [];
  const services = new Set(mesh.services.map(({ namespace, name }) => `${namespace}/${name}`));
  return written.flatMap((item, i) => resolveWorkload(item, ['mesh', 'workloads', i], services, reporter) ?? []);
}

function resolveWorkload(
  item: unknown,
  path: Path,
  services: ReadonlySet<string>,
  reporter: Reporter,
): WorkloadSpec | undefined {
  const workload = check(WorkloadYaml, item, path, reporter);
  if (workload === undefined) return undefined;
  const kinds = WORKLOAD_KINDS.filter((kind) => workload[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    reporter.error('missing-key', path, `one of ${WORKLOAD_KINDS.join(', ')}, each with NAMESPACE/NAME`);
    return undefined;
  }
  for (const [i, service] of workload.services.entries()) {
    if (services.has(service)) continue;
    const hint = didYouMean(service, services);
    reporter.error('unknown-name', [...path, 'services', i], 'a service of the mesh', { received: service, hint });
  }
  const [namespace = '', name = ''] = workload[kind]!.split('/');
  const ordered = kind === 'statefulset' || kind === 'daemonset';
  const { pods, labels, startup, preStop, stopping, grace, minReady, zone, every = 0, lasts = 0 } = workload;
  return {
    kind: kind satisfies WorkloadKind,
    namespace,
    name,
    pods,
    services: workload.services,
    labels,
    startup,
    preStop,
    stopping,
    grace,
    maxSurge: workload.surge ?? (ordered ? { pods: 0 } : { percent: 25 }),
    maxUnavailable: workload.unavailable ?? (ordered ? { pods: 1 } : { percent: 25 }),
    minReady,
    zones: zone,
    every,
    lasts,
  };
}

/** A service has as many endpoints as its workloads have pods. */
export function withPods(mesh: MeshSpec, workloads: readonly WorkloadSpec[]): MeshSpec {
  const pods = new Map<string, number>();
  for (const workload of workloads) {
    if (workload.kind === 'job') continue;
    for (const service of workload.services) pods.set(service, (pods.get(service) ?? 0) + workload.pods);
  }
  if (pods.size === 0) return mesh;
  const services = mesh.services.map((service) => {
    const endpoints = pods.get(`${service.namespace}/${service.name}`);
    return endpoints === undefined ? service : { ...service, endpoints };
  });
  return { ...mesh, services };
}
