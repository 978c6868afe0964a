/**
 * Everything that the inputs tell, as one history of one cluster: the objects at the start, then writes in order of
 * time. What two inputs tell of one write is one write, with the better time.
 */
import { clockInexact } from './clock.js';
import type { ObservedKind } from './kinds.js';
import type { Body, Micros, Sighting } from './sighting.js';
import { Spool } from './spool.js';

export interface ObjectName {
  readonly kind: ObservedKind;
  readonly namespace: string;
  readonly name: string;
}

export interface StateObject extends ObjectName {
  readonly body: Body;
  readonly resourceVersion: number;
}

export interface Write extends ObjectName {
  readonly at: Micros;
  readonly did: 'put' | 'patch' | 'touched' | 'delete';
  readonly actor: string;
  readonly resourceVersion: number | undefined;
  readonly body: Body | undefined;
  readonly patch: unknown;
}

/** A write as it is kept; its content is in the spool. */
interface Entry {
  at: Micros;
  readonly key: string;
  readonly did: Write['did'];
  readonly isExact: boolean;
  readonly actor: string;
  readonly version: number;
  /** A watch began with it. */
  readonly isBegin: boolean;
  readonly offset: number;
  readonly length: number;
}

/** Where a sighting is from: a dump says what is there, a watch begins with it. */
export type Origin = 'dump' | 'stream';

const UNKNOWN = -1;
/** A delete in two inputs is one if they are as close as this. */
const SAME_DELETE_us = 5e6;

export class History {
  readonly #spool = new Spool();
  readonly #state = new Map<string, StateObject>();
  readonly #names = new Map<string, ObjectName>();
  readonly #texts = new Map<string, string>();
  #entries: Entry[] = [];
  #settled = false;
  /** Of the newest object of a dump. */
  #dumpVersion = 0;
  readonly duplicates = new Map<string, number>();
  /** Whether some times are whole seconds. */
  hasInexactTimes = false;
  /** Of the first and last thing that was seen, of use or not. */
  seen: { first: Micros; last: Micros } | undefined;

  add(sighting: Sighting, origin: Origin): void {
    const { kind, namespace, name, did } = sighting;
    const key = this.#interned(`${kind} ${namespace}/${name}`);
    if (!this.#names.has(key)) this.#names.set(key, { kind, namespace, name });
    if (did === 'exists') this.#exists(key, sighting, origin);
    else this.#written(key, did, sighting);
  }

  seenAt(at: Micros): void {
    this.seen ??= { first: at, last: at };
    if (at < this.seen.first) this.seen.first = at;
    if (at > this.seen.last) this.seen.last = at;
  }

  /** What a watch begins with may be later than the dump; that is known when all inputs are read. */
  #exists(key: string, sighting: Sighting, origin: Origin): void {
    const { body, resourceVersion = 0 } = sighting;
    if (body === undefined) return;
    if (origin === 'stream') {
      this.#written(key, 'put', sighting, true);
      return;
    }
    this.#dumpVersion = Math.max(this.#dumpVersion, resourceVersion);
    this.#isThere(key, body, resourceVersion);
  }

  #isThere(key: string, body: Body, resourceVersion: number): void {
    const known = this.#state.get(key);
    if (known !== undefined && known.resourceVersion >= resourceVersion) return;
    this.#state.set(key, { ...this.#names.get(key)!, body, resourceVersion });
  }

  #written(key: string, did: Write['did'], sighting: Sighting, isBegin = false): void {
    const { at, body, patch, resourceVersion, isExact } = sighting;
    if (!isBegin) {
      if (at !== undefined && isExact) this.seenAt(at);
      if (!isExact) this.hasInexactTimes = true;
    }
    const content = body ?? patch;
    const place = content === undefined ? { offset: 0, length: 0 } : this.#spool.add(content);
    this.#entries.push({
      at: at ?? UNKNOWN,
      key,
      did,
      isExact,
      actor: this.#interned(sighting.actor),
      version: resourceVersion ?? UNKNOWN,
      isBegin,
      ...place,
    });
  }

  #interned(actor: string): string {
    const known = this.#texts.get(actor);
    if (known !== undefined) return known;
    this.#texts.set(actor, actor);
    return actor;
  }

  /** Objects at the start. To be asked when all inputs are read. */
  state(): readonly StateObject[] {
    if (this.#settled) return [...this.#state.values()];
    this.#entries = this.#entries.filter((entry) => {
      if (!entry.isBegin || (this.#dumpVersion > 0 && entry.version > this.#dumpVersion)) return true;
      const body = this.#spool.get(entry.offset, entry.length) as Body;
      this.#isThere(entry.key, body, entry.version);
      return false;
    });
    return [...this.#state.values()];
  }

  get hasWrites(): boolean {
    return this.#entries.length > 0;
  }

  /** Puts the writes in order, so that `seen` has their times as well. */
  settle(): void {
    this.state();
    this.#entries = this.#ordered();
    this.#settled = true;
  }

  /** Writes after the start, in order. The memory of what is left out goes with the call. */
  *writes(): Generator<Write> {
    if (!this.#settled) this.settle();
    const entries = this.#entries;
    this.#entries = [];
    for (const { at, key, did, actor, version, offset, length } of entries) {
      const content = length === 0 ? undefined : this.#spool.get(offset, length);
      yield {
        ...this.#names.get(key)!,
        at,
        did,
        actor,
        resourceVersion: version === UNKNOWN ? undefined : version,
        body: did === 'patch' ? undefined : (content as Body | undefined),
        patch: did === 'patch' ? content : undefined,
      };
    }
  }

  close(): void {
    this.#spool.close();
  }

  #ordered(): Entry[] {
    const kept = this.#withoutDuplicates();
    clockInexact(kept, UNKNOWN);
    // What the dump has already is no part of the time that is looked at.
    for (const { at, isExact, version } of kept) if (!isExact && version > this.#dumpVersion) this.seenAt(at);
    return kept.sort((a, b) => a.at - b.at || a.version - b.version);
  }

  /** An exact time beats a whole second; of equals the first told stays. */
  #withoutDuplicates(): Entry[] {
    const hasBoth = this.#entries.some(({ isExact }) => isExact) && this.#entries.some(({ isExact }) => !isExact);
    const exact = new Versions();
    const deleted = new Map<string, Micros[]>();
    for (const { key, did, isExact, version, at } of hasBoth ? this.#entries : []) {
      if (!isExact) continue;
      if (version !== UNKNOWN) exact.add(key, version);
      if (did === 'delete') deleted.set(key, [...(deleted.get(key) ?? []), at]);
    }
    const seen = new Versions();
    const exactCount = new Map<string, number>();
    return this.#entries.filter((entry) => {
      const { key, did, isExact, version, at } = entry;
      // A delete has a version of its own in some inputs, and that of the object in others.
      const id = did === 'delete' ? version + 0.5 : version;
      const again =
        // Of one exact input, a second write of a version is one that wrote nothing: that is told later.
        (version !== UNKNOWN && (!isExact || did === 'delete') && seen.has(key, id)) ||
        (!isExact && did !== 'delete' && exact.has(key, version)) ||
        (!isExact && did === 'delete' && this.#isDeletedToo(deleted.get(key), at, exactCount, key));
      if (version !== UNKNOWN && !again) seen.add(key, id);
      if (again) this.duplicates.set(entry.did, (this.duplicates.get(entry.did) ?? 0) + 1);
      return !again;
    });
  }

  /** The n-th delete of a watch is the n-th of the log when the watch does not say when. */
  #isDeletedToo(times: readonly Micros[] | undefined, at: Micros, counted: Map<string, number>, key: string): boolean {
    if (times === undefined) return false;
    if (at !== UNKNOWN) return times.some((one) => Math.abs(one - at) <= SAME_DELETE_us);
    const nth = (counted.get(key) ?? 0) + 1;
    counted.set(key, nth);
    return nth <= times.length;
  }
}

/** Sets of versions by object. */
class Versions {
  readonly #ofKey = new Map<string, Set<number>>();

  has(key: string, version: number): boolean {
    return this.#ofKey.get(key)?.has(version) ?? false;
  }

  add(key: string, version: number): void {
    const versions = this.#ofKey.get(key);
    if (versions === undefined) this.#ofKey.set(key, new Set([version]));
    else versions.add(version);
  }
}
