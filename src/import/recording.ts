/**
 * Recordings of a real istiod: what was set up (NAME.json) and what happened, row by row (NAME.csv.gz). Times in the
 * rows are microseconds relative to the start of the operations; rows before that are start-up.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MICROSECOND, type Nanos } from '../engine/time.js';

export interface SetUp {
  readonly name: string;
  readonly istio: string;
  readonly xds: 'sotw' | 'delta';
  readonly gomaxprocs: number;
  readonly debounceAfterMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly proxies: { readonly sidecars: number; readonly gateways: number; readonly namespaces: number };
  readonly mesh: {
    readonly namespaces: number;
    readonly services: number;
    readonly ports: number;
    readonly endpoints: number;
    readonly virtualServices: number;
    readonly destinationRules: number;
    readonly sidecar: '' | 'mesh' | 'hosts';
    readonly scopeHosts: number;
    /** Gateway objects at the start; none unless told. */
    readonly gateways?: number;
  };
  /** Operations that reach the debounce loop more than once in this set-up. */
  readonly inboundPerOp: Readonly<Record<string, number>>;
  readonly ops: readonly Operation[];
}

export interface Operation {
  /** Milliseconds. */
  readonly at: number;
  readonly op: 'ep' | 'svc' | 'slice' | 'vs' | 'dr' | 'gw' | 'full';
  readonly svc: number;
  readonly n: number;
}

export interface Row {
  readonly at_us: number;
  readonly event: string;
  readonly proxy: number;
  readonly type: string;
  readonly queue_us: number;
  readonly gen_us: number;
  readonly own_us: number;
  readonly bytes: number;
  readonly n: number;
}

export interface Recording {
  readonly setUp: SetUp;
  readonly rows: readonly Row[];
}

/** Names of the recordings in a folder, in alphabetical order. */
export function recordingNames(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv.gz'))
    .map((file) => file.slice(0, -'.csv.gz'.length))
    .sort();
}

export function readRecording(folder: string, name: string): Recording {
  const setUp = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as SetUp;
  return { setUp, rows: parseRows(gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString('utf8')) };
}

/** When the recording was stopped, in nanoseconds of its own time: some were while pushes were still under way. */
export function endOf({ rows }: Recording): Nanos | undefined {
  const end = rows.find(({ event, type }) => event === 'mark' && type === 'end');
  return end === undefined ? undefined : Math.round(end.at_us * MICROSECOND);
}

/** The repetitions `-r2`, `-r3` of a recording, and the numbered runs of an `R-` set-up, are one set-up. */
export function setUpName(name: string): string {
  return name.replace(/-r\d+$/, '').replace(/-run\d+$/, '');
}

function parseRows(text: string): Row[] {
  const [header = '', ...lines] = text.split('\n');
  const column = new Map(header.split(',').map((name, index) => [name, index]));
  const rows: Row[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const cells = line.split(',');
    const text = (name: string) => cells[column.get(name) ?? -1] ?? '';
    const number = (name: string) => Number(text(name) || 0);
    rows.push({
      at_us: number('t_us'),
      event: text('event'),
      proxy: number('proxy'),
      type: text('type'),
      queue_us: number('queue_us'),
      gen_us: number('gen_us'),
      own_us: number('own_us'),
      bytes: number('bytes'),
      n: number('n'),
    });
  }
  return rows;
}
