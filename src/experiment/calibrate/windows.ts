/**
 * Operations of a recording that can be looked at alone: nothing else was going on, so what was measured after each is
 * its own work. Medians over proxies are the warm cost; the first proxy of a kind shows the cold one.
 */
import { coldFactor } from '../../cost/warm-up.js';
import type { Recording, Row, SetUp } from '../../import/recording.js';
import { median } from '../../stats/median.js';

export interface Window {
  readonly setUp: SetUp;
  readonly op: string;
  /** The operation's argument: endpoints written. */
  readonly n: number;
  readonly rows: readonly Row[];
  /** Services every sidecar of the set-up sees. */
  readonly visible: number;
  /** VirtualServices that every sidecar sees, and routes of them beyond the second of each. */
  readonly virtualServices: number;
  readonly moreRoutes: number;
  /** Objects in force, whoever sees them. */
  readonly objects: { readonly virtualServices: number; readonly destinationRules: number; readonly gateways: number };
  /** From the operation to the debounce loop's first update, microseconds. */
  readonly handled_us: number | undefined;
}

/** Quiet time on both sides of an operation that stands alone. */
const ALONE_US = 650_000;

export function windowsOf({ setUp, rows }: Recording): readonly Window[] {
  const ops = rows.filter((row) => row.event === 'op');
  const { mesh } = setUp;
  const routed = new Set(Array.from({ length: mesh.virtualServices }, (_, index) => index));
  const ruled = new Set(Array.from({ length: mesh.destinationRules }, (_, index) => index));
  const moreRoutes = new Map<number, number>();
  let gateways = mesh.gateways ?? 0;
  const windows: Window[] = [];
  for (const [index, op] of ops.entries()) {
    const planned = setUp.ops[index];
    if (planned?.op === 'vs' || planned?.op === 'vsr') routed.add(planned.svc);
    if (planned?.op === 'vsr') moreRoutes.set(planned.svc, planned.n - 1);
    if (planned?.op === 'vs') moreRoutes.delete(planned.svc);
    if (planned?.op === 'dr') ruled.add(planned.svc);
    if (planned?.op === 'gw') gateways += 1;
    const before = ops[index - 1]?.at_us ?? Number.NEGATIVE_INFINITY;
    const after = ops[index + 1]?.at_us ?? Number.POSITIVE_INFINITY;
    const inside = rows.filter((row) => row.at_us >= op.at_us && row.at_us < after);
    const far = op.at_us - before >= ALONE_US && after - op.at_us >= ALONE_US;
    if (!far && !isOnePush(inside, setUp)) continue;
    const inbound = inside.find((row) => row.event === 'inbound');
    windows.push({
      setUp,
      op: op.type,
      n: op.n,
      rows: inside,
      visible: visibleServices(setUp),
      virtualServices: mesh.sidecar === '' ? routed.size : 0,
      moreRoutes: mesh.sidecar === '' ? [...moreRoutes.values()].reduce((sum, n) => sum + n, 0) : 0,
      objects: {
        virtualServices: routed.size + (mesh.gatewayVirtualServices ?? 0),
        destinationRules: ruled.size,
        gateways,
      },
      handled_us: inbound === undefined ? undefined : inbound.at_us - op.at_us,
    });
  }
  return windows;
}

/** Whether the operation's push, and no other, began and reached every proxy before the next operation. */
function isOnePush(rows: readonly Row[], { proxies }: SetUp): boolean {
  const [push, ...others] = rows.filter((row) => row.event === 'push_start');
  const converged = rows.filter((row) => row.event === 'converged').length;
  if (push === undefined || others.length > 0 || push.n > 1) return false;
  return converged === proxies.sidecars + proxies.gateways;
}

function visibleServices({ mesh }: SetUp): number {
  if (mesh.hiddenNamespace) return 0;
  if (mesh.sidecar === 'mesh') return mesh.services / mesh.namespaces;
  if (mesh.sidecar === 'hosts') return mesh.scopeHosts;
  return mesh.services;
}

/** Microseconds of generation of one type in a window, in the order of the messages. */
export function generations(window: Window, type: string): readonly number[] {
  const { sidecars } = window.setUp.proxies;
  return window.rows
    .filter((row) => row.event === 'message' && row.type === type && row.proxy < sidecars)
    .map((row) => row.gen_us);
}

/** The same of gateways. */
export function gatewayGenerations(window: Window, type: string): readonly number[] {
  const { sidecars } = window.setUp.proxies;
  return window.rows
    .filter((row) => row.event === 'message' && row.type === type && row.proxy >= sidecars)
    .map((row) => row.gen_us);
}

/** The typical time of a pass that finds everything warm. */
export function warm(times: readonly number[]): number {
  return median(times.map((time, passes) => time / coldFactor(passes)));
}

/** What the most expensive pass took beyond what its place in the row explains. */
export function extra(times: readonly number[]): number {
  const typical = warm(times);
  return Math.max(...times.map((time, passes) => time - typical * coldFactor(passes)));
}
