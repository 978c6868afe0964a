/** What clouds and forwarders put around an audit event → the event. */
import { isObject, objectAt, textAt } from '../framing/piece.js';
import type { AuditEvent } from './audit.js';

/** `none`: no audit event; `text`: the event is JSON in this text; `other`: another log of the same cloud. */
export type Unwrapped = { event: AuditEvent } | { text: string } | { other: string } | undefined;

export function unwrapAudit(value: unknown): Unwrapped {
  if (Array.isArray(value)) return insightsRow(value);
  if (!isObject(value)) return undefined;
  if (isAuditEvent(value)) return { event: value };
  if (isObject(value.protoPayload)) return gke(value);
  if ('AuditId' in value || ('ObjectRef' in value && 'Verb' in value)) return { event: aksTable(value) };
  return asText(value) ?? flattened(value);
}

function isAuditEvent(value: Record<string, unknown>): boolean {
  const { apiVersion, verb, objectRef, auditID } = value;
  if (typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/')) return true;
  return typeof verb === 'string' && (isObject(objectRef) || typeof auditID === 'string');
}

/** CloudWatch, Event Hub and Firehose carry the event as text. */
function asText(value: Record<string, unknown>): Unwrapped {
  const category = textAt(value, 'category') ?? textAt(value, 'Category');
  const log = textAt(objectAt(value, 'properties'), 'log') ?? textAt(value, 'log_s');
  if (log !== undefined) {
    if (category !== undefined && !category.startsWith('kube-audit')) return { other: category };
    return { text: log };
  }
  const message = textAt(value, 'message') ?? textAt(value, '@message');
  const stream = textAt(value, 'logStreamName') ?? textAt(value, '@logStream');
  if (message === undefined || (stream === undefined && !message.trimStart().startsWith('{"kind":"Event"')))
    return undefined;
  if (stream !== undefined && !stream.startsWith('kube-apiserver-audit-'))
    return { other: stream.replace(/-[0-9a-f]{8,}$/, '') };
  return { text: message };
}

/** One row of Logs Insights: a list of `{field, value}`. */
function insightsRow(row: readonly unknown[]): Unwrapped {
  const fields = Object.fromEntries(row.map((one) => [textAt(one, 'field') ?? '', textAt(one, 'value')]));
  const { '@message': message, '@logStream': stream } = fields;
  if (message === undefined) return undefined;
  if (stream !== undefined && !stream.startsWith('kube-apiserver-audit-')) return { other: stream };
  return { text: message };
}

/** Cloud Logging: `methodName` is the reversed group, version, resource and verb. */
function gke(entry: Record<string, unknown>): Unwrapped {
  const payload = objectAt(entry, 'protoPayload');
  const method = textAt(payload, 'methodName') ?? '';
  const path = (textAt(payload, 'resourceName') ?? '').split('/');
  const verb = method.slice(method.lastIndexOf('.') + 1);
  const [group = '', version = ''] = path;
  const namespaced = path[2] === 'namespaces' && path.length > 4;
  const [resource, name, subresource] = namespaced ? path.slice(4) : path.slice(2);
  if (resource === undefined) return { other: textAt(payload, 'serviceName') ?? 'Cloud Audit' };
  if (objectAt(entry, 'operation').last === false) return { other: 'the start of a long operation' };
  const { code } = objectAt(payload, 'status');
  return {
    event: {
      auditID: textAt(entry, 'insertId'),
      verb,
      user: { username: textAt(objectAt(payload, 'authenticationInfo'), 'principalEmail') ?? '' },
      objectRef: {
        resource,
        name,
        subresource,
        namespace: namespaced ? path[3] : '',
        apiGroup: group === 'core' ? '' : group,
        apiVersion: version,
      },
      // A gRPC code: 0, or absent, is success.
      responseStatus: { code: code === undefined || code === null || Number(code) === 0 ? 200 : 400 + Number(code) },
      requestObject: withoutType(payload.request),
      responseObject: withoutType(payload.response),
      stageTimestamp: textAt(entry, 'timestamp'),
    },
  };
}

function withoutType(body: unknown): unknown {
  if (!isObject(body)) return body;
  const { '@type': _type, ...rest } = body;
  return rest;
}

/** Resource-specific tables: the keys in PascalCase, dynamic columns sometimes as text. */
function aksTable(row: Record<string, unknown>): AuditEvent {
  const column = (name: string): unknown => {
    const value = row[name];
    if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  };
  return {
    auditID: column('AuditId'),
    level: column('Level'),
    stage: column('Stage'),
    verb: column('Verb'),
    requestURI: column('RequestUri'),
    user: column('User'),
    impersonatedUser: column('ImpersonatedUser'),
    objectRef: column('ObjectRef'),
    responseStatus: column('ResponseStatus'),
    requestObject: column('RequestObject'),
    responseObject: column('ResponseObject'),
    stageTimestamp: column('StageReceivedTime') ?? column('TimeGenerated'),
    requestReceivedTimestamp: column('RequestReceivedTime'),
  };
}

/** A forwarder that joins the keys of nested objects with underscores; numbers may be text. */
function flattened(value: Record<string, unknown>): Unwrapped {
  if (!('objectRef_resource' in value) && !('responseStatus_code' in value)) return undefined;
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) =>
        key.startsWith(`${prefix}_`) ? [[key.slice(prefix.length + 1), one]] : [],
      ),
    );
  return {
    event: {
      ...value,
      objectRef: under('objectRef'),
      user: under('user'),
      responseStatus: under('responseStatus'),
    },
  };
}
