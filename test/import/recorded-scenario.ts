/** A recording's set-up and operations as a scenario with its timeline, as an import would write them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  destinationRuleAt,
  gatewayAt,
  meshOf,
  serviceAt,
  virtualServiceAt,
} from '../../src/experiment/verify/set-up-mesh.js';
import type { Operation, Recording } from '../../src/import/recording.js';
import { RESOURCE_KINDS, type ResourceKind } from '../../src/istio/resource-kinds.js';
import type { ConfigObject } from '../../src/mesh/spec.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { newFolder } from './reading.js';

/** Operations begin this long after the recording's time 0. */
const LEAD_ms = 50;

type Fields = Record<string, unknown>;

/** @param starts when the recording's time 0 was, RFC 3339 */
export function recordedScenario(recording: Recording, starts: string): Scenario {
  const { setUp } = recording;
  const folder = newFolder();
  const { proxies, services, configs } = meshOf(setUp);
  const last = Math.max(...setUp.ops.map(({ at }) => at)) / 1000;
  const forced = setUp.ops.filter(({ op }) => op === 'full');
  const document = {
    description: `The recording ${setUp.name}`,
    istio: setUp.istio,
    istiod: {
      resources: { cpu: String(setUp.gomaxprocs) },
      env: { PILOT_DEBOUNCE_AFTER: `${setUp.debounceAfterMs}ms`, ...setUp.env },
      xds: setUp.xds,
    },
    mesh: {
      services: services.map(({ name, namespace, ports, endpoints }) => ({ name, namespace, ports, endpoints })),
      proxies: proxies.map(({ name, namespace, type, labels }) => ({ name, namespace, type, labels })),
      resources: configs.map(object),
    },
    costs: { network: '100us', envoyApply: '200us' },
    events: forced.map(({ at }) => ({ at: `${at + LEAD_ms}ms`, forcedPush: true })),
    timeline: 'events.jsonl',
  };
  const header = { timeline: 1, starts, lasts: `${last + 3}s` };
  const writes = setUp.ops.flatMap((operation) => linesOf(operation, setUp));
  writeFileSync(join(folder, 'events.jsonl'), [header, ...writes].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const parsed = parseScenario(JSON.stringify(document), { file: join(folder, 'cluster.yaml') });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.scenario;
}

function object({ kind, namespace, name, labels, spec }: ConfigObject): Fields {
  const { apiVersion, kind: written } = RESOURCE_KINDS[kind as ResourceKind];
  return { apiVersion, kind: written, metadata: { name, namespace, labels }, spec };
}

/** Some of the recorder's own writes reached the debounce twice. */
function linesOf(operation: Operation, setUp: Recording['setUp']): readonly Fields[] {
  const at = `${((operation.at + LEAD_ms) / 1000).toFixed(6)}s`;
  const apply = appliedBy(operation, setUp);
  if (apply === undefined) return [];
  const { name, namespace } = apply.metadata as Fields;
  const again = { apiVersion: apply.apiVersion, kind: apply.kind, namespace, name };
  const times = setUp.inboundPerOp[operation.op] ?? 1;
  return [{ at, apply }, ...Array.from({ length: times - 1 }, () => ({ at, touch: again }))];
}

function appliedBy({ op, svc, n, at }: Operation, { mesh }: Recording['setUp']): Fields | undefined {
  const { name, namespace, ports } = serviceAt(svc, mesh);
  // Each write has a content of its own.
  const marked = (config: ConfigObject): Fields => object({ ...config, spec: { ...config.spec, written: at } });
  switch (op) {
    case 'ep':
    case 'slice': {
      const addresses = Array.from({ length: n }, (_, i) => ({ addresses: [`10.${svc >> 8}.${svc & 255}.${i}`] }));
      const labels = { 'kubernetes.io/service-name': name };
      const metadata = { name: `${name}-abcde`, namespace, labels };
      return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, endpoints: addresses };
    }
    case 'svc':
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { ports: ports.map((port) => ({ name: port.name, port: port.number })) },
      };
    case 'vs':
      return marked(virtualServiceAt(svc, mesh));
    case 'dr':
      return marked(destinationRuleAt(svc, mesh));
    case 'gw':
      return marked(gatewayAt(svc));
    case 'full':
      return undefined;
  }
}
