/** Who was sent how much of what: messages and bytes by xDS type, and by group of proxies and type. */
import { placeOf, XDS_TYPES, type XdsType } from '../../istio/xds-types.js';
import type { Proxy } from '../../mesh/proxies.js';
import { CompactHistogram } from '../../stats/compact-histogram.js';
import type { SampleBatch, SampleBuffer } from '../../stats/sample-buffer.js';
import type { ProxyGroups } from '../staleness/proxy-groups.js';

const TYPES = XDS_TYPES.length;
/** Side by side for each group and type. */
const CELL = { messages: 0, bytes: 1, largest: 2 } as const;
const CELLS = 3;

export interface TrafficCell {
  readonly messages: number;
  readonly bytes: number;
  readonly largest: number;
}

export class Traffic {
  readonly sizes = XDS_TYPES.map(() => new CompactHistogram());
  readonly #batches: (SampleBatch | undefined)[] = XDS_TYPES.map(() => undefined);
  #cells = new Float64Array(64 * TYPES * CELLS);

  constructor(
    private readonly sampleBuffer: SampleBuffer,
    readonly groups: ProxyGroups,
  ) {}

  sent(proxy: Proxy, type: XdsType, bytes: number): void {
    const place = placeOf(type);
    let batch = this.#batches[place];
    if (batch === undefined) {
      batch = this.sampleBuffer.batch([this.sizes[place]!]);
      this.#batches[place] = batch;
    }
    batch.values[batch.row()] = bytes;
    const at = (this.groups.of(proxy) * TYPES + place) * CELLS;
    if (at >= this.#cells.length) this.#grow(at);
    const cells = this.#cells;
    cells[at + CELL.messages]! += 1;
    cells[at + CELL.bytes]! += bytes;
    if (bytes > cells[at + CELL.largest]!) cells[at + CELL.largest] = bytes;
  }

  cell(group: number, place: number): TrafficCell {
    const at = (group * TYPES + place) * CELLS;
    const [messages = 0, bytes = 0, largest = 0] = this.#cells.subarray(at, at + CELLS);
    return { messages, bytes, largest };
  }

  #grow(at: number): void {
    const grown = new Float64Array(Math.max(at + TYPES * CELLS, 2 * this.#cells.length));
    grown.set(this.#cells);
    this.#cells = grown;
  }
}
