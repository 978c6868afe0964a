/** What a history holds of many writes, kept in a temporary file so that memory follows the cluster and not the log. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUFFER = 1024 * 1024;

/** Values are JSON. */
export class Spool {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pushsim-'));
  readonly #file = openSync(join(this.#folder, 'spool'), 'w+');
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
    this.#flush();
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#file, bytes, 0, length, offset);
    return JSON.parse(bytes.toString('utf8'));
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #flush(): void {
    if (this.#heldSize === 0) return;
    writeSync(this.#file, Buffer.concat(this.#held), 0, this.#heldSize, this.#written);
    this.#written += this.#heldSize;
    this.#held = [];
    this.#heldSize = 0;
  }
}
