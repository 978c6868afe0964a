/**
 * The lock of the endpoint shards (`model.EndpointShards`, a Go `sync.RWMutex`), for those who ask for it: endpoint
 * generators read under it, endpoint updates write under it (istio/istio#44985). A writer waits until the generators
 * that are active at that moment have finished, which on busy cores is a turn of the run queue for each of them, and
 * those who come later wait behind the writer. So an update takes the longer, the more generators the throttle admits.
 *
 * Simplified: one lock for all services instead of one for each; in the case it is for, one service changes all the time.
 */
export interface Waiter {
  /** It has the lock now. */
  granted(): void;
}

export class ShardLock {
  #readers = 0;
  #isWriting = false;
  readonly #writers: Waiter[] = [];
  #waitingReaders: Waiter[] = [];

  /** Whether the reader has it at once; else it is told. A waiting writer goes first. */
  read(reader: Waiter): boolean {
    if (this.#isWriting || this.#writers.length > 0) {
      this.#waitingReaders.push(reader);
      return false;
    }
    this.#readers += 1;
    return true;
  }

  readDone(): void {
    this.#readers -= 1;
    this.#grantWriter();
  }

  write(writer: Waiter): boolean {
    if (this.#isWriting || this.#readers > 0 || this.#writers.length > 0) {
      this.#writers.push(writer);
      return false;
    }
    this.#isWriting = true;
    return true;
  }

  /** All readers that wait have it next, then the next writer. */
  written(): void {
    this.#isWriting = false;
    const readers = this.#waitingReaders;
    this.#waitingReaders = [];
    this.#readers += readers.length;
    for (const reader of readers) reader.granted();
    this.#grantWriter();
  }

  #grantWriter(): void {
    if (this.#readers > 0 || this.#isWriting) return;
    const writer = this.#writers.shift();
    if (writer === undefined) return;
    this.#isWriting = true;
    writer.granted();
  }
}
