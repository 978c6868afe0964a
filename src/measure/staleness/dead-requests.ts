/**
 * Who still sends to endpoints that have stopped: each interval is of one proxy and some endpoints of one service, from
 * the moment nobody serves there any more until the proxy knows it. Added up by service, by group of proxies and over
 * time, in bounded memory.
 */
import { type Nanos, SECOND } from '../../engine/time.js';

/** Intervals of the course; when time goes on, two become one. */
const BINS_MAX = 240;

export interface Part {
  pairs: number;
  nanos: number;
  longest: Nanos;
}

export interface DeadCourse {
  readonly at: Nanos;
  /** Pairs of a proxy and an endpoint at a time, on average from then to the next. */
  readonly pairs: number;
}

export class DeadRequests {
  readonly byService = new Map<string, Part>();
  readonly byGroup = new Map<string, Part>();
  pairs = 0;
  nanos = 0;
  longest: Nanos = 0;
  #width: Nanos = SECOND;
  /** In each stretch of that width: pair-nanoseconds of those that cover part of it, and the change in how many cover all. */
  readonly #partly: number[] = [];
  readonly #covering: number[] = [];

  /** The interval of one proxy and so many endpoints; `parts` are of its service and of its group. */
  add(from: Nanos, to: Nanos, endpoints: number, service: Part, group: Part): void {
    const nanos = (to - from) * endpoints;
    this.pairs += endpoints;
    this.nanos += nanos;
    if (to - from > this.longest) this.longest = to - from;
    addTo(service, endpoints, nanos, to - from);
    addTo(group, endpoints, nanos, to - from);
    while (to >= this.#width * BINS_MAX) this.#widen();
    const [first, last] = [Math.floor(from / this.#width), Math.floor(to / this.#width)];
    this.#reach(last + 1);
    if (first === last) {
      this.#partly[first]! += nanos;
      return;
    }
    this.#partly[first]! += ((first + 1) * this.#width - from) * endpoints;
    this.#partly[last]! += (to - last * this.#width) * endpoints;
    this.#covering[first + 1]! += endpoints;
    this.#covering[last]! -= endpoints;
  }

  absorb(other: DeadRequests): void {
    this.pairs += other.pairs;
    this.nanos += other.nanos;
    this.longest = Math.max(this.longest, other.longest);
    for (const [name, { pairs, nanos, longest }] of other.byService)
      addTo(partOf(this.byService, name), pairs, nanos, longest);
    for (const [name, { pairs, nanos, longest }] of other.byGroup)
      addTo(partOf(this.byGroup, name), pairs, nanos, longest);
    while (this.#width < other.#width) this.#widen();
    for (const [bin, nanos] of other.#sums().entries()) {
      const place = Math.floor((bin * other.#width) / this.#width);
      this.#reach(place + 1);
      this.#partly[place]! += nanos;
    }
  }

  /** From the first stretch in which somebody sent to nobody to the last. */
  course(): readonly DeadCourse[] {
    const sums = this.#sums();
    const first = sums.findIndex((nanos) => nanos > 0);
    const last = sums.findLastIndex((nanos) => nanos > 0);
    if (first < 0) return [];
    return sums
      .slice(first, last + 1)
      .map((nanos, i) => ({ at: (first + i) * this.#width, pairs: nanos / this.#width }));
  }

  /** Pair-nanoseconds of each stretch. */
  #sums(): readonly number[] {
    let covering = 0;
    return this.#partly.map((partly, i) => {
      covering += this.#covering[i]!;
      return partly + covering * this.#width;
    });
  }

  #reach(bin: number): void {
    while (this.#partly.length <= bin) {
      this.#partly.push(0);
      this.#covering.push(0);
    }
  }

  #widen(): void {
    const sums = this.#sums();
    this.#width *= 2;
    this.#covering.fill(0);
    this.#partly.fill(0);
    for (const [i, nanos] of sums.entries()) this.#partly[i >> 1]! += nanos;
    this.#partly.length = Math.ceil(sums.length / 2);
    this.#covering.length = this.#partly.length;
  }
}

/** Made when there is none. */
export function partOf(parts: Map<string, Part>, name: string): Part {
  let part = parts.get(name);
  if (part === undefined) {
    part = { pairs: 0, nanos: 0, longest: 0 };
    parts.set(name, part);
  }
  return part;
}

function addTo(part: Part, pairs: number, nanos: number, longest: Nanos): void {
  part.pairs += pairs;
  part.nanos += nanos;
  if (longest > part.longest) part.longest = longest;
}
