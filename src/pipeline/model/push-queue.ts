import type { PushRequest } from './push-request.js';

/** The merging push queue as the stage that drains it sees it. Connections go by their ids. */
export interface PushQueue {
  /** @param ids each at most once */
  enqueue(ids: Int32Array, request: PushRequest): void;
  /** Who is first, and what waits for it; only while anything waits. */
  readonly head: number;
  readonly headRequest: PushRequest;
  /** Takes the head into processing. */
  dequeue(): void;
  /** Those first in line for whom the head's request waits: how many, of whom as many as there is room for are listed. */
  upcoming(ids: Int32Array): number;
  /** Takes the first so many of those out for pushes that are done at once. */
  pass(ids: Int32Array, count: number): void;
  markDone(id: number): void;
  /** Waits or is being pushed. */
  holds(id: number): boolean;
  readonly depth: number;
  /** Times that a connection which waits or is being pushed was offered another request to merge. */
  readonly merges: number;
  readonly processing: number;
}
