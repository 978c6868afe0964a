import { assert } from './assert.js';
import { toHex } from './random/hash.js';

/**
 * A fingerprint of a run: a rolling 64-bit hash over the numbers and strings a model feeds it, in order.
 *
 * Equal runs give equal fingerprints on every platform, because the arithmetic is 32-bit multiplication and exclusive
 * or. It also keeps a checkpoint after every `interval` items, so that two runs that differ can be told apart by the
 * first slice in which they do. Feeding is O(1) for a number, O(length) for a string; memory is 16 bytes an interval.
 *
 * Each lane mixes a word like one step of MurmurHash3 (Appleby, public domain) with constants of its own.
 */
export class Fingerprint {
  /** Number of items fed so far. */
  items = 0;

  private high = 0x9e3779b9 | 0;
  private low = 0x243f6a88 | 0;
  /** Of what has been rolled since the last item. */
  private rolled = 0;
  private readonly checkpointWords: number[] = [];
  private readonly double = new Float64Array(1);
  private readonly bytes = new DataView(this.double.buffer);

  constructor(readonly interval = 65_536) {
    assert(
      Number.isInteger(interval) && interval > 0,
      `a fingerprint cannot have a checkpoint every ${interval} items`,
    );
  }

  number(value: number): void {
    this.takeIn();
    // Adding zero makes -0 and 0, which compare equal, also hash equally.
    this.bytes.setFloat64(0, value + 0);
    this.word(this.bytes.getInt32(0));
    this.word(this.bytes.getInt32(4));
    this.close();
  }

  string(value: string): void {
    this.takeIn();
    this.word(value.length);
    for (let index = 0; index < value.length; index++) this.word(value.charCodeAt(index));
    this.close();
  }

  /**
   * Feeds twice 32 bits of what is too frequent to be an item: rolled into one word, which goes in with the next item. So
   * a difference stays unseen with a chance of 2^-32, and is told by the slice of the item after it.
   */
  roll(one: number, other: number): void {
    this.rolled = roll(roll(this.rolled, one), other);
  }

  /** `roll` of the first so many numbers of two lists, in turns. */
  rollPairs(ones: Float64Array, others: Int32Array, count: number): void {
    let { rolled } = this;
    for (let i = 0; i < count; i++) rolled = roll(roll(rolled, ones[i]!), others[i]!);
    this.rolled = rolled;
  }

  /** Sixteen hexadecimal digits. The state goes on rolling: it may be asked at any time. */
  hex(): string {
    return toHex(finish(this.high ^ this.items ^ this.rolled)) + toHex(finish(this.low + this.items + this.rolled));
  }

  /** One entry for each full interval, in order. Runs first differ within the first slice whose entries differ. */
  checkpoints(): string[] {
    const all: string[] = [];
    for (let index = 0; index < this.checkpointWords.length; index += 2) {
      all.push(toHex(this.checkpointWords[index]!) + toHex(this.checkpointWords[index + 1]!));
    }
    return all;
  }

  private takeIn(): void {
    if (this.rolled === 0) return;
    this.word(this.rolled);
    this.rolled = 0;
  }

  private word(value: number): void {
    const high = Math.imul(value, 0xcc9e2d51) ^ this.high;
    this.high = (Math.imul((high << 15) | (high >>> 17), 5) + 0xe6546b64) | 0;
    const low = Math.imul(value, 0x85ebca6b) ^ this.low;
    this.low = (Math.imul((low << 13) | (low >>> 19), 9) + 0x38495ab5) | 0;
  }

  private close(): void {
    this.items++;
    if (this.items % this.interval === 0) this.checkpointWords.push(this.high, this.low);
  }
}

/** Number of the first slice, counted from 0, in which two runs differ; undefined when their common slices agree. */
export function firstDifference(one: Fingerprint, other: Fingerprint): number | undefined {
  const ours = one.checkpoints();
  const theirs = other.checkpoints();
  for (let slice = 0; slice < Math.max(ours.length, theirs.length); slice++) {
    if (ours[slice] !== theirs[slice]) return slice;
  }
  // The last, unfinished slice has no checkpoint, only the running state.
  return one.hex() === other.hex() ? undefined : ours.length;
}

/** Of a number as large as a double only the last 32 bits count. */
function roll(rolled: number, bits: number): number {
  const mixed = Math.imul(rolled ^ bits, 0xcc9e2d51);
  return (mixed << 15) | (mixed >>> 17);
}

function finish(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
