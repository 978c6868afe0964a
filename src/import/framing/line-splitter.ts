/** Bytes → lines of text, without their ends. */
import { LARGEST_RECORD } from './piece.js';

export class LineSplitter {
  readonly #next: (line: string, number: number) => void;
  #rest = Buffer.alloc(0);
  #number = 0;

  constructor(next: (line: string, number: number) => void) {
    this.#next = next;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#line(bytes, start, end);
      start = end + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(start, start + LARGEST_RECORD));
  }

  end(): void {
    if (this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const last = end > start && bytes[end - 1] === 13 ? end - 1 : end;
    this.#number += 1;
    this.#next(bytes.toString('utf8', start, last), this.#number);
  }
}
