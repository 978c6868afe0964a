/**
 * Pseudonyms for every name, host, label value and address: keyed, so that nobody without the key can try names, and
 * consistent, so that what belonged together still does. Words of Kubernetes and Istio stay.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { isObject } from './framing/piece.js';
import type { StateObject } from './observed/history.js';
import type { Body } from './observed/sighting.js';

/** Names with a meaning of their own. */
const KEPT_NAMES: ReadonlySet<string> = new Set(
  (
    '* . ~ mesh default istio-system kube-system kube-public kube-node-lease svc cluster local localhost istiod istio ' +
    'ingressgateway egressgateway istio-ingressgateway istio-egressgateway istio-waypoint istio-remote istio-east-west ' +
    'kubernetes true false enabled disabled'
  ).split(' '),
);
const KEPT_LABELS =
  /(?:^|\.)(?:kubernetes\.io|k8s\.io|istio\.io)\/|^(?:istio-injection|app|version|release|istio|tier|component|name|service|env)$/;
/** Keys under which the keys are the users' own. */
const USER_KEYS: ReadonlySet<string> = new Set(
  'labels matchLabels selector headers withoutHeaders queryParams sourceLabels set add to data proxyMetadata'.split(
    ' ',
  ),
);
/** Keys under which the values are words of the API. */
const WORD_KEYS: ReadonlySet<string> = new Set(
  (
    'apiVersion kind group addressType protocol appProtocol mode resolution location action simple applyTo context ' +
    'operation type version minProtocolVersion maxProtocolVersion proxy resolutionType method from operator'
  ).split(' '),
);
/** Of the API: `STRICT`, `PathPrefix`, `In`. */
const WORD = /^[A-Z][A-Za-z0-9_]*$/;
/** Keys of Secrets and ConfigMaps that mean something to Istio. */
const KEPT_DATA = /^(?:ca\.crt|cacert|ca\.crl|tls\.crt|tls\.key|cert|key|crl)$/;
/** Names of controllers, by which classes are Istio's. */
const CONTROLLER = /^istio\.io\/[a-z-]+$/;
const PROTOCOLS = /^(?:http2?|https|grpc|grpc-web|tcp|tls|udp|mongo|redis|mysql|auto)$/;
const NUMBERS = /^[-+]?\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|%|Mi|Gi|Ki)?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)(?:\/\d+)?$/i;
/** Of one length, before it is made longer. */
const TRIES = 8;
const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

export class Pseudonyms {
  readonly #key: Buffer;
  readonly #known = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** @param key secret; a random one when nobody gives any, and then nobody can make the same names again */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = key;
  }

  /** Of a name; one with dots part by part, as a host is, so that both are the same wherever they stand. */
  name(text: string): string {
    return text.includes('.')
      ? text
          .split('.')
          .map((part) => this.#part(part))
          .join('.')
      : this.#part(text);
  }

  /** As long as the name, because sizes of messages depend on that; longer where all short ones are taken. */
  #part(text: string): string {
    if (text === '' || KEPT_NAMES.has(text)) return text;
    let known = this.#known.get(text);
    for (let again = 0; known === undefined; again++) {
      const candidate = this.#letters(`${text}#${again}`, text.length + Math.floor(again / TRIES));
      if (!this.#taken.has(candidate)) known = candidate;
    }
    this.#taken.add(known);
    this.#known.set(text, known);
    return known;
  }

  #letters(text: string, length: number): string {
    let letters = 'n';
    for (let block = 0; letters.length < length; block++)
      for (const byte of createHmac('sha256', this.#key).update(`${text}#${block}`).digest())
        letters += DIGITS[byte & 31];
    return letters.slice(0, Math.max(2, length));
  }

  /** Hosts label by label, `namespace/host` likewise, so that a service's host has the service's name. */
  host(text: string): string {
    return text
      .split('/')
      .map((part) => this.name(part))
      .join('/');
  }

  /** Different addresses stay different. */
  address(text: string): string {
    const known = this.#addresses.get(text);
    if (known !== undefined) return known;
    const mask = /\/\d+$/.exec(text)?.[0] ?? '';
    let address = '';
    for (let again = 0; address === '' || this.#taken.has(address); again++) {
      const digest = createHmac('sha256', this.#key).update(`${text}#${again}`).digest();
      const group = (at: number): string => digest.readUInt16BE(at).toString(16);
      address = text.includes(':')
        ? `fd00::${group(0)}:${group(2)}:${group(4)}${mask}`
        : `10.${digest[0]}.${digest[1]}.${digest[2]}${mask}`;
    }
    this.#taken.add(address);
    this.#addresses.set(text, address);
    return address;
  }

  /** A port's name tells its protocol by its first word. */
  port(text: string): string {
    if (PROTOCOLS.test(text)) return text;
    const dash = text.indexOf('-', text.startsWith('grpc-web') ? 8 : 0);
    const word = dash < 0 ? '' : text.slice(0, dash);
    return PROTOCOLS.test(word) ? `${word}-${this.name(text.slice(dash + 1))}` : this.name(text);
  }

  /** `system:serviceaccount:NAMESPACE:NAME`, or a person. */
  actor(text: string): string {
    if (!text.startsWith('system:')) return KEPT_ACTORS.test(text) ? text : this.name(text);
    if (/^system:serviceaccount:kube-system:/.test(text) || !/^system:(?:serviceaccount|node):/.test(text)) return text;
    return text
      .split(':')
      .map((part, i) => (i < 2 ? part : this.name(part)))
      .join(':');
  }

  /** Settings of istiod: numbers, durations and switches; undefined for what may be a name. */
  setting(value: string): string | undefined {
    return NUMBERS.test(value) || /^(?:true|false)$/i.test(value) ? value : undefined;
  }

  labels(labels: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [
        this.#labelKey(key),
        NUMBERS.test(value) ? value : this.name(value),
      ]),
    );
  }

  object<T extends Pick<StateObject, 'namespace' | 'name' | 'body'>>(object: T): T {
    const { namespace, name, body } = object;
    return { ...object, namespace: this.name(namespace), name: this.name(name), body: this.body(body) };
  }

  body(body: Body): Body {
    return {
      ...body,
      labels: this.labels(body.labels),
      // Their values may be anything; only where a Service is exported to means something.
      annotations: Object.fromEntries(
        Object.entries(body.annotations).map(([key, value]) => [
          key,
          value
            .split(',')
            .map((one) => this.name(one.trim()))
            .join(','),
        ]),
      ),
      spec: this.value(body.spec, '') as Record<string, unknown>,
    };
  }

  /** Plain data, by the keys it stands under. */
  value(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item, key));
    if (isObject(value)) {
      const own = USER_KEYS.has(key);
      const isPort = key === 'ports' || key === 'port' || key === 'listeners';
      return Object.fromEntries(
        Object.entries(value).map(([inner, one]) => [
          own && !(key === 'data' && KEPT_DATA.test(inner)) ? this.#labelKey(inner) : inner,
          own && typeof one === 'string'
            ? NUMBERS.test(one)
              ? one
              : this.name(one)
            : this.value(one, isPort && inner === 'name' ? 'portName' : inner),
        ]),
      );
    }
    return typeof value === 'string' ? this.#text(value, key) : value;
  }

  #text(text: string, key: string): string {
    if ((WORD_KEYS.has(key) && WORD.test(text)) || CONTROLLER.test(text)) return text;
    if (KINDS.has(key) || NUMBERS.test(text)) return text;
    if (key === 'key') return this.#labelKey(text);
    if (key === 'appProtocol' || key === 'protocol') return PROTOCOLS.test(text.toLowerCase()) ? text : this.port(text);
    if (ADDRESS.test(text)) return this.address(text);
    if (key === 'portName' || key === 'targetPort') return this.port(text);
    if (/^[\w*.~-]+(?:\/[\w*.~-]+)?$/.test(text)) return this.host(text);
    return text.startsWith('/') ? `/${this.name(text)}` : this.name(text);
  }

  #labelKey(key: string): string {
    return KEPT_LABELS.test(key) ? key : this.name(key);
  }
}

const KINDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'group', 'addressType', 'type']);
const KEPT_ACTORS = /^(?:kube-(?:controller-manager|scheduler|apiserver)|kubectl(?:-[a-z]+)*|kubelet|unknown)$/;
