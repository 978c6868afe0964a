/**
 * A first-in first-out queue in a circular array that doubles when full. `push`, `shift` and `at` are O(1) and allocate
 * nothing once the array has its size; memory follows the longest length so far.
 */
export class Ring<T> {
  length = 0;
  private items: (T | undefined)[];
  private head = 0;

  /** @param capacity places to begin with: a power of two */
  constructor(capacity = 16) {
    this.items = new Array<T | undefined>(capacity).fill(undefined);
  }

  push(item: T): void {
    if (this.length === this.items.length) this.grow();
    this.items[(this.head + this.length) & (this.items.length - 1)] = item;
    this.length++;
  }

  /** The oldest item, taken out; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.head];
    // The place must not keep alive what has left.
    this.items[this.head] = undefined;
    this.head = (this.head + 1) & (this.items.length - 1);
    this.length--;
    return item;
  }

  private grow(): void {
    const { items, head } = this;
    this.items = [...items.slice(head), ...items.slice(0, head), ...new Array<undefined>(items.length).fill(undefined)];
    this.head = 0;
  }
}
