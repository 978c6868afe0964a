/**
 * istiod's xDS cache (`model/xds_cache.go`, `model/typed_xds_cache.go`) without its contents: which entries exist and
 * who may write. Each cache holds a token, the later of its last clear and the start of its last accepted write; a
 * write is accepted only from a push that started no earlier. So an endpoint event in the middle of a dispatch keeps the
 * rest of that push from filling the cache, and every proxy generates for itself.
 */
import { fail } from '../engine/assert.js';
import type { Nanos } from '../engine/time.js';

/** 1.17 has one for all types, later versions one for each; a clear touches all of them. */
export class WriteToken {
  at: Nanos = Number.NEGATIVE_INFINITY;

  touch(now: Nanos): void {
    if (now > this.at) this.at = now;
  }
}

export class XdsCache<K> {
  readonly #starts = new Map<K, Nanos>();
  readonly #complete = new WeakMap<object, number>();
  #removals = 0;

  constructor(readonly token: WriteToken) {}

  has(key: K): boolean {
    return this.#starts.has(key);
  }

  /** Refused without a start, when older than the token, or not newer than what is there. */
  write(key: K, start: Nanos | undefined): void {
    if (start === undefined || start < this.token.at) return;
    if (start < 0) fail('an entry is written by a push that has begun');
    const present = this.#starts.get(key);
    if (present !== undefined && present >= start) return;
    this.#starts.set(key, start);
    this.token.touch(start);
  }

  drop(key: K): void {
    if (this.#starts.delete(key)) this.#removals += 1;
  }

  clear(): void {
    this.#starts.clear();
    this.#removals += 1;
  }

  /** Those of `keys` without an entry. `group` names the list: while nothing was dropped, a full list is known to be full. */
  missing(keys: readonly K[], group: object): readonly K[] {
    if (this.#complete.get(group) === this.#removals) return [];
    const missing: K[] = [];
    for (const key of keys) if (!this.#starts.has(key)) missing.push(key);
    if (missing.length === 0) this.#complete.set(group, this.#removals);
    return missing;
  }
}
