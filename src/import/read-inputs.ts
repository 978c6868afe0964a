/** Reads all inputs: tells each one's format by its content, and gathers what they tell. */
import { statSync } from 'node:fs';
import { IstiodLog } from './formats/istiod-log.js';
import { JsonRecords } from './formats/json-records.js';
import { ProxyStatusReader } from './formats/listed-proxies.js';
import { isLoadTest, readLoadTest } from './formats/load-tests.js';
import { MetricsReader } from './formats/metrics-text.js';
import { InsightsCsv, jsonBehind, REFUSED_GRAFANA, REFUSED_TABLE } from './formats/tables.js';
import { JsonScanner } from './framing/json-scanner.js';
import { LineSplitter } from './framing/line-splitter.js';
import { chunksOf, type Source } from './framing/source.js';
import { YamlSplitter } from './framing/yaml.js';
import type { Gathered } from './gathered.js';
import { micros, type Told } from './observed/sighting.js';
import { type FormatName, recognise } from './recognise.js';

/** Called now and then with how much of the file has been read. */
export type OnReadProgress = (source: Source, bytes: number, size: number) => void;

export async function readInputs(
  sources: readonly Source[],
  into: Gathered,
  as: FormatName | undefined,
  progress: OnReadProgress = () => {},
): Promise<void> {
  for (const source of sources) await readInput(source, into, as, progress);
}

/** Bytes that are there already, as one input, so many at a time. */
export function readBytes(bytes: Buffer, name: string, into: Gathered, chunkBytes = bytes.length): void {
  const told = into.begin(name);
  const format = recognise(bytes.toString('utf8', 0, Math.min(bytes.length, 65_536)));
  told.format(format);
  const reader = readerOf(format, told, into, name);
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.chunk(bytes.subarray(at, at + chunkBytes));
  reader.end();
}

interface Reader {
  chunk(bytes: Buffer): void;
  end(): void;
}

async function readInput(
  source: Source,
  into: Gathered,
  as: FormatName | undefined,
  progress: OnReadProgress,
): Promise<void> {
  const told = into.begin(source.name);
  const size = source.path === undefined ? 0 : statSync(source.path).size;
  let reader: Reader | undefined;
  const damaged = (what: string) => told.bad(0, what);
  for await (const chunk of chunksOf(source, damaged, (bytes) => progress(source, bytes, size))) {
    if (reader === undefined) {
      const format = as ?? recognise(chunk.toString('utf8', 0, Math.min(chunk.length, 65_536)));
      told.format(format);
      reader = readerOf(format, told, into, source.name);
    }
    reader.chunk(chunk);
  }
  reader?.end();
  if (reader === undefined) told.format('empty');
}

type Telling = ReturnType<Gathered['begin']>;

function readerOf(format: FormatName, told: Telling, into: Gathered, name: string): Reader {
  switch (format) {
    case 'json':
      return jsonReader(told, into);
    case 'yaml':
      return yamlReader(told, into);
    case 'load-test':
      return wholeText((text) => readLoadTest(text, name, told, into));
    case 'metrics': {
      const reader = new MetricsReader(told);
      return lines((line, number) => reader.line(line, number));
    }
    case 'proxy-status': {
      const reader = new ProxyStatusReader(told);
      return lines((line, number) => reader.line(line, number));
    }
    case 'insights-csv': {
      const records = new JsonRecords(told);
      const reader = new InsightsCsv(told, records);
      return lines(
        (line, number) => reader.line(line, number),
        () => records.finish(),
      );
    }
    case 'kubectl-table':
      return refusal(told, REFUSED_TABLE);
    case 'grafana-csv':
      return refusal(told, REFUSED_GRAFANA);
    case 'unknown':
    case 'empty':
      return refusal(told, 'of no known format; --as says which it is');
  }
}

/** JSON, logs, and lines with JSON behind a time: they may be mixed. */
function jsonReader(told: Telling, into: Gathered): Reader {
  const records = new JsonRecords(told);
  const scanner = new JsonScanner((piece) => {
    if (piece.is !== 'text') {
      records.piece(piece);
      return;
    }
    const behind = IstiodLog.fits(piece.text) ? undefined : jsonBehind(piece.text);
    if (behind === undefined && piece.text.startsWith('{')) told.bad(piece.line, 'neither JSON nor a line of a log');
    else if (behind === undefined) told.logLine(piece.text, piece.line);
    else records.value(behind.value, piece.line, behind.text, false, micros(behind.before.trim().split(/\s+/)[0]));
  });
  return {
    chunk: (bytes) => scanner.push(bytes),
    end: () => {
      scanner.end();
      records.finish();
      told.formats(records.formats);
      into.logEnds();
    },
  };
}

function yamlReader(told: Telling, into: Gathered): Reader {
  const records = new JsonRecords(told);
  const splitter = new YamlSplitter((piece) => {
    if (piece.is === 'json' && isLoadTest(piece.value)) readLoadTest(piece.value, '', told, into);
    else records.piece(piece);
  });
  return lines(
    (line) => splitter.line(line),
    () => {
      splitter.end();
      records.finish();
      told.formats(records.formats);
    },
  );
}

function lines(each: (line: string, number: number) => void, end: () => void = () => {}): Reader {
  const splitter = new LineSplitter(each);
  return {
    chunk: (bytes) => splitter.push(bytes),
    end: () => {
      splitter.end();
      end();
    },
  };
}

/** Small files that are a template before they are YAML. */
function wholeText(read: (text: string) => void): Reader {
  const chunks: Buffer[] = [];
  return {
    chunk: (bytes) => chunks.push(bytes),
    end: () => read(Buffer.concat(chunks).toString('utf8')),
  };
}

function refusal(told: Told, what: string): Reader {
  return { chunk: () => {}, end: () => told.bad(1, what) };
}
