/** A Scenario in the grammar it was written in, with every default visible: reading it gives an equal Scenario. */
import { stringify } from 'yaml';
import { z } from 'zod';
import type { EventEffect, EventSpec, ReadyChange, Target, TimelineSpec, Timing } from '../../cluster/event-spec.js';
import { fields, list } from '../../mesh/config/fields.js';
import type { ServiceSpec } from '../../mesh/spec.js';
import type { Scenario } from '../scenario.js';
import { GatewayGroup, ServiceGroup } from '../schema/mesh.js';
import { fromDistribution } from '../units/distribution.js';
import { formatBytesExactly, formatCores } from '../units/quantities.js';
import { formatDuration, formatRate } from '../units/units.js';
import { ownPart } from './clusters.js';
import { writtenAllowance, writtenCluster, writtenFleet, writtenFleetEvent, writtenWorkload } from './written-fleet.js';
import { toApplied, toPod, toResource, toSlice } from './written-objects.js';
import { writtenSet } from './written-set.js';

/** Generators appear as the objects they made, defaults as if they had been written. */
export function resolvedYaml(scenario: Scenario): string {
  return stringify(toWritten(scenario), { lineWidth: 120, aliasDuplicateObjects: false });
}

/**
 * The same with the mesh as it was written: groups and files stay what they are, with their defaults. What a file holds is
 * a reader's to look up; hundreds of alike services say nothing that the group does not.
 */
export function foldedYaml(scenario: Scenario, document: unknown): string {
  const whole = toWritten(scenario) as { readonly mesh: object };
  const { rootNamespace, discoverySelectors } = scenario.mesh;
  const { generate, ...mesh } = fields(fields(document).mesh);
  const groups = list(generate).map((group) => ({
    ...('gateway' in group ? { namespace: rootNamespace, ...GATEWAY_DEFAULTS } : GROUP_DEFAULTS),
    ...group,
  }));
  const folded = { rootNamespace, discoverySelectors, ...mesh, ...(groups.length === 0 ? {} : { generate: groups }) };
  return stringify({ ...whole, mesh: folded }, { lineWidth: 120, aliasDuplicateObjects: false });
}

function defaultsOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, of]) =>
      typeof of === 'object' && of.default !== undefined ? [[key, of.default]] : [],
    ),
  );
}

const GROUP_DEFAULTS = defaultsOf(ServiceGroup);
const GATEWAY_DEFAULTS = defaultsOf(GatewayGroup);

function toWritten(scenario: Scenario): unknown {
  const { name, description, istio, istiod, mesh, costs, run, fleet } = scenario;
  const { model, speed, lockContention, contextInit, proxyState, generate, bytes, ...waits } = costs;
  // Those of the timeline are in its file.
  const { configs, services: _services, proxies: _proxies, slices: _slices, pods = [], ...listed } = mesh;
  const slices = (mesh.slices ?? []).slice(0, (mesh.slices?.length ?? 0) - (scenario.timeline?.slices ?? 0));
  const clusters = fleet?.clusters ?? [];
  const own = ownPart(mesh, clusters);
  const sliced = new Set(slices.map(({ namespace, service }) => `${namespace}/${service}`));
  const mapValues = <T>(values: Readonly<Record<string, T>>, write: (value: T) => unknown) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, write(value)]));
  return {
    name,
    description,
    istio,
    istiod: {
      resources: { cpu: formatCores(istiod.cpuCores), memory: formatBytesExactly(istiod.memoryBytes) },
      env: istiod.env,
      xds: istiod.xds,
      replicas: fleet?.replicas ?? 1,
      ...(fleet === undefined ? {} : writtenFleet(fleet)),
    },
    mesh: {
      ...listed,
      ...own,
      services: own.services.map((service) => writtenService(service, sliced)),
      ...(clusters.length === 0 ? {} : { clusters: clusters.map(writtenCluster) }),
      ...(fleet === undefined || fleet.workloads.length === 0
        ? {}
        : { workloads: fleet.workloads.map(writtenWorkload) }),
      resources: [...pods.map(toPod), ...slices.map(toSlice), ...configs.map(toResource)],
    },
    events: scenario.events.map(writtenEvent),
    ...(scenario.timeline === undefined ? {} : { timeline: writtenTimeline(scenario.timeline) }),
    costs: {
      model,
      lockContention,
      // What the other model reads is nobody's: defaults.
      ...(model === 'mesh'
        ? { speed }
        : {
            context: fromDistribution(contextInit),
            proxyState: fromDistribution(proxyState),
            generate: mapValues(generate, fromDistribution),
            bytes: mapValues(bytes, formatBytesExactly),
          }),
      ...mapValues(waits, fromDistribution),
    },
    run: { ...run, duration: formatDuration(run.duration), warmUp: formatDuration(run.warmUp) },
    thresholds: scenario.thresholds.map(({ text }) => text),
  };
}

/** What its slices say of its endpoints is not said twice. */
function writtenService(service: ServiceSpec, sliced: ReadonlySet<string>): unknown {
  const { labelled, accounts: _accounts, ...rest } = service;
  if (labelled === undefined || sliced.has(`${service.namespace}/${service.name}`)) return rest;
  return { ...rest, endpoints: labelled.map(({ labels, ready }) => ({ count: ready, labels })) };
}

function writtenTimeline({ file, from, until, speedUp }: TimelineSpec): unknown {
  return {
    file,
    from: formatDuration(from),
    ...(until === undefined ? {} : { until: formatDuration(until) }),
    speedUp,
  };
}

function writtenEvent({ name, source, when, what }: EventSpec): unknown {
  const actor = source === undefined || source === name ? {} : { source };
  if (what.do === 'deploys' && when.kind === 'poisson') {
    const times = { from: formatDuration(when.at), until: formatDuration(when.until) };
    return {
      name,
      ...actor,
      deploys: formatRate(when.meanGap),
      ...times,
      of: what.workload,
      ...writtenAllowance(what),
    };
  }
  return { name, ...actor, ...writtenTiming(when), ...writtenEffect(what) };
}

function writtenTiming(when: Timing): object {
  if (when.kind === 'poisson') {
    return { poisson: formatRate(when.meanGap), from: formatDuration(when.at), until: formatDuration(when.until) };
  }
  return { at: formatDuration(when.at), repeat: when.count, every: formatDuration(when.every) };
}

function writtenEffect(what: EventEffect): object {
  switch (what.do) {
    case 'create': {
      const { do: _do, kinds, name, spacing, ...rest } = what;
      return { create: kinds, named: name, spacing: formatDuration(spacing), ...rest };
    }
    case 'apply':
      return { apply: what.objects.map(toApplied), spacing: formatDuration(what.spacing) };
    case 'update':
      return { update: { kind: what.kind, target: writtenTarget(what.target), change: what.change } };
    case 'delete':
      return { delete: { kind: what.kind, target: writtenTarget(what.target) } };
    case 'endpoints':
      return {
        endpoints: {
          services: writtenTarget(what.target),
          ready: writtenReady(what.ready),
          ...(what.labels === undefined ? {} : { labels: what.labels }),
        },
      };
    case 'reject':
      return { reject: { proxies: writtenSet(what.proxies), types: what.types, for: formatDuration(what.lasts) } };
    case 'proxyUpdate':
      return { proxyUpdate: writtenTarget(what.target) };
    case 'forcedPush':
      return { forcedPush: true };
    default:
      return writtenFleetEvent(what);
  }
}

function writtenTarget(target: Target): string {
  if (target.pick === 'named') return `${target.namespace}/${target.name}`;
  return target.namespace === undefined ? target.pick : `${target.namespace}/*`;
}

function writtenReady(ready: ReadyChange): string | number {
  if ('set' in ready) return ready.set;
  if ('least' in ready) return `${ready.least}..${ready.most}`;
  if ('flap' in ready) return `+${ready.flap}/-${ready.flap}`;
  return ready.add < 0 ? String(ready.add) : `+${ready.add}`;
}
