/**
 * One connection's stream goroutine and the sender that hands it pushes (`xds/ads.go`: Stream, pushConnection;
 * `pkg/xds/server.go`). The stream does everything of one proxy in sequence: it serves waiting requests first, then
 * waits for either a request or a push. A push recomputes the proxy's state, decides what is needed, generates and
 * sends the types in order, and only then gives its slot back.
 *
 *     dispatcher ──► sender ──(unbuffered: waits until the stream is ready to receive)──► stream ──► proxy
 *                                                             requests ──► mailbox ──┘
 */
import type { CostModel, Generation } from '../cost/model.js';
import { assert } from '../engine/assert.js';
import { FINISHED, Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Simulation } from '../engine/simulation.js';
import type { Stream } from '../engine/streams.js';
import type { Nanos } from '../engine/time.js';
import { XDS_TYPES, type XdsType } from '../mesh/xds-types.js';
import { type Change, settle } from './change.js';
import type { Connection, XdsRequest } from './connection.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import { adoptContext, recomputeState, stateWork, wholeState } from './proxy-state.js';
import type { PlannedType, Planner, PushPlan } from './push-plan.js';
import type { PushRequest } from './push-request.js';
import { answerTo } from './request-answer.js';
import { recomputesState } from './request-rules.js';

export interface StreamOptions {
  readonly profile: Profile;
  readonly xds: 'sotw' | 'delta';
  readonly planner: Planner;
  readonly cost: CostModel;
  /** Go's choice when a request and a push are both ready, and of the order of NDS and ECDS. */
  readonly choice: Stream;
}

/** Puts a message on the wire; answers when its proxy will use it. */
export type Transmit = (connection: Connection, type: XdsType, answer: boolean) => Nanos;

export interface XdsStream {
  /** Blocks the slot until the push has finished; `done` releases it. */
  push(request: PushRequest, done: () => void): void;
  request(request: XdsRequest): void;
  close(): void;
}

interface Work {
  readonly steps: Iterator<Nanos, void>;
}

export function createXdsStream(
  connection: Connection,
  sim: Simulation,
  processor: Processor,
  options: StreamOptions,
  next: Transmit,
  probe: Probe,
): XdsStream {
  const { profile, planner, cost } = options;
  const requests = new Ring<XdsRequest>();
  let offered: { readonly request: PushRequest; readonly done: () => void } | undefined;
  let taken: typeof offered;
  let initialised = connection.watched.cds;
  let looksAtRequestsOnly = true;
  let selecting = initialised;
  let handedOver: 'request' | 'push' | undefined;
  let work: Work | undefined;

  const stream = new Goroutine('stream', resume);
  const sender = new Goroutine('sender', send);

  function send(): Nanos {
    if (offered !== undefined && (selecting || !connection.open)) {
      if (!connection.open) {
        const { request, done } = offered;
        offered = undefined;
        settle(request.changes, probe);
        done();
      } else {
        handOver('push');
      }
    }
    return PARKED;
  }

  /** The stream waits in its select: whoever comes first has it. */
  function handOver(what: 'request' | 'push'): void {
    if (!selecting) return;
    selecting = false;
    handedOver = what;
    processor.wake(stream);
  }

  function resume(): Nanos {
    for (;;) {
      if (work !== undefined) {
        const step = work.steps.next();
        if (step.done !== true) return step.value;
        work = undefined;
      }
      if (!connection.open) return closeDown();
      const choice = choose();
      if (choice === undefined) return PARKED;
      work = { steps: choice === 'request' ? serve(requests.shift() as XdsRequest) : runPush() };
    }
  }

  function choose(): 'request' | 'push' | undefined {
    if (handedOver !== undefined) {
      const what = handedOver;
      handedOver = undefined;
      looksAtRequestsOnly = true;
      return what;
    }
    if (looksAtRequestsOnly) {
      looksAtRequestsOnly = false;
      if (requests.length > 0) return 'request';
    }
    const pushReady = initialised && offered !== undefined;
    if (requests.length === 0 && !pushReady) {
      selecting = initialised;
      return undefined;
    }
    looksAtRequestsOnly = true;
    if (requests.length > 0 && pushReady) return options.choice.integer(2) === 0 ? 'request' : 'push';
    return pushReady ? 'push' : 'request';
  }

  function* runPush(): Generator<Nanos, void> {
    assert(offered !== undefined, 'a push is received from its sender');
    taken = offered;
    offered = undefined;
    processor.wake(sender);
    probe.taken(connection);
    const { request, done } = taken;
    let cpu: Nanos = 0;
    if (recomputesState(request, profile)) {
      cpu = cost.proxyState(stateWork(connection, request, profile));
      yield cpu;
      recomputeState(connection, request, profile);
    }
    const plan = planner.planFor(connection, request);
    if (plan.needed) {
      yield* pushTypes(request, plan);
      if (connection.open) probe.converged(connection, request, sim.now - (request.start ?? sim.now), cpu);
    } else {
      probe.skipped(connection, request, cpu);
    }
    settle(request.changes, probe);
    taken = undefined;
    done();
  }

  function* pushTypes(request: PushRequest, plan: PushPlan): Generator<Nanos, void> {
    let usedAt = sim.now;
    for (const planned of inOrder(plan.types)) {
      const sentAt = yield* generateAndSend(
        planned,
        request.context?.tables ?? connection.context.tables,
        request.start,
        false,
      );
      // The first message that cannot be sent ends the push.
      if (!connection.open) return;
      usedAt = Math.max(usedAt, sentAt ?? usedAt);
    }
    for (const change of plan.brings) {
      if (plan.awaits.includes(change)) {
        change.outstanding += 1;
        connection.awaiting.push(change);
      } else {
        probe.used(change, connection, usedAt);
      }
    }
  }

  function* serve(request: XdsRequest): Generator<Nanos, void> {
    if (!initialised) {
      yield cost.connect() + cost.proxyState(wholeState(connection));
      initialised = true;
    }
    yield cost.acknowledge(request.names?.size ?? 0);
    const answer = answerTo(request, connection, options.xds, probe);
    if (answer === undefined) {
      if (request.type === 'eds') resolveAwaited(undefined);
      return;
    }
    if (connection.scope.contextNumber !== connection.context.number) {
      yield cost.proxyState({ ...wholeState(connection), targets: false });
      adoptContext(connection);
    }
    const { tables } = connection.context;
    const whole = { delta: options.xds === 'delta' && answer.names !== undefined, sends: true };
    const usedAt = yield* generateAndSend(
      { type: request.type, names: answer.names, ...whole },
      tables,
      connection.lastPushStart,
      true,
    );
    if (
      request.type === 'cds' &&
      options.xds === 'delta' &&
      profile.forcesEdsAfterDeltaCds &&
      connection.watched.eds !== undefined
    ) {
      yield* generateAndSend(
        { type: 'eds', names: undefined, delta: false, sends: true },
        tables,
        connection.lastPushStart,
        true,
      );
    }
    if (request.type === 'eds') resolveAwaited(usedAt);
  }

  /**
   * Endpoints were asked for, and answered for use from `usedAt` on: that is when changes are in use whose clusters are
   * all subscribed now. Changes whose clusters have gone again meanwhile are settled without an answer.
   */
  function resolveAwaited(usedAt: Nanos | undefined): void {
    if (connection.awaiting.length === 0) return;
    const missing = connection.unwatchedEndpoints();
    const waits = (change: Change): boolean => change.keys.some((key) => missing.includes(key.dependency));
    const resolved = connection.awaiting.filter((change) => !waits(change));
    const waiting = connection.awaiting.filter(waits);
    connection.awaiting.splice(0, connection.awaiting.length, ...waiting);
    if (usedAt !== undefined) for (const change of resolved) probe.used(change, connection, usedAt);
    settle(resolved, probe);
  }

  function* generateAndSend(
    planned: PlannedType,
    tables: Generation['tables'],
    start: Nanos | undefined,
    answer: boolean,
  ): Generator<Nanos, Nanos | undefined> {
    const { type, names, delta } = planned;
    const began = sim.now;
    const { proxy, scope, gateway } = connection;
    const watched = connection.watched.eds;
    const generation: Generation = {
      type,
      proxy,
      scope,
      gateway,
      tables,
      names,
      watched,
      delta,
      sends: planned.sends,
      start,
    };
    let cpu: Nanos = 0;
    const work = cost.generate(generation);
    if (typeof work === 'number') {
      cpu = work;
      yield work;
    } else
      for (let piece = work(); piece !== undefined; piece = work()) {
        cpu += piece;
        yield piece;
      }
    const generated = sim.now - began;
    if (!planned.sends || !connection.open) return undefined;
    const sending = cost.send(generation);
    cpu += sending;
    yield sending;
    connection.nonces[XDS_TYPES.indexOf(type)]! += 1;
    const usedAt = next(connection, type, answer);
    const took = sim.now - began;
    probe.sent(connection, type, { took, generated, cpu, bytes: cost.bytes(generation), answer, planned });
    return usedAt;
  }

  /** Everything but NDS and ECDS has its place; those two follow in either order. */
  function inOrder(types: readonly PlannedType[]): readonly PlannedType[] {
    const last = types.length - 1;
    if (types[last]?.type !== 'ecds' || types[last - 1]?.type !== 'nds' || options.choice.integer(2) === 0)
      return types;
    return [...types.slice(0, last - 1), types[last], types[last - 1] as PlannedType];
  }

  function closeDown(): Nanos {
    settle(connection.awaiting, probe);
    connection.awaiting.length = 0;
    if (offered !== undefined) processor.wake(sender);
    return FINISHED;
  }

  return {
    push(request, done) {
      assert(offered === undefined && taken === undefined, 'one push at a time for one connection');
      offered = { request, done };
      processor.wake(sender);
    },
    request(request) {
      requests.push(request);
      if (selecting) handOver('request');
      else processor.wake(stream);
    },
    close() {
      connection.open = false;
      processor.wake(sender);
      processor.wake(stream);
    },
  };
}
