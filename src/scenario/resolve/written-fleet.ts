/** The fleet in the grammar it was written in. */
import type { FleetEvent, RolloutEvent } from '../../cluster/fleet-events.js';
import type { Share } from '../../fleet/deployment.js';
import type { FleetSpec, RemoteClusterSpec, WorkloadSpec } from '../../fleet/spec.js';
import { fromDistribution } from '../units/distribution.js';
import { formatCores } from '../units/quantities.js';
import { formatDuration, formatRate } from '../units/units.js';
import { writtenSet } from './written-set.js';

/** What stands under `istiod`, but for its replicas. */
export function writtenFleet(fleet: FleetSpec): object {
  const { autoscale, connections, startup, probe, revisions, requestsPerSecond } = fleet;
  return {
    ...(autoscale === undefined
      ? {}
      : {
          autoscale: {
            min: autoscale.min,
            max: autoscale.max,
            cpu: `${Math.round(autoscale.cpu * 1e5) / 1e3}%`,
            request: formatCores(autoscale.cpuRequest),
          },
        }),
    connections: {
      maxAge: formatDuration(connections.maxAge),
      grace: formatDuration(connections.grace),
      choice: connections.choice,
    },
    startup: fromDistribution(startup),
    readiness: { delay: formatDuration(probe.delay), period: formatDuration(probe.period) },
    revisions,
    requests: requestsPerSecond,
  };
}

export function writtenWorkload(workload: WorkloadSpec): object {
  const { kind, namespace, name, pods, services, labels, startup, zones, every, lasts } = workload;
  const { preStop, stopping, grace, maxSurge, maxUnavailable, minReady } = workload;
  return {
    [kind]: `${namespace}/${name}`,
    pods,
    services,
    labels,
    startup: fromDistribution(startup),
    preStop: formatDuration(preStop),
    stopping: formatDuration(stopping),
    grace: formatDuration(grace),
    surge: writtenShare(maxSurge),
    unavailable: writtenShare(maxUnavailable),
    minReady: formatDuration(minReady),
    zone: zones,
    ...(every === 0 ? {} : { every: formatDuration(every) }),
    ...(lasts === 0 ? {} : { lasts: formatDuration(lasts) }),
  };
}

export function writtenCluster({ name, sync, services, proxies }: RemoteClusterSpec): object {
  return { name, sync: fromDistribution(sync), services, proxies };
}

function writtenShare(share: Share): string | number {
  return 'pods' in share ? share.pods : `${share.percent}%`;
}

export function writtenAllowance({ surgePercent, unavailablePercent }: RolloutEvent): object {
  return {
    ...(surgePercent === undefined ? {} : { surge: `${surgePercent}%` }),
    ...(unavailablePercent === undefined ? {} : { unavailable: `${unavailablePercent}%` }),
  };
}

export function writtenFleetEvent(what: FleetEvent): object {
  switch (what.do) {
    case 'restart':
      return { restart: 'istiod', how: what.how };
    case 'scaleIstiod':
      return { scale: 'istiod', to: what.replicas };
    case 'upgrade':
      return { upgrade: what.istio };
    case 'rollout':
    case 'deploys':
      return { [what.do]: what.workload, ...writtenAllowance(what) };
    case 'scale': {
      const to = what.isChange && what.pods > 0 ? `+${what.pods}` : what.pods;
      return { scale: what.workload, to: what.isChange ? String(to) : to };
    }
    case 'drain':
      return { drain: { zone: what.zone, pods: formatRate(what.per / what.pods) } };
    case 'job':
      return { job: what.workload };
    case 'slow':
      return { slow: { proxies: writtenSet(what.proxies), for: formatDuration(what.lasts) } };
    case 'drop': {
      const { proxies, count, again, silently } = what;
      return {
        drop: {
          proxies: writtenSet(proxies),
          ...(count === undefined ? {} : { count }),
          ...(again === undefined ? {} : { again: formatDuration(again) }),
          silently,
        },
      };
    }
    case 'canary': {
      const { tool, namespace, name, steps, pause, spacing, order } = what;
      const shares = steps.map((step) => `${step}%`);
      const times = { pause: formatDuration(pause), spacing: formatDuration(spacing) };
      return { canary: { tool, rollout: `${namespace}/${name}`, steps: shares, ...times, order } };
    }
  }
}
