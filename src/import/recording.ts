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
    /** Slices that the endpoints of each service are spread over; 1 where absent. */
    readonly slicesPerService?: number;
    /** Gateway objects at the start; none unless told. */
    readonly gateways?: number;
    /** So many Gateways have a VirtualService bound to them. */
    readonly gatewayVirtualServices?: number;
    /** 1: services live in a namespace that no proxy sees. */
    readonly hiddenNamespace?: number;
    /** The first so many proxies are Pods behind the service of their number. */
    readonly pods?: number;
  };
  /** Operations that the recording's own set-up told istiod of more than once. */
  readonly inboundPerOp: Readonly<Record<string, number>>;
  readonly ops: readonly Operation[];
  /** What istiod watched; absent: objects in the memory of its own process, which tell of every write at once. */
  readonly testbed?: string;
}

export interface Operation {
  /** Milliseconds. */
  readonly at: number;
  readonly op: 'ep' | 'eps' | 'svc' | 'svcu' | 'slice' | 'vs' | 'vsr' | 'gvs' | 'dr' | 'gw' | 'full';
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
  readonly value: string;
}

export interface Recording {
  readonly setUp: SetUp;
  readonly rows: readonly Row[];
}

/** What was recorded: pushes to clients that stay and read, or what clients and istiod do to their connections. */
export type RecordingOf = 'pushes' | 'connections';

/** What only a set-up of connections has: a restart, an age, clients that do not behave. */
const CONNECTION_KEYS = ['restart', 'restartAtS', 'maxConnectionAge', 'client'];

/** Names of the recordings in a folder, in alphabetical order. */
export function recordingNames(folder: string, of: RecordingOf = 'pushes'): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv.gz'))
    .map((file) => file.slice(0, -'.csv.gz'.length))
    .filter((name) => {
      const setUp = readSetUp(folder, name);
      return CONNECTION_KEYS.some((key) => key in setUp) === (of === 'connections');
    })
    .sort();
}

function readSetUp(folder: string, name: string): SetUp {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as SetUp;
}

export function readRecording(folder: string, name: string): Recording {
  const setUp = readSetUp(folder, name);
  return { setUp, rows: parseRows(gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString('utf8')) };
}

export interface Mark {
  readonly at: Nanos;
  /** CPU of the process so far, seconds. */
  readonly cpu_s: number;
  /** Heap in use, bytes, and collections so far. */
  readonly heap: number;
  readonly collections: number;
}

/** `go`: the operations begin; `opsdone`: the last one has been answered; `end`: some seconds later. */
export function markOf({ rows }: Recording, type: 'go' | 'opsdone' | 'end'): Mark | undefined {
  const row = rows.find((one) => one.event === 'mark' && one.type === type);
  if (row === undefined) return undefined;
  const { at_us, own_us, bytes, n } = row;
  return { at: Math.round(at_us * MICROSECOND), cpu_s: own_us * 1e-6, heap: bytes, collections: n };
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
      value: text('value'),
    });
  }
  return rows;
}
