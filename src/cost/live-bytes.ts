/**
 * What lives in istiod's heap, from structure: istiod itself, the objects its informers hold, what each stream keeps of
 * what it watches, and messages that are on their way. The last is what makes a saturated istiod large: a stream is done
 * with a message when the transport has it, and the transport keeps it until its own goroutine has had a turn and the
 * proxy has taken it, so each proxy can have its largest message waiting.
 */
import type { Mesh } from '../mesh/mesh.js';
import type { Coefficients } from './coefficients.js';

/** gRPC takes messages this large from pools of buffers (`mem.defaultBufferPoolSizes`), if the version does. */
const BUFFERS = [256, 4 << 10, 16 << 10, 32 << 10, 1 << 20] as const;

export class InFlight {
  #bytes = 0;
  /** Buffers nobody uses: given back since the last cycle, and before it (`sync.Pool`: the second cycle frees them). */
  #free = 0;
  #victim = 0;
  readonly #ofProxy = new Map<number, number>();

  /** Whether buffers are pooled. */
  constructor(private readonly pooled: boolean) {}

  /** Bytes in use by messages or kept for the next. */
  get bytes(): number {
    return this.#bytes + this.#free + this.#victim;
  }

  /** A message of this proxy takes the place of its last. Answers how many bytes had to be allocated for it. */
  sent(proxy: number, size: number): number {
    this.taken(proxy);
    const buffer = this.pooled ? (BUFFERS.find((one) => one >= size) ?? size) : size;
    this.#ofProxy.set(proxy, buffer);
    this.#bytes += buffer;
    if (!this.pooled || buffer > (BUFFERS.at(-1) ?? 0)) return buffer;
    const reused = Math.min(buffer, this.#free);
    const old = Math.min(buffer - reused, this.#victim);
    this.#free -= reused;
    this.#victim -= old;
    return buffer - reused - old;
  }

  /** The proxy has it. */
  taken(proxy: number): void {
    const buffer = this.#ofProxy.get(proxy);
    if (buffer === undefined) return;
    this.#ofProxy.delete(proxy);
    this.#bytes -= buffer;
    if (this.pooled && buffer <= (BUFFERS.at(-1) ?? 0)) this.#free += buffer;
  }

  /** A collection has ended. */
  collected(): void {
    this.#victim = this.#free;
    this.#free = 0;
  }
}

/** What a request told that was not known before. */
export interface Growth {
  readonly proxies: number;
  readonly names: number;
}

const NO_GROWTH: Growth = { proxies: 0, names: 0 };

/** Resources that each proxy watches, as its requests name them. */
export class WatchedNames {
  #total = 0;
  readonly #ofProxy = new Map<number, number>();

  get proxies(): number {
    return this.#ofProxy.size;
  }

  get total(): number {
    return this.#total;
  }

  left(proxy: number): void {
    this.#total -= this.#ofProxy.get(proxy) ?? 0;
    this.#ofProxy.delete(proxy);
  }

  /** Requests that name fewer are of another type, or acknowledge. */
  named(proxy: number, names: number): Growth {
    const before = this.#ofProxy.get(proxy);
    if (before !== undefined && names <= before) return NO_GROWTH;
    this.#ofProxy.set(proxy, names);
    const more = names - (before ?? 0);
    this.#total += more;
    return { proxies: before === undefined ? 1 : 0, names: more };
  }
}

/** Bytes outside of the heap: the runtime itself, and the stacks of so many streams. */
export function outsideBytes({ outside, stackPerProxy }: Coefficients['memory'], streams: number): number {
  return outside + stackPerProxy * streams;
}

/**
 * Bytes of objects that live as long as what they stand for.
 *
 * @param perProxy of those of one stream
 */
export function structuralBytes(
  memory: Coefficients['memory'],
  mesh: Mesh,
  watched: WatchedNames,
  perProxy: number,
): number {
  const { base, perService, perEndpoint, perWatched } = memory;
  let endpoints = 0;
  for (const { id } of mesh.services) endpoints += mesh.endpoints.ready(id);
  const objects = perService * mesh.serviceCount + perEndpoint * endpoints;
  return base + objects + perProxy * watched.proxies + perWatched * watched.total;
}
