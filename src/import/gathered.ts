/** What the inputs told, file by file: the history, logs, metrics, proxies, and an account of every record. */
import { IstiodLog } from './formats/istiod-log.js';
import { History } from './observed/history.js';
import type { ListedProxy, Micros, Sighting, Told } from './observed/sighting.js';

export interface BadRecord {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Of one file. */
export interface Account {
  readonly file: string;
  format: string;
  /** Records that told something. */
  used: number;
  readonly ignored: Map<string, number>;
  bad: number;
  readonly usedBy: Map<string, number>;
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: Micros | undefined;
  readonly file: string;
}

/** A load test says what will be there, not what was seen. */
export interface Plan {
  readonly file: string;
  readonly kind: string;
  readonly scenario: Readonly<Record<string, unknown>>;
}

/** So many of the bad records are told one by one. */
const MOST_TOLD = 20;

export class Gathered {
  readonly history = new History();
  readonly logs: IstiodLog[] = [];
  readonly samples: Sample[] = [];
  readonly proxies = new Map<string, ListedProxy>();
  readonly accounts: Account[] = [];
  readonly badRecords: BadRecord[] = [];
  readonly notes = new Set<string>();
  readonly plans: Plan[] = [];
  #log: IstiodLog | undefined;

  begin(file: string): Told & { format(name: string): void; formats(found: ReadonlyMap<string, number>): void } {
    const account: Account = { file, format: '', used: 0, ignored: new Map(), bad: 0, usedBy: new Map() };
    this.accounts.push(account);
    this.#log = undefined;
    let isStream = false;
    const use = (what: string) => {
      account.used += 1;
      add(account.usedBy, what);
    };
    return {
      format: (name) => {
        account.format = name;
      },
      formats: (found) => {
        if (found.size > 0) account.format = [...found.keys()].join(', ');
      },
      sighting: (sighting) => {
        use(sighting.kind);
        if (sighting.did !== 'exists') isStream = true;
        this.history.add(sighting, originOf(sighting, isStream));
      },
      ignored: (what, why) => add(account.ignored, `${what}: ${why}`),
      bad: (line, what) => {
        account.bad += 1;
        if (this.badRecords.length < MOST_TOLD) this.badRecords.push({ file, line, what });
      },
      note: (text) => this.notes.add(text),
      logLine: (line, number) => {
        this.#log ??= this.#newLog();
        if (account.format === 'json') account.format = 'istiod log';
        if (this.#log.line(line, number)) use('log line');
        else if (line.trim() !== '') add(account.ignored, 'log line: tells nothing of pushes');
      },
      sample: (name, labels, value, at) => {
        use('sample');
        this.samples.push({ name, labels, value, at, file });
      },
      proxy: (proxy) => {
        use('listed proxy');
        this.proxies.set(`${proxy.namespace}/${proxy.name}`, proxy);
      },
      seenAt: (at) => this.history.seenAt(at),
    };
  }

  logEnds(): void {
    this.#log = undefined;
  }

  #newLog(): IstiodLog {
    const log = new IstiodLog();
    this.logs.push(log);
    return log;
  }
}

/** A list of objects with times of their own is a watch that began with it. */
function originOf(sighting: Sighting, isStream: boolean): 'dump' | 'stream' {
  return isStream || sighting.at !== undefined ? 'stream' : 'dump';
}

function add(to: Map<string, number>, key: string): void {
  to.set(key, (to.get(key) ?? 0) + 1);
}
