/**
 * Watch streams of kubectl: `{"type", "object"}` or bare objects. They carry no clock of their own: a time that
 * somebody put before the record counts, else the newest `managedFields[].time`, which is a whole second.
 */
import { listAt, objectAt, textAt } from '../framing/piece.js';
import { isUseless, type ReadObject, readObject } from '../observed/object.js';
import { type Micros, micros, type Sighting, type Told } from '../observed/sighting.js';

export class WatchReader {
  readonly #told: Told;
  readonly #known = new Map<string, number>();
  /** The burst of objects that are there at first is over for these kinds. */
  readonly #begun = new Set<string>();
  readonly #last = new Map<string, string>();

  constructor(told: Told) {
    this.#told = told;
  }

  /** @param at when somebody noted the record, if anybody did */
  event(type: string, object: unknown, line: number, at?: Micros): void {
    if (type === 'BOOKMARK') {
      this.#told.ignored('BOOKMARK', 'no object');
      return;
    }
    if (type === 'ERROR') {
      const code = objectAt({ object }, 'object').code;
      this.#told.ignored('ERROR', `the watch ended with ${String(code ?? 'an error')}`);
      this.#told.note('a watch was interrupted: what changed until it went on has the time of its return');
      return;
    }
    const read = readObject(object);
    if (isUseless(read)) {
      this.#told.ignored(read.what, read.why);
      return;
    }
    const key = `${read.kind} ${read.namespace}/${read.name}`;
    if (type === 'DELETED') {
      this.#begun.add(read.kind);
      this.#known.delete(key);
      this.#tell(read, 'delete', line, at);
      return;
    }
    const isState = type === 'ADDED' && !this.#known.has(key) && this.#isInBurst(read, key);
    if (type !== 'ADDED') this.#begun.add(read.kind);
    this.#known.set(key, read.resourceVersion ?? 0);
    this.#tell(read, isState ? 'exists' : 'put', line, at);
  }

  /** An object without a type: the first sight of it is state, a newer one is a write. */
  bare(object: unknown, line: number, at?: Micros): void {
    const read = readObject(object);
    if (isUseless(read)) {
      this.#told.ignored(read.what, read.why);
      return;
    }
    const key = `${read.kind} ${read.namespace}/${read.name}`;
    const before = this.#known.get(key);
    const version = read.resourceVersion ?? 0;
    if (before === undefined || version > before) this.#known.set(key, version);
    this.#tell(read, before !== undefined && version > before ? 'put' : 'exists', line, at);
  }

  /** A list comes in order of namespace and name; what breaks the order was added later. */
  #isInBurst({ kind }: ReadObject, key: string): boolean {
    if (this.#begun.has(kind)) return false;
    const last = this.#last.get(kind) ?? '';
    const inOrder = key >= last;
    if (inOrder) this.#last.set(kind, key);
    else this.#begun.add(kind);
    return inOrder;
  }

  #tell(read: ReadObject, did: Sighting['did'], line: number, noted: Micros | undefined): void {
    const { kind, namespace, name, resourceVersion, body } = read;
    // The time of an end is not in the object; its resourceVersion places it among the others.
    const at = noted ?? (did === 'delete' ? undefined : newest(read.raw));
    const actor = did === 'delete' ? '' : managerOf(read.raw);
    this.#told.sighting(
      { kind, namespace, name, did, at, isExact: noted !== undefined, actor, resourceVersion, body },
      line,
    );
  }
}

function newest(raw: Readonly<Record<string, unknown>>): Micros | undefined {
  const metadata = objectAt(raw, 'metadata');
  const times = listAt(metadata, 'managedFields').flatMap((entry) => micros(textAt(entry, 'time')) ?? []);
  if (times.length > 0) return Math.max(...times);
  return micros(textAt(metadata, 'creationTimestamp'));
}

/** Who wrote last. */
function managerOf(raw: Readonly<Record<string, unknown>>): string {
  let found = '';
  let at = Number.NEGATIVE_INFINITY;
  for (const entry of listAt(objectAt(raw, 'metadata'), 'managedFields')) {
    const time = micros(textAt(entry, 'time')) ?? 0;
    if (time >= at) [found, at] = [textAt(entry, 'manager') ?? '', time];
  }
  return found;
}
