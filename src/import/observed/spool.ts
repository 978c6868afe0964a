/** What a history holds of many writes, kept in a temporary file so that memory follows the cluster and not the log. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUFFER = 256 * 1024;

/** Values are JSON. What fits into the buffer needs no file. */
export class Spool {
  #folder: string | undefined;
  #file = -1;
  #held: Buffer[] = [];
  #heldSize = 0;
  #written = 0;

  /** @returns where it is */
  add(value: unknown): { offset: number; length: number } {
    const bytes = Buffer.from(JSON.stringify(value));
    const offset = this.#written + this.#heldSize;
    this.#held.push(bytes);
    this.#heldSize += bytes.length;
    if (this.#heldSize >= BUFFER) this.#flush();
    return { offset, length: bytes.length };
  }

  get(offset: number, length: number): unknown {
    if (offset >= this.#written)
      return JSON.parse(this.#whole().toString('utf8', offset - this.#written, offset - this.#written + length));
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#file, bytes, 0, length, offset);
    return JSON.parse(bytes.toString('utf8'));
  }

  close(): void {
    if (this.#folder === undefined) return;
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  /** What is held, as one. */
  #whole(): Buffer {
    if (this.#held.length !== 1) this.#held = [Buffer.concat(this.#held)];
    return this.#held[0]!;
  }

  #flush(): void {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), 'pushsim-'));
      this.#file = openSync(join(this.#folder, 'spool'), 'w+');
    }
    writeSync(this.#file, this.#whole(), 0, this.#heldSize, this.#written);
    this.#written += this.#heldSize;
    this.#held = [];
    this.#heldSize = 0;
  }
}
