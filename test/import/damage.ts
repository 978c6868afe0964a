/** Damage to inputs, by a number; and reading them without files. */
import { type BadRecord, Gathered } from '../../src/import/gathered.js';
import { changesOf } from '../../src/import/observed/changes.js';
import { readBytes } from '../../src/import/read-inputs.js';
import type { Sample } from './records.js';

/** Small and quick; only to place the damage. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\n',
  ',',
  ':',
  '\\',
  '- ',
  '---\n',
  '{{',
  'null',
  '\u0000',
  '\ufeff',
  '9e999',
  '\t',
  '{"a":',
  ' stdout P ',
  '<<: *x',
];

export function damaged(bytes: Uint8Array, seed: number): Buffer {
  const draw = random(seed);
  let text = Buffer.from(bytes);
  for (let times = 1 + draw(4); times > 0; times--) {
    const at = draw(text.length + 1);
    const until = Math.min(text.length, at + draw(40));
    const piece = Buffer.from(PIECES[draw(PIECES.length)]!);
    switch (draw(5)) {
      case 0:
        text = Buffer.concat([text.subarray(0, at), text.subarray(until)]);
        break;
      case 1:
        text = Buffer.concat([text.subarray(0, at), piece, text.subarray(at)]);
        break;
      case 2:
        text = Buffer.concat([text.subarray(0, until), text.subarray(at)]);
        break;
      case 3:
        text = Buffer.from(text.subarray(0, at));
        break;
      default:
        if (at < text.length) text[at] = draw(256);
    }
  }
  return text;
}

/** Damage within one line, which stays one line. */
export function damagedLine(line: Buffer, seed: number): Buffer {
  for (let next = seed; ; next += 7_919) {
    const after = damaged(line, next);
    if (!after.equals(line) && !after.includes(10) && !after.includes(13)) return after;
  }
}

/** One object a text: what each record told. */
class Noted extends Gathered {
  readonly told = new Set<string>();

  override begin(file: string): ReturnType<Gathered['begin']> {
    const told = super.begin(file);
    return {
      ...told,
      sighting: (sighting, line) => {
        const { kind, namespace, name, at, resourceVersion } = sighting;
        this.told.add(`${kind} ${namespace}/${name} ${at} ${resourceVersion}`);
        told.sighting(sighting, line);
      },
      sample: (name, labels, value, at) => {
        this.told.add(`${name} ${JSON.stringify(labels)} ${value} ${at}`);
        told.sample(name, labels, value, at);
      },
      proxy: (proxy) => {
        this.told.add(`${proxy.namespace}/${proxy.name}`);
        told.proxy(proxy);
      },
    };
  }
}

export interface ReadBack {
  readonly badRecords: readonly BadRecord[];
  readonly bad: number;
  readonly lines: number;
  /** A text for each thing that was told, by sightings, samples, listed proxies and rounds of logs. */
  readonly told: ReadonlySet<string>;
}

/** @param chunkBytes how many bytes come at a time */
export function readDamaged(bytes: Buffer, chunkBytes?: number): ReadBack {
  const gathered = new Noted();
  try {
    readBytes(bytes, 'input', gathered, chunkBytes);
    const { told } = gathered;
    for (const { rounds } of gathered.logs)
      for (const { at, number, merged } of rounds) told.add(`round ${at} ${number} ${merged}`);
    for (const _ of changesOf(gathered.history, { found: new Map(), ignored: new Map() }));
    const bad = gathered.accounts.reduce((sum, account) => sum + account.bad, 0);
    return { badRecords: gathered.badRecords, bad, lines: bytes.toString('latin1').split('\n').length, told };
  } finally {
    gathered.history.close();
  }
}

/** What is wrong with what was said of the bad records; empty when nothing is. */
export function complaint({ badRecords, lines }: ReadBack): string {
  for (const { line, what } of badRecords) {
    if (!Number.isInteger(line) || line < 1 || line > lines) return `not located: line ${line} of ${lines}: ${what}`;
    if (what === '') return `line ${line}: nothing is said`;
  }
  return '';
}

/** Damage within one record of a sample; and what that lost of the others, which should be nothing. */
export class RecordDamage {
  readonly #sample: Sample;
  /** What is told when a record is not there. */
  readonly #without: readonly ReadonlySet<string>[];

  constructor(sample: Sample) {
    this.#sample = sample;
    this.#without = sample.parts.map((_, at) => {
      const rest = sample.parts.filter((_, i) => i !== at).join('');
      return readDamaged(Buffer.from(rest, 'latin1')).told;
    });
  }

  read(seed: number): { readonly back: ReadBack; readonly lost: readonly string[]; readonly how: string } {
    const { parts, fixed, bounded = false, own } = this.#sample;
    const at = fixed + (seed % (parts.length - fixed));
    const lines = parts[at]!.split('\n');
    const line = Math.floor(seed / parts.length) % (lines.length - (lines.at(-1) === '' ? 1 : 0));
    const before = lines[line]!;
    let next = seed;
    do lines[line] = damagedLine(Buffer.from(before), next++).toString('latin1');
    while (own?.test(lines[line]) && (!own.test(before) || /^ *\[/.test(lines[line])));
    const text = parts.map((part, i) => (i === at ? lines.join('\n') : part)).join('');
    const back = readDamaged(Buffer.from(text, 'latin1'));
    // Where its beginning alone parts a record from the one before, that goes with it.
    const previous = this.#without[at - 1];
    const others = [...this.#without[at]!].filter((told) => !(bounded && line === 0) || previous?.has(told) !== false);
    const how = `record ${at}, line ${line}: ${difference(before, lines[line]!)}`;
    return { back, lost: others.filter((told) => !back.told.has(told)), how };
  }
}

/** What is not the same at both ends, and a little around it. */
function difference(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const part = (text: string) => {
    const shown = text.slice(Math.max(0, start - 20), text.length - end + 20);
    return shown.length > 120 ? `${shown.slice(0, 60)} … ${shown.slice(-60)}` : shown;
  };
  return `${part(before)} -> ${part(after)}`;
}
