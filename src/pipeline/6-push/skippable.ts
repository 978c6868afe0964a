/**
 * The fast path of most pushes of most runs: the proxy needs nothing of them, and finding that out takes no time. It saves
 * waking the sender and the stream; `test/pipeline/skipped-pushes.test.ts` holds it equal to the path through both.
 */
import type { ConnectionTable } from '../model/connection-table.js';
import type { PushRequest } from '../model/push-request.js';
import { recomputesState } from '../model/request-rules.js';
import type { StreamSetup } from './message-task.js';

/**
 * How many of the first so many connections, up to the first one for which that does not hold, have a sender and a stream
 * that wait, and would find at once that the proxy needs nothing of the push: so it is with most pushes of most runs.
 */
export function skippable(
  ids: Int32Array,
  count: number,
  request: PushRequest,
  { isAtRest }: ConnectionTable,
  { planner, profile }: StreamSetup,
): number {
  if (recomputesState(request, profile)) return 0;
  let atRest = 0;
  while (atRest < count && isAtRest[ids[atRest]!] === 1) atRest++;
  return planner.skippable(ids, atRest, request);
}
