/**
 * Gzip in blocks (BGZF, as `bgzip` writes it): an ordinary .gz to every tool, but each block tells its length, so that a
 * file of any size is read a block at a time without waiting for anything. Of a .gz without blocks, all is unpacked.
 */

/** What of Node's modules reading needs; there are none in a browser. */
interface Modules {
  readonly fs: typeof import('node:fs');
  readonly zlib: typeof import('node:zlib');
}

/** Unpacked bytes of a block: BGZF allows 64 KiB of packed ones. */
export const BLOCK_BYTES = 60_000;
const CHUNK = 1024 * 1024;

export function nodeModules(): Modules {
  const load = globalThis.process?.getBuiltinModule;
  const fs = load?.('node:fs');
  const zlib = load?.('node:zlib');
  if (fs === undefined || zlib === undefined) throw new Error('there are no files here');
  return { fs, zlib };
}

/** One block; none at all for an empty text. */
export function gzipBlock(bytes: Uint8Array, { zlib }: Pick<Modules, 'zlib'>): Uint8Array {
  const packed = zlib.deflateRawSync(bytes);
  const size = 18 + packed.length + 8;
  const block = Buffer.alloc(size);
  block.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);
  block.writeUInt16LE(size - 1, 16);
  packed.copy(block, 18);
  block.writeUInt32LE(zlib.crc32(bytes), size - 8);
  block.writeUInt32LE(bytes.length, size - 4);
  return block;
}

/** Chunks of the unpacked file, in order. Throws when it cannot be read or is damaged. */
export function* unpackedChunks(path: string): Generator<Buffer> {
  const modules = nodeModules();
  const { fs, zlib } = modules;
  const file = fs.openSync(path, 'r');
  try {
    const start = readAt(fs, file, 0, 18);
    if (start[0] !== 0x1f || start[1] !== 0x8b) yield* plain(fs, file);
    else if (isBlock(start)) yield* blocks(modules, file);
    else yield zlib.gunzipSync(fs.readFileSync(path));
  } finally {
    fs.closeSync(file);
  }
}

function* plain(fs: Modules['fs'], file: number): Generator<Buffer> {
  for (let at = 0; ; at += CHUNK) {
    const chunk = readAt(fs, file, at, CHUNK);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK) return;
  }
}

function* blocks({ fs, zlib }: Modules, file: number): Generator<Buffer> {
  let held = Buffer.alloc(0);
  for (let at = 0; ; at += CHUNK) {
    const chunk = readAt(fs, file, at, CHUNK);
    held = Buffer.concat([held, chunk]);
    let from = 0;
    while (held.length - from >= 18) {
      if (!isBlock(held.subarray(from))) throw new Error('a block of the gzip file is damaged');
      const size = held.readUInt16LE(from + 16) + 1;
      if (held.length - from < size) break;
      yield zlib.gunzipSync(held.subarray(from, from + size));
      from += size;
    }
    held = held.subarray(from);
    if (chunk.length === CHUNK) continue;
    if (held.length > 0) throw new Error('the gzip file is cut');
    return;
  }
}

function isBlock(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[3] === 4 && bytes[12] === 0x42 && bytes[13] === 0x43;
}

function readAt(fs: Modules['fs'], file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, fs.readSync(file, bytes, 0, length, at));
}
