/**
 * Who caused the work: every message, and every bit of CPU that was for somebody, is laid at the door of the changes
 * that asked for it, and from there at their trigger, kind, namespace, object and event source.
 *
 * `alone` counts messages that nobody else asked for: what would not be sent without this cause. `together` counts those
 * that others asked for as well. CPU and bytes of the latter are divided evenly among the distinct objects, so that the
 * shares add up to the whole.
 *
 * Messages are first counted by the list of changes that caused them, which the proxies of a push share; that is spread
 * over the causes when there are many lists, or in the end.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { ResponsePlan } from '../../pipeline/model/response-plan.js';
import type { Attribution, AttributionRow } from '../recorder/result.js';

export const DIMENSIONS = ['trigger', 'kind', 'namespace', 'object', 'source'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Distinct in at least one label; one object written by two sources is two causes. */
type Cause = Readonly<Record<Dimension, string>>;

interface Account {
  readonly causes: readonly Cause[];
  messages: number;
  bytes: number;
  cpu: Nanos;
}

interface Total {
  changes: number;
  alone: number;
  together: number;
  messages: number;
  bytes: number;
  cpu: Nanos;
}

const ACCOUNTS_MAX = 8_192;
/** Labels kept by dimension; rarer newcomers share the last one. */
const LABELS_MAX = 10_000;
const CAUSES_MAX = 20_000;
const OTHERS = '(others)';

const ASKED: Cause = { trigger: 'proxyrequest', kind: 'none', namespace: 'none', object: 'none', source: 'proxies' };

export class AttributionBook {
  readonly #accounts = new Map<object, Account>();
  readonly #totals = DIMENSIONS.map(() => new Map<string, Total>());
  readonly #causes = new Map<string, Cause>();
  #lastKey: object | undefined;
  #last: Account | undefined;

  constructor(private readonly triggerOf: (change: Delivery) => string) {}

  /** A change was written; counted even if it never pushes. */
  wrote(change: Delivery): void {
    const cause = this.#causeOf(change);
    for (const [i, dimension] of DIMENSIONS.entries()) {
      if (dimension !== 'trigger') this.#total(i, cause[dimension]).changes += 1;
    }
  }

  /** An update with this trigger reached the debounce, or went past it. */
  triggered(trigger: string): void {
    this.#total(DIMENSIONS.indexOf('trigger'), trigger).changes += 1;
  }

  /** `asked`: what the message was for when it answers a request of the proxy. */
  message(planned: ResponsePlan, asked: readonly Delivery[], bytes: number, cpu: Nanos): void {
    const { causes } = planned;
    const account = causes === undefined ? this.#answer(asked) : this.#account(causes, causes);
    account.messages += 1;
    account.bytes += bytes;
    account.cpu += cpu;
  }

  /** CPU that was for all these changes: a push context, the state of a proxy. */
  work(changes: readonly Delivery[], cpu: Nanos): void {
    if (cpu > 0) this.#account(changes, changes).cpu += cpu;
  }

  result(cpuTotal: Nanos): Attribution {
    this.#complete();
    const named = (i: number): AttributionRow[] => {
      const blames = [...this.#totals[i]!].map(([label, total]) => toBlame(label, total));
      return blames.sort(
        (a, b) => b.messages - a.messages || b.cpu_seconds - a.cpu_seconds || (a.label < b.label ? -1 : 1),
      );
    };
    const [trigger = [], kind = [], namespace = [], object = [], source = []] = DIMENSIONS.map((_, i) => named(i));
    const attributed = trigger.reduce((sum, blame) => sum + blame.cpu_seconds, 0);
    return { trigger, kind, namespace, object, source, unattributed_cpu_seconds: cpuTotal / SECOND - attributed };
  }

  #answer(asked: readonly Delivery[]): Account {
    // Few: answers wait for changes only while a proxy asks for the endpoints of clusters it has just got.
    if (asked.length === 0) return this.#account(ASKED, asked);
    return asked.length === 1 ? this.#account(asked[0]!, asked) : this.#account({}, [...asked]);
  }

  #account(key: object, changes: readonly Delivery[]): Account {
    if (key === this.#lastKey) return this.#last!;
    let account = this.#accounts.get(key);
    if (account === undefined) {
      if (this.#accounts.size >= ACCOUNTS_MAX) this.#complete();
      const causes = changes.length === 0 ? [ASKED] : [...new Set(changes.map((change) => this.#causeOf(change)))];
      account = { causes, messages: 0, bytes: 0, cpu: 0 };
      this.#accounts.set(key, account);
    }
    this.#lastKey = key;
    this.#last = account;
    return account;
  }

  #causeOf(change: Delivery): Cause {
    const { source } = change;
    const trigger = this.triggerOf(change);
    const { kind = 'unknown', namespace = '', name = '' } = change.object ?? {};
    const object = namespace === '' ? `${kind} ${name}`.trim() : `${kind} ${namespace}/${name}`;
    const id = `${trigger} ${object} ${source}`;
    let cause = this.#causes.get(id);
    if (cause === undefined) {
      cause = { trigger, kind, namespace: namespace || '(cluster)', object, source };
      // Sharing them only saves work, so they may be forgotten.
      if (this.#causes.size >= CAUSES_MAX) this.#causes.clear();
      this.#causes.set(id, cause);
    }
    return cause;
  }

  #total(dimension: number, label: string): Total {
    const totals = this.#totals[dimension]!;
    const known = totals.size < LABELS_MAX || totals.has(label) ? label : OTHERS;
    let total = totals.get(known);
    if (total === undefined) {
      total = { changes: 0, alone: 0, together: 0, messages: 0, bytes: 0, cpu: 0 };
      totals.set(known, total);
    }
    return total;
  }

  /** Spreads the accounts over the labels of their causes and closes them. */
  #complete(): void {
    for (const { causes, messages, bytes, cpu } of this.#accounts.values()) {
      for (const [i, dimension] of DIMENSIONS.entries()) {
        const share = 1 / causes.length;
        for (const cause of causes) {
          const total = this.#total(i, cause[dimension]);
          total.messages += messages * share;
          total.bytes += bytes * share;
          total.cpu += cpu * share;
        }
        const labels = new Set(causes.map((cause) => cause[dimension]));
        for (const label of labels) {
          if (labels.size === 1) this.#total(i, label).alone += messages;
          else this.#total(i, label).together += messages;
        }
      }
    }
    this.#accounts.clear();
    this.#lastKey = undefined;
    this.#last = undefined;
  }
}

function toBlame(label: string, { changes, alone, together, messages, bytes, cpu }: Total): AttributionRow {
  return { label, changes, alone, together, messages, bytes, cpu_seconds: cpu / SECOND };
}
