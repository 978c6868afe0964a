/** JSON values of any input: which format each is of, told by its content, and on to the reader of that format. */
import { isObject, listAt, objectAt, type Piece, textAt } from '../framing/piece.js';
import { LIST_KEYS } from '../framing/value-scan.js';
import { isUseless, readObject } from '../observed/object.js';
import { type Micros, micros, type Told } from '../observed/sighting.js';
import { AuditReader } from './audit.js';
import { unwrapAudit } from './audit-wrappers.js';
import { readListed } from './listed-proxies.js';
import { readQuery } from './query-range.js';
import { WatchReader } from './watch.js';

const WATCH_TYPES: ReadonlySet<string> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/** How many records of which format were found. */
export type Formats = Map<string, number>;

export class JsonRecords {
  readonly formats: Formats = new Map();
  readonly #told: Told;
  readonly #audit: AuditReader;
  readonly #watch: WatchReader;
  /** Elements of a typed list whose kind comes after them. */
  #untyped: { value: unknown; line: number }[] = [];

  constructor(told: Told) {
    this.#told = told;
    this.#audit = new AuditReader(told);
    this.#watch = new WatchReader(told);
  }

  piece(piece: Piece): void {
    if (piece.is === 'bad') this.#told.bad(piece.line, piece.what);
    else if (piece.is === 'list-end') this.#listEnds(piece.around);
    else if (piece.is === 'json') this.value(piece.value, piece.line, piece.text, piece.inList);
  }

  /** @param at a time that stood before the record */
  value(value: unknown, line: number, text: string, inList = false, at?: Micros): void {
    if (isObject(value) && this.#ofKubernetes(value, line, inList, at)) return;
    if (isObject(value) && this.#logRecord(value, line, text)) return;
    if (isObject(value) && isObject(value.data) && 'resultType' in value.data) {
      this.#count('Prometheus query');
      readQuery(value, line, this.#told);
      return;
    }
    if (this.#auditRecord(value, line)) return;
    if (readListed(value, this.#told)) {
      this.#count('syncz');
      return;
    }
    if (this.#batch(value, line, text, at)) return;
    this.#count('unknown JSON');
    this.#told.ignored('JSON record', 'of no known format');
  }

  finish(): void {
    this.#listEnds(undefined);
    this.#audit.finish();
  }

  #count(format: string): void {
    this.formats.set(format, (this.formats.get(format) ?? 0) + 1);
  }

  /** Records in a list that came with the object around it, as in a list of lists. */
  #batch(value: unknown, line: number, text: string, at: Micros | undefined): boolean {
    if (!isObject(value)) return false;
    const found = Object.entries(value).find(([key, one]) => LIST_KEYS.has(key) && Array.isArray(one));
    if (found === undefined) return false;
    for (const one of found[1] as unknown[]) this.value(one, line, text, true, at);
    return true;
  }

  #ofKubernetes(value: Record<string, unknown>, line: number, inList: boolean, at: Micros | undefined): boolean {
    const type = textAt(value, 'type');
    if (type !== undefined && WATCH_TYPES.has(type) && isObject(value.object)) {
      this.#count('watch');
      this.#watch.event(type, value.object, line, at);
      return true;
    }
    if (
      isObject(value.event) &&
      textAt(value.event, 'type') !== undefined &&
      isObject(objectAt(value, 'event').object)
    ) {
      const event = objectAt(value, 'event');
      this.#count('watch');
      this.#watch.event(textAt(event, 'type') ?? '', event.object, line, at ?? clockOf(value));
      return true;
    }
    const kind = textAt(value, 'kind');
    const apiVersion = textAt(value, 'apiVersion');
    if (kind === 'Event' && apiVersion !== undefined && !apiVersion.startsWith('audit.k8s.io/')) {
      this.#count('Kubernetes Events');
      this.#told.ignored(
        `Event ${textAt(value, 'reason') ?? ''}`.trim(),
        'pods, slices and their times tell it better',
      );
      return true;
    }
    if (
      isObject(value.metadata) &&
      kind !== undefined &&
      apiVersion !== undefined &&
      !apiVersion.startsWith('audit.')
    ) {
      if (kind.endsWith('List')) return this.#wholeList(value, kind, apiVersion, line);
      this.#count(inList ? 'dump' : 'objects');
      if (inList) this.#object(value, line);
      else this.#watch.bare(value, line, at);
      return true;
    }
    if (kind?.endsWith('List') === true && apiVersion !== undefined)
      return this.#wholeList(value, kind, apiVersion, line);
    if (inList && isObject(value.metadata) && kind === undefined && textAt(value.metadata, 'name') !== undefined) {
      this.#untyped.push({ value, line });
      return true;
    }
    return false;
  }

  /** A list that came whole, since its items are null, empty or not where they usually are. */
  #wholeList(value: Record<string, unknown>, kind: string, apiVersion: string, line: number): boolean {
    if (apiVersion.startsWith('audit.k8s.io/')) {
      for (const item of listAt(value, 'items')) this.#auditRecord(item, line);
      return true;
    }
    this.#count('dump');
    for (const item of listAt(value, 'items')) this.#object(item, line, { kind: kind.slice(0, -4), apiVersion });
    return true;
  }

  #object(value: unknown, line: number, around?: { kind: string; apiVersion: string }): void {
    const read = readObject(value, around);
    if (isUseless(read)) {
      this.#told.ignored(read.what, read.why);
      return;
    }
    const { kind, namespace, name, resourceVersion, body } = read;
    const sighting = { kind, namespace, name, did: 'exists', isExact: true, actor: '', resourceVersion, body } as const;
    this.#told.sighting(sighting, line);
  }

  #listEnds(around: unknown): void {
    const kind = textAt(around, 'kind');
    const apiVersion = textAt(around, 'apiVersion');
    for (const { value, line } of this.#untyped) {
      if (kind === undefined || apiVersion === undefined) this.#told.bad(line, 'an object without kind and apiVersion');
      else {
        this.#count('dump');
        this.#object(value, line, { kind: kind.replace(/List$/, ''), apiVersion });
      }
    }
    this.#untyped = [];
  }

  #auditRecord(value: unknown, line: number): boolean {
    const unwrapped = unwrapAudit(value);
    if (unwrapped === undefined) return false;
    if ('other' in unwrapped) {
      this.#count('audit log');
      this.#told.ignored(unwrapped.other, 'not the audit log of the API server');
      return true;
    }
    if ('event' in unwrapped) {
      this.#count('audit log');
      this.#audit.read(unwrapped.event, line);
      return true;
    }
    return this.auditText(unwrapped.text, line);
  }

  /** An event that some wrapping has as text. */
  auditText(text: string, line: number): boolean {
    let inner: unknown;
    this.#count('audit log');
    try {
      inner = JSON.parse(text);
    } catch {
      this.#told.bad(line, 'the event in this record is not whole JSON; clouds cut entries over 256 KB');
      return true;
    }
    if (isObject(inner)) this.#audit.read(inner, line);
    else this.#told.bad(line, 'an audit event was expected in this record');
    return true;
  }

  /** JSON logs: istiod's own, Stackdriver's, and Docker's around either. */
  #logRecord(value: Record<string, unknown>, line: number, text: string): boolean {
    const docker = textAt(value, 'log');
    if (docker !== undefined && ('stream' in value || 'time' in value)) {
      this.#count('istiod log');
      this.#told.logLine(docker.replace(/\r?\n$/, ''), line);
      return true;
    }
    const message = textAt(value, 'msg') ?? (isObject(value.jsonPayload) ? undefined : textAt(value, 'message'));
    const level = textAt(value, 'level') ?? textAt(value, 'severity');
    if (message === undefined || level === undefined) return false;
    this.#count('istiod log');
    // Some lines have the key twice: the first is the line's time, the last a duration.
    const time = /"(?:time|timestamp)"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
    const scope = textAt(value, 'scope') ?? textAt(value, 'logger') ?? '';
    this.#told.logLine(`${time}\t${level.toLowerCase()}\t${scope}\t${message}`, line);
    return true;
  }
}

/** A moment that `jq` or a program put beside the event: RFC 3339, or seconds. */
function clockOf(value: Record<string, unknown>): Micros | undefined {
  for (const key of ['at', 'time', 'ts', 'timestamp', 'now']) {
    const found = value[key];
    if (typeof found === 'number' && found > 1e9) return Math.round(found < 1e11 ? found * 1e6 : found * 1e3);
    const at = micros(found);
    if (at !== undefined) return at;
  }
  return undefined;
}
