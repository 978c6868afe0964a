import { assert } from './assert.js';
import { toHex } from './hash.js';

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Which half of a double holds sign and exponent depends on the byte order of the machine. */
double[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;

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
  private readonly checkpointWords: number[] = [];

  constructor(readonly interval = 65_536) {
    assert(
      Number.isInteger(interval) && interval > 0,
      `a fingerprint cannot have a checkpoint every ${interval} items`,
    );
  }

  number(value: number): void {
    // Adding zero makes -0 and 0, which compare equal, also hash equally.
    double[0] = value + 0;
    this.word(words[HIGH]!);
    this.word(words[1 - HIGH]!);
    this.close();
  }

  /** The first `count` of `values`, one after the other: as `number`, with the state at hand and not in the object. */
  addAll(values: Float64Array, count: number): void {
    for (let index = 0; index < count; ) {
      const end = Math.min(count, index + this.interval - (this.items % this.interval));
      let { high, low } = this;
      this.items += end - index;
      for (; index < end; index++) {
        double[0] = values[index]! + 0;
        const first = words[HIGH]!;
        const second = words[1 - HIGH]!;
        high = nextHigh(nextHigh(high, first), second);
        low = nextLow(nextLow(low, first), second);
      }
      this.high = high;
      this.low = low;
      this.checkpoint();
    }
  }

  string(value: string): void {
    this.word(value.length);
    for (let index = 0; index < value.length; index++) this.word(value.charCodeAt(index));
    this.close();
  }

  /** Sixteen hexadecimal digits. The state goes on rolling: it may be asked at any time. */
  hex(): string {
    return toHex(finish(this.high ^ this.items)) + toHex(finish(this.low + this.items));
  }

  /** One entry for each full interval, in order. Runs first differ within the first slice whose entries differ. */
  checkpoints(): string[] {
    const all: string[] = [];
    for (let index = 0; index < this.checkpointWords.length; index += 2) {
      all.push(toHex(this.checkpointWords[index]!) + toHex(this.checkpointWords[index + 1]!));
    }
    return all;
  }

  private word(value: number): void {
    this.high = nextHigh(this.high, value);
    this.low = nextLow(this.low, value);
  }

  private close(): void {
    this.items++;
    this.checkpoint();
  }

  private checkpoint(): void {
    if (this.items % this.interval === 0) this.checkpointWords.push(this.high, this.low);
  }
}

function nextHigh(high: number, word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51) ^ high;
  return (Math.imul((mixed << 15) | (mixed >>> 17), 5) + 0xe6546b64) | 0;
}

function nextLow(low: number, word: number): number {
  const mixed = Math.imul(word, 0x85ebca6b) ^ low;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 9) + 0x38495ab5) | 0;
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

function finish(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
