/** Memory that is used again: a file is many times larger than what may be held of it. */
export class ByteStore {
  #store: Buffer = Buffer.alloc(0);

  /** What is kept of `bytes`, and the chunk. The bytes are good until the next call. */
  joined(bytes: Buffer, keep: number, chunk: Buffer): Buffer {
    const rest = bytes.length - keep;
    const length = rest + chunk.length;
    const store = length > this.#store.length ? Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(length))) : this.#store;
    bytes.copy(store, 0, keep);
    chunk.copy(store, rest);
    this.#store = store;
    return store.subarray(0, length);
  }
}
