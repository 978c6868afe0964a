/** The connections of all proxies: whom they reach, when they are cut off for their age, how long nobody served them. */
import type { Stream } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import { type Nanos, SECOND } from '../engine/time.js';
import { closingWait } from '../istio/connection-rules.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { ConnectionLife } from '../pipeline/7-proxy/envoy-options.js';
import type { XdsServer } from '../pipeline/model/xds-server.js';
import { Histogram } from '../stats/histogram.js';
import type { IstiodProcess } from './istiod-process.js';
import type { ConnectionSpec } from './spec.js';

/** gRPC spreads the age by a tenth (`internal/transport/http2_server.go`: getJitter). */
const JITTER = 0.1;
/** A peer that is gone without a word is noticed by the keepalive: a ping every 30 s, answered within 10 s. */
const KEEPALIVE: Nanos = 30 * SECOND;
const KEEPALIVE_TIMEOUT: Nanos = 10 * SECOND;

export interface ConnectionsSetup {
  readonly sim: Simulation;
  readonly spec: ConnectionSpec;
  /** No connection is cut off for its age at or after this. */
  readonly until: Nanos;
  readonly ages: Stream;
  readonly processOf: (server: XdsServer) => IstiodProcess | undefined;
  readonly onReady: (envoy: Envoy) => void;
  /** A proxy that had lost its connection, with what it knew then, is served again. */
  readonly onBack: (envoy: Envoy, since: Nanos) => void;
}

export class Connections implements ConnectionLife<Envoy> {
  /** From losing its connection, or from its start, until a proxy was served. */
  readonly timeToReady = new Histogram();
  /** Of connections that were cut off for their age. */
  readonly closedAges = new Histogram();
  /** The same, one by one, for who wants them. */
  readonly agesAtClose: Nanos[] = [];
  told: ((took: Nanos) => void) | undefined;
  refusedByLimiter = 0;
  unavailable = 0;
  opens = 0;
  timedOut = 0;
  firstReady: Nanos | undefined;
  /** By proxy id: since when nobody has served it; undefined: somebody does. */
  readonly #since: (Nanos | undefined)[] = [];
  /** Proxies with configuration that no istiod tells of anything, by id: since when. */
  readonly #away = new Map<number, Nanos>();
  readonly #timers: (number | undefined)[] = [];

  constructor(private readonly setup: ConnectionsSetup) {}

  /** The proxy begins to look for an istiod. */
  starts(envoy: Envoy): void {
    this.#since[envoy.proxy.id] = this.setup.sim.now;
    envoy.connect();
  }

  /** It looks no more. */
  forget(envoy: Envoy): void {
    this.#since[envoy.proxy.id] = undefined;
    this.#away.delete(envoy.proxy.id);
  }

  /** Proxies that have configuration, and no istiod tells them of anything. */
  get away(): number {
    return this.#away.size;
  }

  /** Proxies that nobody serves. */
  get waiting(): number {
    return this.#since.reduce<number>((sum, since) => sum + (since === undefined ? 0 : 1), 0);
  }

  refused(_: Envoy, why: 'unavailable' | 'limited'): void {
    if (why === 'limited') this.refusedByLimiter += 1;
    else this.unavailable += 1;
  }

  opened(envoy: Envoy, server: XdsServer): void {
    const process = this.setup.processOf(server);
    if (process === undefined) return;
    this.opens += 1;
    process.envoys.add(envoy);
    process.connectionsMax = Math.max(process.connectionsMax, process.envoys.size);
    this.#limitAge(envoy, process, envoy.isServed);
  }

  closed(envoy: Envoy, server: XdsServer): void {
    const { id } = envoy.proxy;
    this.setup.processOf(server)?.envoys.delete(envoy);
    this.#since[id] ??= this.setup.sim.now;
    this.hearsNothing(envoy);
    const timer = this.#timers[id];
    if (timer !== undefined) this.setup.sim.cancel(timer);
    this.#timers[id] = undefined;
  }

  /** From now on no istiod tells it of anything: it has no connection, or its istiod is about to stop. */
  hearsNothing(envoy: Envoy): void {
    const { id } = envoy.proxy;
    if (envoy.hasConfiguration && !this.#away.has(id)) this.#away.set(id, this.setup.sim.now);
  }

  served(envoy: Envoy): void {
    const { id } = envoy.proxy;
    const since = this.#since[id];
    if (since === undefined) return;
    this.#since[id] = undefined;
    const lost = this.#away.get(id);
    if (this.#away.delete(id) && lost !== undefined) this.setup.onBack(envoy, lost);
    const took = this.setup.sim.now - since;
    this.timeToReady.add(took);
    this.told?.(took);
    this.firstReady = Math.min(this.firstReady ?? took, took);
  }

  cutOff(): void {
    this.timedOut += 1;
  }

  ready(envoy: Envoy): void {
    this.setup.onReady(envoy);
  }

  /** The connection of one that has ended without a word stays until the keepalive notices. */
  vanish(envoy: Envoy): void {
    const { sim, ages } = this.setup;
    const left = envoy.end(true);
    this.#away.delete(envoy.proxy.id);
    if (left === undefined) return;
    sim.after(Math.round(ages.uniform() * KEEPALIVE) + KEEPALIVE_TIMEOUT, () => {
      if (left.connection.open) left.close();
    });
  }

  /** `isOld`: it has been there before the run, for as long as may be. */
  #limitAge(envoy: Envoy, process: IstiodProcess, isOld: boolean): void {
    const { sim, spec, ages, until } = this.setup;
    const { maxAge, grace } = spec;
    if (maxAge === 0) return;
    const age = maxAge * (1 - JITTER + 2 * JITTER * ages.uniform());
    const left = isOld ? age * ages.uniform() : age;
    const lasts = Math.round(left) + grace + closingWait(process.istio);
    if (sim.now + lasts >= until) return;
    this.#timers[envoy.proxy.id] = sim.after(lasts, () => {
      this.#timers[envoy.proxy.id] = undefined;
      if (!envoy.isConnected) return;
      this.closedAges.add(lasts);
      if (this.told !== undefined) this.agesAtClose.push(lasts);
      envoy.cut();
    });
  }
}
