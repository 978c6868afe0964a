/**
 * A push that its proxy may need (`xds/ads.go`: pushConnection): recomputes the proxy's state, decides what is needed,
 * generates and sends the types in order.
 */
import type { Nanos } from '../../engine/time.js';
import type { Delivery } from '../model/change.js';
import type { Connection } from '../model/connection.js';
import type { PushRequest } from '../model/push-request.js';
import type { ResponsePlan } from '../model/response-plan.js';
import { COMPLETE, MessageTask, type StreamOwner, type StreamSetup } from './message-task.js';
import { nack } from './nacked-changes.js';
import type { PushPlan } from './plan/push-plan.js';
import { recomputeState, stateWork } from './proxy-state.js';

export class PushTask extends MessageTask {
  protected readonly isPush = true;
  /** Undefined until the CPU time of the proxy's state has been asked for. */
  private stateCpu: Nanos | undefined;
  private messages: readonly ResponsePlan[] | undefined;
  private position = 0;
  private usedAt: Nanos = 0;
  private isFinished = false;

  /** `plan` is undefined for a push that recomputes the proxy's state before it can tell. */
  constructor(
    connection: Connection,
    setup: StreamSetup,
    stream: StreamOwner,
    readonly request: PushRequest,
    private plan: PushPlan | undefined,
  ) {
    super(connection, setup, stream);
  }

  protected proceed(): Nanos {
    if (this.isFinished) return COMPLETE;
    if (this.plan !== undefined) return this.begin(this.plan);
    const { connection, request } = this;
    const { profile, cost, planner, observer } = this.setup;
    if (this.stateCpu === undefined) {
      this.stateCpu = cost.proxyState(stateWork(connection, request, profile));
      return this.stateCpu;
    }
    recomputeState(connection, request, profile);
    const plan = planner.planFor(connection, request);
    if (plan.needed) return this.begin(plan);
    observer.skipped(connection, request, this.stateCpu);
    return this.finish();
  }

  protected messageEnded(usedAt: Nanos | undefined): Nanos {
    // The first message that cannot be sent ends the push.
    if (!this.connection.open) return this.finish();
    if (usedAt !== undefined && usedAt > this.usedAt) this.usedAt = usedAt;
    return this.nextMessage();
  }

  private begin(plan: PushPlan): Nanos {
    this.plan = plan;
    this.messages = this.inOrder(plan.types);
    this.usedAt = this.setup.sim.now;
    return this.nextMessage();
  }

  private nextMessage(): Nanos {
    const planned = this.messages![this.position];
    if (planned === undefined) return this.end();
    this.position += 1;
    const { request, connection } = this;
    return this.generate(planned, (request.context ?? connection.context).tables, request.start);
  }

  private end(): Nanos {
    const { connection, request } = this;
    const { observer, sim } = this.setup;
    const { delivers, awaitsEndpoints } = this.plan!;
    for (const change of delivers) {
      const isLost = this.holdIfRejected(change);
      if (awaitsEndpoints.includes(change)) {
        change.pendingCount += 1;
        connection.awaiting.push(change);
      } else if (!isLost && !connection.isHalfOpen) {
        observer.used(change, connection, this.usedAt);
      }
    }
    if (connection.open)
      observer.converged(connection, request, sim.now - (request.start ?? sim.now), this.stateCpu ?? 0);
    this.finish();
    // The slot is free; the transport has yet to write the rest.
    const left = this.messages!.length === 0 ? 0 : this.setup.cost.finish(this.size, this.connection.proxy.id);
    return left === 0 ? COMPLETE : left;
  }

  private finish(): typeof COMPLETE {
    this.isFinished = true;
    this.stream.finish(this.request);
    return COMPLETE;
  }

  private holdIfRejected(change: Delivery): boolean {
    if (this.rejected === undefined) return false;
    const { connection, setup } = this;
    const lost = this.rejected.filter((planned) => setup.planner.carries(planned, change, connection));
    if (lost.length > 0) nack(connection, change, lost, setup.observer);
    return lost.length > 0;
  }

  /** Everything but NDS and ECDS has its place; those two follow in either order. */
  private inOrder(types: readonly ResponsePlan[]): readonly ResponsePlan[] {
    const last = types.length - 1;
    if (types[last]?.type !== 'ecds' || types[last - 1]?.type !== 'nds' || this.setup.choice.integer(2) === 0)
      return types;
    return [...types.slice(0, last - 1), types[last], types[last - 1] as ResponsePlan];
  }
}
