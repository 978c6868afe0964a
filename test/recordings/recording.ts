/**
 * Recordings of the debounce of a real istiod, 1.17.8 and 1.30.3 on one core. `NAME.json` says what was set up and done,
 * `NAME.csv.gz` what happened, in microseconds from time 0:
 *
 *     op          the driver wrote an object
 *     inbound     the debounce loop received an update; bypass: it pushed it at once (EDS debounce off)
 *     push_start  a debounced push of `n` merged updates began; push_end: FREE
 *     message     of `type` to one proxy
 *     mark        of type `opsdone`: the driver had done all it had to do, see `driverHold`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { IstioVersion } from '../../src/istio/profile.js';

interface SetUp {
  readonly istio: string;
  readonly xds: 'sotw' | 'delta';
  readonly debounceAfterMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly proxies: { readonly sidecars: number; readonly namespaces: number };
  readonly mesh: { readonly namespaces: number; readonly services: number; readonly endpoints: number };
  /** Operations that reach the loop more than once: the set-up had several handlers registered, istiod has one. */
  readonly inboundPerOp: Readonly<Record<string, number>>;
  readonly ops: readonly Operation[];
}

export interface Operation {
  readonly at: number;
  readonly op: 'vs' | 'ep';
  readonly svc: number;
  readonly n: number;
}

export interface Row {
  /** Milliseconds. */
  readonly at: number;
  readonly event: string;
  readonly type: string;
  readonly n: number;
}

export interface Recording {
  readonly name: string;
  readonly version: IstioVersion;
  readonly setUp: SetUp;
  /** Those after time 0: before it istiod started and the proxies connected. */
  readonly rows: readonly Row[];
}

const FOLDER = new URL('.', import.meta.url);

export function recordings(): readonly Recording[] {
  const names = readdirSync(FOLDER).filter((file) => file.startsWith('K-Q-') && file.endsWith('.json'));
  return names.sort().map((file) => read(file.slice(0, -'.json'.length)));
}

function read(name: string): Recording {
  const setUp = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as SetUp;
  const csv = gunzipSync(readFileSync(new URL(`${name}.csv.gz`, FOLDER))).toString('utf8');
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.split(',');
  const rows = lines.map((line): Row => {
    const cells = line.split(',');
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
    return { at: Number(cell('t_us')) / 1_000, event: cell('event'), type: cell('type'), n: Number(cell('n')) };
  });
  const version = setUp.istio.startsWith('1.17') ? '1.17' : '1.30';
  return { name, version, setUp, rows: rows.filter(({ at }) => at >= 0) };
}

export function rowsOf({ rows }: Recording, ...events: readonly string[]): readonly Row[] {
  return rows.filter(({ event }) => events.includes(event));
}

/** `PILOT_DEBOUNCE_MAX` in milliseconds. */
export function debounceMax({ setUp }: Recording): number {
  return setUp.env.PILOT_DEBOUNCE_MAX === '1s' ? 1_000 : 10_000;
}

export function edsDebounce({ setUp }: Recording): boolean {
  return setUp.env.PILOT_ENABLE_EDS_DEBOUNCE !== 'false';
}

/**
 * From its last operation until the next row the driver, which ran inside istiod's process, kept the only core to
 * itself: up to 20 ms, a time slice of Go and the lateness of its monitor. Nothing else could run meanwhile.
 */
export function driverHold({ rows }: Recording): { readonly from: number; readonly to: number } {
  const done = rows.findIndex(({ event, type }) => event === 'mark' && type === 'opsdone');
  const [mark, next] = [rows[done], rows[done + 1]];
  if (mark === undefined || next === undefined) throw new Error('the recording ends with its operations');
  return { from: mark.at, to: next.at };
}
