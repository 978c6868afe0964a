/** Damage to inputs, by a number; and reading them without files. */
import { type BadRecord, Gathered } from '../../src/import/gathered.js';
import { changesOf } from '../../src/import/observed/changes.js';
import { readBytes } from '../../src/import/read-inputs.js';

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

export function readDamaged(bytes: Buffer): { badRecords: readonly BadRecord[]; lines: number } {
  const gathered = new Gathered();
  try {
    readBytes(bytes, 'input', gathered);
    for (const _ of changesOf(gathered.history, { found: new Map(), ignored: new Map() }));
    return { badRecords: gathered.badRecords, lines: bytes.toString('latin1').split('\n').length };
  } finally {
    gathered.history.close();
  }
}
