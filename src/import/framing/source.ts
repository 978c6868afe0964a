/** Bytes of an input, unpacked: files, gzip by its first bytes whatever the name, standard input. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

export interface Source {
  /** As shown in messages. */
  readonly name: string;
  /** Undefined: standard input. */
  readonly path: string | undefined;
}

const CHUNK = 1024 * 1024;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Told what could not be unpacked; what came before is kept. */
export type OnDamage = (what: string) => void;

/** Tells how many bytes of the file have been read. */
export type OnBytes = (bytes: number) => void;

/** Chunks of about a mebibyte, without a byte order mark. */
export async function* chunksOf(source: Source, damaged: OnDamage, read: OnBytes): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of gathered(unpacked(source, damaged, read))) {
    const bytes = first && chunk.subarray(0, 3).equals(UTF8_BOM) ? chunk.subarray(3) : chunk;
    first = false;
    if (bytes.length > 0) yield bytes;
  }
}

async function* unpacked(source: Source, damaged: OnDamage, read: OnBytes): AsyncGenerator<Buffer> {
  const input = source.path === undefined ? process.stdin : createReadStream(source.path, { highWaterMark: CHUNK });
  const chunks = counted(input, read);
  const start = await chunks.next();
  if (start.done === true) return;
  if (start.value[0] !== 0x1f || start.value[1] !== 0x8b) {
    yield start.value;
    yield* chunks;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const feeding = feed(gunzip, start.value, chunks);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    damaged(`the gzip data is damaged or cut: ${error instanceof Error ? error.message : String(error)}`);
  }
  await feeding.catch(() => {});
}

async function feed(gunzip: NodeJS.WritableStream, first: Buffer, rest: AsyncIterable<Buffer>): Promise<void> {
  const write = (chunk: Buffer) =>
    new Promise<void>((resolve, reject) => {
      gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  await write(first);
  for await (const chunk of rest) await write(chunk);
  gunzip.end();
}

async function* counted(input: AsyncIterable<Buffer | string>, read: OnBytes): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    read(bytes);
    yield buffer;
  }
}

/** Small chunks joined, so that a record is not copied once for each. */
async function* gathered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < CHUNK) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
