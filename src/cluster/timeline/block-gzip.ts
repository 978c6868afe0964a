/**
 * Gzip in blocks (BGZF, as `bgzip` writes it): an ordinary .gz to every tool, but each block tells its length, so that a
 * file of any size is read a block at a time without waiting for anything. Of a .gz without blocks, all is unpacked.
 */

/** What of Node's modules reading needs; there are none in a browser, where this folder is loaded, too. */
interface Modules {
  readonly fs: {
    statSync(path: string): { isFile(): boolean; isDirectory(): boolean };
    openSync(path: string, flags: string): number;
    readSync(file: number, into: Uint8Array, offset: number, length: number, position: number): number;
    readFileSync(path: string): Uint8Array;
    closeSync(file: number): void;
  };
  readonly zlib: {
    deflateRawSync(bytes: Uint8Array): Uint8Array;
    gunzipSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array;
    crc32(bytes: Uint8Array): number;
  };
}

interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/** Unpacked bytes of a block: BGZF allows 64 KiB of packed ones. */
export const BLOCK_BYTES = 60_000;
const CHUNK = 1024 * 1024;
/** Of a .gz without blocks, which is unpacked in one piece. */
const LARGEST_UNPACKED = 1024 ** 3;

export function nodeModules(): Modules {
  const { process } = globalThis as Host;
  const fs = process?.getBuiltinModule?.('node:fs');
  const zlib = process?.getBuiltinModule?.('node:zlib');
  if (fs === undefined || zlib === undefined) throw new Error('there are no files here');
  return { fs, zlib } as Modules;
}

/** One block; none at all for an empty text. */
export function gzipBlock(bytes: Uint8Array, { zlib }: Pick<Modules, 'zlib'>): Uint8Array {
  const packed = zlib.deflateRawSync(bytes);
  const size = 18 + packed.length + 8;
  const block = new Uint8Array(size);
  const numbers = new DataView(block.buffer);
  block.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);
  numbers.setUint16(16, size - 1, true);
  block.set(packed, 18);
  numbers.setUint32(size - 8, zlib.crc32(bytes), true);
  numbers.setUint32(size - 4, bytes.length, true);
  return block;
}

/** Chunks of the unpacked file, in order. Throws when it cannot be read or is damaged. */
export function* unpackedChunks(path: string): Generator<Uint8Array> {
  const modules = nodeModules();
  const { fs, zlib } = modules;
  // A pipe or a device would never end.
  const found = fs.statSync(path);
  if (!found.isFile()) throw new Error(found.isDirectory() ? 'it is a folder' : 'it is not a regular file');
  const file = fs.openSync(path, 'r');
  try {
    const start = readAt(fs, file, 0, 18);
    if (start[0] !== 0x1f || start[1] !== 0x8b) yield* plain(fs, file);
    else if (isBlock(start)) yield* blocks(modules, file);
    else yield zlib.gunzipSync(fs.readFileSync(path), { maxOutputLength: LARGEST_UNPACKED });
  } finally {
    fs.closeSync(file);
  }
}

function* plain(fs: Modules['fs'], file: number): Generator<Uint8Array> {
  for (let at = 0; ; at += CHUNK) {
    const chunk = readAt(fs, file, at, CHUNK);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK) return;
  }
}

function* blocks({ fs, zlib }: Modules, file: number): Generator<Uint8Array> {
  let held = new Uint8Array(0);
  for (let at = 0; ; at += CHUNK) {
    const chunk = readAt(fs, file, at, CHUNK);
    held = joined(held, chunk);
    let from = 0;
    while (held.length - from >= 18) {
      if (!isBlock(held.subarray(from))) throw new Error('a block of the gzip file is damaged');
      const size = held[from + 16]! + 256 * held[from + 17]! + 1;
      if (held.length - from < size) break;
      yield zlib.gunzipSync(held.subarray(from, from + size), { maxOutputLength: 65_536 });
      from += size;
    }
    held = held.subarray(from);
    if (chunk.length === CHUNK) continue;
    if (held.length > 0) throw new Error('the gzip file is cut');
    return;
  }
}

function isBlock(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[3] === 4 && bytes[12] === 0x42 && bytes[13] === 0x43;
}

function readAt(fs: Modules['fs'], file: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, fs.readSync(file, bytes, 0, length, at));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
