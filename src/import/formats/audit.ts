/** API audit events (audit.k8s.io/v1), at every level: which objects were written, by whom, and with what. */
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import { kindOfResource, type ObservedKind, writtenKind } from '../observed/kinds.js';
import { isUseless, readObject } from '../observed/object.js';
import { type Micros, micros, type Sighting, type Told } from '../observed/sighting.js';

/** An event, unwrapped; the keys are those of the API. */
export type AuditEvent = Readonly<Record<string, unknown>>;

const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'proxy', 'connect']);
/** Bodies that a cloud has replaced. */
const SKIPPED = 'skipped-too-big-size-object';

/** Events reported already: the API server, and clouds, repeat some. */
export class AuditReader {
  readonly #told: Told;
  readonly #seen = new Set<string>();
  #unnamed = 0;
  #unknownSets = 0;

  constructor(told: Told) {
    this.#told = told;
  }

  read(event: AuditEvent, line: number): void {
    const at = micros(event.stageTimestamp) ?? micros(event.requestReceivedTimestamp) ?? micros(event.timestamp);
    if (at === undefined) {
      this.#told.bad(line, 'an audit event without a time (stageTimestamp)');
      return;
    }
    this.#told.seenAt(at);
    const reference = objectAt(event, 'objectRef');
    const resource = textAt(reference, 'resource') ?? '';
    const why = this.#uselessRequest(event);
    if (why !== undefined) {
      this.#told.ignored(shown(event, resource), why);
      return;
    }
    const kind = kindOfResource(textAt(reference, 'apiGroup') ?? '', resource);
    if (kind === undefined) {
      this.#told.ignored(resource || 'request', 'a resource that istiod does not watch');
      return;
    }
    this.#write(event, kind, at, line);
  }

  finish(): void {
    if (this.#unnamed > 0)
      this.#told.note(
        `${this.#unnamed} objects were created with generateName at a level that hides the name: log them at RequestResponse`,
      );
    if (this.#unknownSets > 0)
      this.#told.note(
        `${this.#unknownSets} deletecollection requests do not tell what they deleted: log them at RequestResponse`,
      );
  }

  #uselessRequest(event: AuditEvent): string | undefined {
    const verb = textAt(event, 'verb') ?? '';
    const stage = textAt(event, 'stage');
    if (stage !== undefined && stage !== 'ResponseComplete') return `stage ${stage}`;
    if (READS.has(verb)) return 'a read';
    const code = Number(objectAt(event, 'responseStatus').code ?? 200);
    if (code < 200 || code > 299) return `refused with ${code}`;
    if (/[?&]dryRun=All\b/.test(textAt(event, 'requestURI') ?? '')) return 'a dry run';
    const id = textAt(event, 'auditID');
    if (id === undefined) return undefined;
    if (this.#seen.has(id)) return 'the same event again';
    this.#seen.add(id);
    return undefined;
  }

  #write(event: AuditEvent, kind: ObservedKind, at: Micros, line: number): void {
    const reference = objectAt(event, 'objectRef');
    const verb = textAt(event, 'verb') ?? '';
    const subresource = textAt(reference, 'subresource') ?? '';
    const what = `${textAt(reference, 'resource')}${subresource === '' ? '' : `/${subresource}`}`;
    if (subresource !== '' && !(subresource === 'status' && USED_STATUS.has(kind))) {
      this.#told.ignored(what, 'a part that Istio does not read');
      return;
    }
    const response = bodyOf(event.responseObject);
    const actor =
      textAt(objectAt(event, 'impersonatedUser'), 'username') ?? textAt(objectAt(event, 'user'), 'username');
    const around = { kind, namespace: textAt(reference, 'namespace') ?? '', at, isExact: true, actor: actor ?? '' };
    if (verb === 'deletecollection') {
      this.#collection(response, around, line);
      return;
    }
    if (verb === 'delete' && !isOnItsWay(response, kind)) {
      const name = textAt(reference, 'name') ?? '';
      this.#told.sighting({ ...around, name, did: 'delete', resourceVersion: versionOf(response) }, line);
      return;
    }
    const request = bodyOf(event.requestObject);
    const whole = response ?? (verb === 'patch' ? undefined : request);
    if (whole === undefined) this.#unknown(event, around, what, line);
    else {
      const group = textAt(reference, 'apiGroup') ?? '';
      const apiVersion = group === '' ? 'v1' : `${group}/${textAt(reference, 'apiVersion') ?? 'v1'}`;
      const named = { ...around, name: textAt(reference, 'name') ?? '' };
      this.#whole(whole, response !== undefined, named, { what, apiVersion }, line);
    }
  }

  /** The whole object is known: from the answer, or from a create or update at level Request. */
  #whole(
    object: Record<string, unknown>,
    isAnswer: boolean,
    around: Omit<Sighting, 'did'>,
    { what, apiVersion }: { what: string; apiVersion: string },
    line: number,
  ): void {
    if (textAt(object, 'kind') === 'Status') {
      this.#told.sighting({ ...around, did: 'touched' }, line);
      return;
    }
    const metadata = { ...objectAt(object, 'metadata') };
    metadata.name ??= around.name === '' ? undefined : around.name;
    if (metadata.name === undefined) {
      this.#unnamed += 1;
      this.#told.ignored(what, 'created with generateName, the name is not in the log');
      return;
    }
    const read = readObject({ ...object, metadata }, { kind: writtenKind(around.kind), apiVersion });
    if (isUseless(read)) {
      this.#told.ignored(read.what, read.why);
      return;
    }
    const { name, body } = read;
    const resourceVersion = isAnswer ? read.resourceVersion : undefined;
    this.#told.sighting({ ...around, name, did: 'put', body, resourceVersion }, line);
  }

  #unknown(event: AuditEvent, around: Omit<Sighting, 'did' | 'name'>, what: string, line: number): void {
    const name = textAt(objectAt(event, 'objectRef'), 'name');
    if (name === undefined) {
      this.#unnamed += 1;
      this.#told.ignored(what, 'created with generateName, the name is not in the log');
      return;
    }
    const patch = event.requestObject;
    const known = typeof patch === 'object' && patch !== null && textAt(event, 'verb') === 'patch';
    this.#told.sighting({ ...around, name, ...(known ? { did: 'patch', patch } : { did: 'touched' }) }, line);
  }

  #collection(
    response: Record<string, unknown> | undefined,
    around: Omit<Sighting, 'did' | 'name'>,
    line: number,
  ): void {
    const items = listAt(response, 'items');
    if (items.length === 0) {
      this.#unknownSets += 1;
      this.#told.ignored(`${around.kind} deletecollection`, 'the log does not tell what it deleted');
    }
    for (const item of items) {
      const metadata = objectAt(item, 'metadata');
      const namespace = textAt(metadata, 'namespace') ?? around.namespace;
      this.#told.sighting({ ...around, namespace, name: textAt(metadata, 'name') ?? '', did: 'delete' }, line);
    }
  }
}

/** Kinds whose status istiod reads: of Pods, whether they are ready; of a ServiceEntry, its allocated addresses. */
const USED_STATUS: ReadonlySet<string> = new Set(['Pod', 'ServiceEntry']);

/** A first delete only marks the object: it goes when its grace period or its finalizers are over. */
function isOnItsWay(response: Record<string, unknown> | undefined, kind: ObservedKind): boolean {
  const metadata = objectAt(response, 'metadata');
  if (textAt(metadata, 'deletionTimestamp') === undefined) return false;
  if (listAt(metadata, 'finalizers').length > 0) return true;
  return kind === 'Pod' && Number(metadata.deletionGracePeriodSeconds ?? 0) > 0;
}

function versionOf(response: Record<string, unknown> | undefined): number | undefined {
  const version = Number(objectAt(response, 'metadata').resourceVersion ?? Number.NaN);
  return Number.isSafeInteger(version) ? version : undefined;
}

/** Clouds put other things where a body was too large for them. */
function bodyOf(value: unknown): Record<string, unknown> | undefined {
  if (!isObject(value) || value === undefined) return undefined;
  return Object.keys(value).length === 0 || Object.values(value).includes(SKIPPED) ? undefined : value;
}

function shown(event: AuditEvent, resource: string): string {
  const verb = textAt(event, 'verb') ?? '';
  return READS.has(verb) ? `${resource || 'request'} (read)` : resource || 'request';
}
