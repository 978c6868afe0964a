/**
 * A `Ring` of whole numbers of 32 bits that come and go many at a time. Every loop is over plain arrays and calls nobody,
 * which is what compilers of JavaScript make the least of checks for.
 */
export class IntRing {
  length = 0;
  private items: Int32Array;
  private head = 0;

  /** @param capacity places to begin with: a power of two */
  constructor(capacity = 16) {
    this.items = new Int32Array(capacity);
  }

  /** The oldest number; any when there is none. */
  get first(): number {
    return this.items[this.head]!;
  }

  /** Appends the first so many. */
  push(numbers: Int32Array, count: number): void {
    while (this.length + count > this.items.length) this.grow();
    const { items, head, length } = this;
    const mask = items.length - 1;
    for (let i = 0; i < count; i++) items[(head + length + i) & mask] = numbers[i]!;
    this.length += count;
  }

  /** Copies so many of the oldest; there must be as many. */
  peek(numbers: Int32Array, count: number): void {
    const { items, head } = this;
    const mask = items.length - 1;
    for (let i = 0; i < count; i++) numbers[i] = items[(head + i) & mask]!;
  }

  /** Takes out so many of the oldest; there must be as many. */
  drop(count: number): void {
    this.head = (this.head + count) & (this.items.length - 1);
    this.length -= count;
  }

  private grow(): void {
    const { items, head } = this;
    this.items = new Int32Array(2 * items.length);
    this.items.set(items.subarray(head));
    this.items.set(items.subarray(0, head), items.length - head);
    this.head = 0;
  }
}
