/** Proxies as istiod lists them: `istioctl proxy-status` (a table) and `/debug/syncz` (JSON). */
import { isObject, textAt } from '../framing/piece.js';
import type { ListedProxy, Told } from '../observed/sighting.js';

const SENT: Readonly<Record<string, string>> = {
  cluster_sent: 'CDS',
  listener_sent: 'LDS',
  route_sent: 'RDS',
  endpoint_sent: 'EDS',
  extensionconfig_sent: 'ECDS',
};

/** False when the value is something else: an array of proxies, one of them, or an object of arrays by istiod. */
export function readListed(value: unknown, told: Told): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => readListed(one, told));
  if (!isObject(value)) return false;
  if (isProxy(value)) {
    proxyOf(value, '', told);
    return true;
  }
  const lists = Object.entries(value);
  if (lists.length === 0 || !lists.every(([, list]) => Array.isArray(list) && list.every(isProxy))) return false;
  for (const [istiod, list] of lists) for (const one of list as unknown[]) proxyOf(one, istiod, told);
  return true;
}

function isProxy(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || typeof value.proxy !== 'string') return false;
  return 'istio_version' in value || 'cluster_id' in value || Object.keys(SENT).some((key) => key in value);
}

function proxyOf(value: unknown, istiod: string, told: Told): void {
  const types = Object.entries(SENT).flatMap(([key, type]) => (textAt(value, key) ? [type] : []));
  const version = textAt(value, 'proxy_version') ?? textAt(value, 'istio_version') ?? '';
  tell({ ...splitName(textAt(value, 'proxy') ?? ''), istiod, version, types }, told);
}

/** Streams that `istioctl` itself opens have no types. */
function tell(proxy: ListedProxy, told: Told): void {
  if (/^(?:test|debug)-\d+$/.test(proxy.name) || proxy.name === '') told.ignored('stream of istioctl', 'no proxy');
  else told.proxy(proxy);
}

/** POD.NAMESPACE: the namespace is after the last dot. */
function splitName(text: string): { name: string; namespace: string } {
  const dot = text.lastIndexOf('.');
  return dot < 0 ? { name: text, namespace: '' } : { name: text.slice(0, dot), namespace: text.slice(dot + 1) };
}

const HEADER = /^NAME\s+.*\bISTIOD\b.*\bVERSION\b/;
const CELL_TYPES = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS', 'NDS', 'SDS'];

/** Cells have blanks inside, so the header's columns split them. */
export class ProxyStatusReader {
  readonly #told: Told;
  #columns: readonly { name: string; at: number }[] = [];

  constructor(told: Told) {
    this.#told = told;
  }

  static fits(line: string): boolean {
    return HEADER.test(line);
  }

  line(text: string, number: number): void {
    if (text.trim() === '') return;
    if (ProxyStatusReader.fits(text)) {
      this.#columns = [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], at: match.index }));
      return;
    }
    const cells = this.#cells(text);
    const proxy = cells.get('NAME') ?? '';
    if (this.#columns.length === 0 || !proxy.includes('.')) {
      this.#told.bad(number, 'a row of proxy-status was expected: POD.NAMESPACE and its columns');
      return;
    }
    const subscribed = /\(([^)]*)\)/.exec(cells.get('SUBSCRIBED TYPES') ?? '')?.[1]?.split(',') ?? [];
    const sent = CELL_TYPES.filter((type) => /^(?:SYNCED|STALE|ERROR)/.test(cells.get(type) ?? ''));
    const types = subscribed.length > 0 ? subscribed.map((type) => type.trim()) : sent;
    const { name, namespace } = splitName(proxy);
    tell(
      { name, namespace, istiod: cells.get('ISTIOD') ?? '', version: cells.get('VERSION') ?? '', types },
      this.#told,
    );
  }

  /** A cell wider than its column pushes the rest of the row right; two blanks still part the cells. */
  #cells(text: string): Map<string, string> {
    const parts = text.trimEnd().split(/\s{2,}|\t/);
    const names = this.#columns.map(({ name }) => name);
    const byPosition = (): [string, string][] =>
      this.#columns.map(({ name, at }, i) => [name, text.slice(at, this.#columns[i + 1]?.at).trim()]);
    return new Map(parts.length === names.length ? names.map((name, i) => [name, parts[i]!.trim()]) : byPosition());
  }
}
