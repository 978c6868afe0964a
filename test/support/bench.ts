/**
 * A whole istiod on a bench: a mesh, a list as its observer, costs that are plain constants, and writes at given times.
 *
 *     const bench = istiodBench({ version: '1.17', mesh: meshOf({ … }) });
 *     bench.at(0).change('vs/cart');
 *     bench.run();
 *     expect(bench.notes.rounds)…
 */
import { flatCostModel } from '../../src/cost/flat.js';
import type { CostModel } from '../../src/cost/model.js';
import { FifoProcessor } from '../../src/engine/cpu/fifo-processor.js';
import type { Processor } from '../../src/engine/cpu/processor.js';
import type { Distribution } from '../../src/engine/random/distributions.js';
import { streams as createStreams, type Streams } from '../../src/engine/random/streams.js';
import { Simulation } from '../../src/engine/simulation.js';
import { createProxies, type Proxies } from '../../src/fleet/proxies.js';
import type { ConfigKind } from '../../src/istio/kinds.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import { profileOf } from '../../src/istio/profile.js';
import { XDS_TYPES, type XdsType } from '../../src/istio/xds-types.js';
import { createRecorder } from '../../src/measure/recorder/recorder.js';
import type { RunResult } from '../../src/measure/recorder/result.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { Proxy } from '../../src/mesh/proxies.js';
import type { ConfigObject, MeshSpec, ServiceSpec } from '../../src/mesh/spec.js';
import { createIstiod, type Istiod } from '../../src/pipeline/istiod.js';
import { type Delivery, newChange } from '../../src/pipeline/model/change.js';
import type { Edit, EndpointsEvent, WatchEvent } from '../../src/pipeline/model/watch-event.js';
import { type Observer, SILENT } from '../../src/pipeline/observer.js';
import { defaultOptions, type IstiodOptions, meshRules } from '../../src/pipeline/options.js';
import { destinationRule, gateway, HOME, hostOf, meshOf, object, placed, service, virtualService } from './mesh.js';
import { both, type Notes, takeNotes } from './notes.js';
import { ms } from './time.js';

export const VERSIONS: readonly IstioVersion[] = ['1.17', '1.30', '1.32-dev'];

export interface BenchSetup {
  readonly version?: IstioVersion;
  readonly mesh?: MeshSpec;
  readonly options?: Partial<IstiodOptions>;
  readonly cores?: number;
  readonly seed?: string;
  /** Told everything, beside the notes. */
  readonly observer?: Observer;
  readonly simulation?: Simulation;
  /** Another processor than the first-in first-out one. */
  readonly processor?: (simulation: Simulation, streams: Streams) => Processor;
  /** Milliseconds of CPU, the same each time; 0 unless said. */
  readonly decode?: number;
  readonly handler?: number;
  readonly background?: number;
  readonly contextInit?: number;
  readonly proxyState?: number;
  readonly generate?: number;
  /** Whether endpoint updates and generators of endpoints wait for each other. */
  readonly lockContention?: boolean;
  /** In place of these. */
  readonly cost?: Partial<CostModel>;
  /** Milliseconds on the wire and in Envoy. */
  readonly network?: number;
  readonly envoyApply?: number;
  /** Whether the proxies have their configuration at 0, or connect then, or the test connects them itself. */
  readonly start?: 'synced' | 'cold' | 'none';
}

export interface Writes {
  /** Writes an object: `vs/cart`, `secret/other-namespace/cert`. */
  change(
    what: string,
    parts?: { readonly spec?: ConfigObject['spec']; readonly labels?: ConfigObject['labels']; readonly edit?: Edit },
  ): void;
  remove(what: string): void;
  service(what: string, parts?: Partial<ServiceSpec>): void;
  removeService(what: string): void;
  endpoints(
    what: string,
    ready: number,
    parts?: Partial<Pick<EndpointsEvent, 'changed' | 'attributesOnly' | 'accounts'>>,
  ): void;
  /** Of a ServiceEntry's host. */
  endpointsOf(host: string, ready: number): void;
  /** The pod of this proxy became ready. */
  pod(proxy: string): void;
  meshConfig(): void;
}

export interface Bench {
  readonly simulation: Simulation;
  readonly processor: Processor;
  readonly mesh: Mesh;
  readonly istiod: Istiod;
  readonly proxies: Proxies;
  connect(proxy: Proxy, state: 'synced' | 'cold'): void;
  readonly notes: Notes;
  readonly changes: readonly Delivery[];
  at(milliseconds: number): Writes;
  /** Until nothing is left to do, or until so many milliseconds. */
  run(until?: number): void;
  /** istiod's metrics so far. */
  metrics(): RunResult['metrics'];
}

const SHORT: Readonly<Record<string, ConfigKind>> = {
  vs: 'VirtualService',
  dr: 'DestinationRule',
  gw: 'Gateway',
  sidecar: 'Sidecar',
  ef: 'EnvoyFilter',
  pa: 'PeerAuthentication',
  ap: 'AuthorizationPolicy',
  ra: 'RequestAuthentication',
  telemetry: 'Telemetry',
  wasm: 'WasmPlugin',
  pc: 'ProxyConfig',
  secret: 'Secret',
  configmap: 'ConfigMap',
};

/** `vs/cart` and `VirtualService/shop/cart` are the same object. */
export function named(what: string): { readonly kind: ConfigKind; readonly name: string } {
  const slash = what.indexOf('/');
  const kind = what.slice(0, slash);
  return { kind: SHORT[kind] ?? (kind as ConfigKind), name: what.slice(slash + 1) };
}

/** Routes, rules and gateways are for the service of their name unless the test says otherwise. */
export function written(what: string, spec?: ConfigObject['spec'], labels?: ConfigObject['labels']): ConfigObject {
  const { kind, name } = named(what);
  const make = { VirtualService: virtualService, DestinationRule: destinationRule, Gateway: gateway }[kind as string];
  const usual = make?.(name).spec;
  return object(kind, name, spec ?? usual, labels);
}

export function constant(milliseconds: number): Distribution {
  return { kind: 'constant', value: ms(milliseconds) };
}

/** The same for each type. */
export function perType<T>(value: T): Record<XdsType, T> {
  return Object.fromEntries(XDS_TYPES.map((type) => [type, value])) as Record<XdsType, T>;
}

export function istiodBench(setup: BenchSetup): Bench {
  const simulation = setup.simulation ?? new Simulation();
  const streams = createStreams(setup.seed ?? 'bench', 0);
  const processor = setup.processor?.(simulation, streams) ?? new FifoProcessor(simulation, setup.cores ?? Infinity);
  const notes = takeNotes(simulation);
  const profile = profileOf(setup.version ?? '1.30');
  const recorder = createRecorder(simulation, profile.countedOnce, 0);
  const options = { ...defaultOptions(profile, 2), ...setup.options };
  const mesh = new Mesh(setup.mesh ?? meshOf({}), meshRules(profile, options));
  const generate = constant(setup.generate ?? 0);
  const changes: Delivery[] = [];
  const istiod = createIstiod(
    simulation,
    processor,
    {
      profile,
      options,
      mesh,
      cost: {
        ...flatCostModel(
          {
            contextInit: constant(setup.contextInit ?? 0),
            proxyState: constant(setup.proxyState ?? 0),
            generate: perType(generate),
            bytes: perType(1_000),
          },
          streams,
        ),
        handler: () => ({
          decode: ms(setup.decode ?? 0),
          handle: ms(setup.handler ?? 0),
          after: ms(setup.background ?? 0),
        }),
        ...setup.cost,
      },
      streams,
      eventsWokenBy: 'network',
      lockContention: setup.lockContention ?? false,
    },
    both(both(both(notes.observer, recorder), setup.observer ?? SILENT), {
      ...SILENT,
      observed: (_, delivery) => changes.push(delivery),
    }),
  );
  const proxies = createProxies(simulation, {
    proxies: mesh.proxies,
    xds: options.xds,
    network: () => ms(setup.network ?? 0),
    envoyApply: () => ms(setup.envoyApply ?? 0),
    streams,
  });
  if (setup.start !== 'none') for (const proxy of mesh.proxies) connect(proxy, setup.start ?? 'synced');

  function connect({ id }: Proxy, state: 'synced' | 'cold'): void {
    const envoy = proxies.envoys[id]!;
    if (state === 'synced') envoy.resume(istiod);
    else envoy.connect(istiod);
  }

  let writes = 0;

  function at(milliseconds: number): Writes {
    const observe = (event: WatchEvent): void => {
      const change = newChange(writes++, 'test', ms(milliseconds));
      simulation.at(change.at, () => istiod.observe(event, change));
    };
    return {
      change(what, { spec, labels, edit = 'spec' } = {}) {
        observe({ of: 'config', action: 'write', object: written(what, spec, labels), edit });
      },
      remove(what) {
        const { kind, name } = named(what);
        observe({ of: 'config', action: 'delete', kind, ...placed(name) });
      },
      service(what, parts) {
        observe({ of: 'service', action: 'write', service: service(what, parts) });
      },
      removeService(what) {
        observe({ of: 'service', action: 'delete', namespace: placed(what).namespace, host: hostOf(what) });
      },
      endpoints(what, ready, parts = {}) {
        const { namespace } = placed(what);
        observe({ of: 'endpoints', namespace, host: hostOf(what), ready, changed: true, ...parts });
      },
      endpointsOf(host, ready) {
        observe({ of: 'endpoints', namespace: HOME, host, ready, changed: true });
      },
      pod(proxy) {
        const known = mesh.proxies.find(({ name }) => name === proxy);
        if (known === undefined) throw new Error(`no proxy is called ${proxy}`);
        observe({ of: 'pod', proxy: known.id });
      },
      meshConfig() {
        observe({ of: 'mesh' });
      },
    };
  }

  return {
    simulation,
    processor,
    mesh,
    istiod,
    proxies,
    connect,
    notes,
    changes,
    at,
    run: (until) => simulation.run(until === undefined ? undefined : ms(until)),
    metrics: () =>
      recorder.result({
        cores: 1,
        busyNanos: processor.busyNanos,
        heapBytes: 0,
        heapBytesMax: 0,
        processBytesMax: 0,
        memoryBytes: 0,
        proxies: mesh.proxies.length,
      }).metrics,
  };
}
