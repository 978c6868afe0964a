/**
 * Lines of istiod's log, of every release from 1.12 (`pilot/pkg/xds/discovery.go`, `ads.go`, `delta.go`): the push
 * rounds, what was merged into each and why, and the messages that are logged.
 */
import { type Micros, micros } from '../observed/sighting.js';

/** One `Push debounce stable` line, and what the log tells of the push that followed. */
export interface LoggedRound {
  readonly at: Micros;
  readonly line: number;
  /** Pushes since istiod's start: falls when it restarts. */
  readonly number: number;
  readonly merged: number;
  readonly full: boolean;
  /** How often each reason was given; empty when the line names a key instead. */
  readonly reasons: Readonly<Record<string, number>>;
  /** `Kind/namespace/name`, one of the keys. */
  readonly key: string | undefined;
  readonly keys: number;
  /** Which istiod, when the lines have its name. */
  readonly istiod: string;
  readonly sinceLastChange_us: number;
  connected: number | undefined;
  services: number | undefined;
  /** By type; of rounds that are not full only the round itself is logged. */
  readonly messages: Map<string, { count: number; bytes: number; resources: number; first: Micros; last: Micros }>;
}

export interface LogCounts {
  newConnections: number;
  terminated: number;
  rateLimited: number;
  rejected: number;
  sendFailures: number;
  /** Answers to requests, by type. */
  readonly requests: Map<string, number>;
  readonly bytes: Map<string, number>;
  readonly messages: Map<string, number>;
  readonly namedServices: Map<string, number>;
}

/** `delta` streams log under another scope. */
export class IstiodLog {
  readonly rounds: LoggedRound[] = [];
  readonly counts: LogCounts = {
    newConnections: 0,
    terminated: 0,
    rateLimited: 0,
    rejected: 0,
    sendFailures: 0,
    requests: new Map(),
    bytes: new Map(),
    messages: new Map(),
    namedServices: new Map(),
  };
  lines = 0;
  usedLines = 0;
  delta = false;
  first: Micros | undefined;
  last: Micros | undefined;
  readonly #latest = new Map<string, LoggedRound>();
  readonly #partial = new Map<string, string>();

  /** False when the line says nothing of use. */
  line(text: string, number: number): boolean {
    this.lines += 1;
    const entry = this.#entry(text);
    if (entry === undefined) return false;
    const { at, scope, message, istiod } = entry;
    this.first ??= at;
    this.last = Math.max(this.last ?? at, at);
    const used =
      this.#round(message, at, number, istiod) ||
      this.#pushing(message, istiod) ||
      this.#message(message, at, istiod, scope) ||
      this.#other(message);
    if (used) this.usedLines += 1;
    return used;
  }

  #entry(text: string): { at: Micros; scope: string; message: string; istiod: string } | undefined {
    const { body, istiod } = unprefixed(text);
    // The container runtime parts long lines.
    const runtime = /^\S+ (?:stdout|stderr) ([FP]) (.*)$/.exec(body);
    let inner = body;
    if (runtime !== null) {
      const before = this.#partial.get(istiod) ?? '';
      if (runtime[1] === 'P') {
        if (before.length < 1e6) this.#partial.set(istiod, before + runtime[2]!);
        return undefined;
      }
      this.#partial.delete(istiod);
      inner = before + runtime[2]!;
    }
    const parts = inner.split('\t');
    const at = micros(parts[0]);
    if (at === undefined || parts.length < 3) return undefined;
    const scoped = parts.length > 3 || /^\w[\w/-]*$/.test(parts[2]!);
    return { at, scope: scoped ? parts[2]! : '', message: parts.slice(scoped ? 3 : 2).join('\t'), istiod };
  }

  #round(message: string, at: Micros, line: number, istiod: string): boolean {
    const parts = ROUND.exec(message);
    if (parts === null) return false;
    const [, number, merged, about = '', lastChange = '', , mode, flag] = parts;
    const { reasons, key, keys } = causeOf(about);
    const round: LoggedRound = {
      at,
      line,
      number: Number(number),
      merged: Number(merged),
      // From 1.31 a push is forced or not, and there is no full one.
      full: mode === 'full' ? flag === 'true' : key === undefined || !key.startsWith('Endpoints/'),
      reasons,
      key,
      keys,
      istiod,
      sinceLastChange_us: goDuration(lastChange),
      connected: undefined,
      services: undefined,
      messages: new Map(),
    };
    this.rounds.push(round);
    this.#latest.set(istiod, round);
    return true;
  }

  #pushing(message: string, istiod: string): boolean {
    const parts = /^XDS: (?:Incremental )?Pushing\b(.*)$/.exec(message);
    if (parts === null) return false;
    const round = this.#latest.get(istiod);
    if (round !== undefined) {
      round.connected = numberAfter(parts[1]!, 'ConnectedEndpoints:');
      round.services = numberAfter(parts[1]!, 'Services:');
    }
    return true;
  }

  #message(message: string, at: Micros, istiod: string, scope: string): boolean {
    const parts = MESSAGE.exec(message);
    if (parts === null) return false;
    const [, type = '', , asked, node = '', resources = '0', size = ''] = parts;
    if (scope === 'delta') this.delta = true;
    if (type.includes('debug') || /^(?:test|debug)-\d/.test(node)) return true;
    const { counts } = this;
    const bytes = sizeOf(size);
    add(counts.messages, type, 1);
    add(counts.bytes, type, bytes);
    if (asked !== undefined) {
      add(counts.requests, type, 1);
      return true;
    }
    const round = this.#latest.get(istiod);
    if (round === undefined) return true;
    const known = round.messages.get(type) ?? { count: 0, bytes: 0, resources: 0, first: at, last: at };
    known.count += 1;
    known.bytes += bytes;
    known.resources += Number(resources);
    known.last = at;
    round.messages.set(type, known);
    return true;
  }

  #other(message: string): boolean {
    const { counts } = this;
    const service =
      /^(Full push, new service|Full push, service accounts changed,|Incremental push, service) (\S+)/.exec(message);
    if (service !== null) add(counts.namedServices, service[2]!.replace(/^.*\//, ''), 1);
    else if (/^ADS: new (?:delta )?connection for node:(?!test-\d)/.test(message)) counts.newConnections += 1;
    else if (/^ADS: "[^"]*" .*\bterminated\b/.test(message)) counts.terminated += 1;
    else if (message.includes('exceeded rate limit')) counts.rateLimited += 1;
    else if (/^ADS:\w+: ACK ERROR/.test(message)) counts.rejected += 1;
    else if (/^\w+: Send failure for node:/.test(message)) counts.sendFailures += 1;
    else return /^All caches have been synced up/.test(message);
    return true;
  }

  static fits(line: string): boolean {
    const body = unprefixed(line).body.replace(/^\S+ (?:stdout|stderr) [FP] /, '');
    return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)\t(?:debug|info|warn|warning|error|fatal|none)\t/.test(body);
  }
}

const ROUND =
  /^Push debounce stable\[(\d+)\] (\d+)(?: for (.*?))?: (\S+) since last change, (\S+) since last push, (full|forced)=(true|false)/;

const MESSAGE =
  /^(\S+): PUSH( INC)?( request)? for node:(\S+) resources:(\d+)(?: removed:\d+)? size:(\d[\d.]*[kMGT]?B)/;

/** `config K and X more configs`, or reasons, counted from 1.19 on. */
function causeOf(about: string): Pick<LoggedRound, 'reasons' | 'key' | 'keys'> {
  const config = /^config (\S+?)(?: and (\d+) more configs)?$/.exec(about);
  if (config !== null) return { reasons: {}, key: config[1], keys: 1 + Number(config[2] ?? 0) };
  const reasons: Record<string, number> = {};
  const text = about.replace(/^reason /, '');
  for (const [, name, count] of text.matchAll(/([a-z]+)(?::(\d+))?(?=,| and |$)/g)) {
    if (name !== undefined) reasons[name] = Number(count ?? 1);
  }
  return { reasons, key: undefined, keys: 0 };
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-3, µs: 1, μs: 1, us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };

/** Microseconds of `1m2.5s`. */
export function goDuration(text: string): number {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ns|µs|μs|us|ms|s|m|h)/g))
    sum += Number(number) * UNITS[unit!]!;
  return sum;
}

const SIZES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Decimal with one digit after the point, so ±0.05 of the unit. */
export function sizeOf(text: string): number {
  const parts = /^([\d.]+)(\w+)$/.exec(text);
  return parts === null ? 0 : Number(parts[1]) * (SIZES[parts[2]!] ?? 1);
}

/** `kubectl logs --prefix` and `stern` put the pod before each line. */
function unprefixed(text: string): { body: string; istiod: string } {
  const kubectl = /^\[pod\/([^/\]]+)\/[^\]]+\] /.exec(text);
  if (kubectl !== null) return { body: text.slice(kubectl[0].length), istiod: kubectl[1]! };
  const stern = /^([a-z0-9][-a-z0-9.]*) [a-z][-a-z0-9]* (?=\d{4}-\d\d-\d\dT|\{)/.exec(text);
  if (stern !== null) return { body: text.slice(stern[0].length), istiod: stern[1]! };
  return { body: text, istiod: '' };
}

function numberAfter(text: string, label: string): number | undefined {
  const found = new RegExp(`${label}(\\d+)`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function add(to: Map<string, number>, key: string, count: number): void {
  to.set(key, (to.get(key) ?? 0) + count);
}
