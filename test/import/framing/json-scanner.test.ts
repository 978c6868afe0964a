import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { JsonScanner } from '../../../src/import/framing/json-scanner.js';
import type { Piece } from '../../../src/import/framing/piece.js';

/** Scans the text in chunks of so many bytes. */
function scan(text: string, chunk = 1 << 20): Piece[] {
  const pieces: Piece[] = [];
  const scanner = new JsonScanner((piece) => pieces.push(piece));
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += chunk) scanner.push(bytes.subarray(i, i + chunk));
  scanner.end();
  return pieces;
}

const values = (pieces: readonly Piece[]) => pieces.flatMap((piece) => (piece.is === 'json' ? [piece.value] : []));
const lines = (pieces: readonly Piece[]) => pieces.map(({ is, line }) => `${is} ${line}`);

const anObject = fc.dictionary(
  fc.string({ maxLength: 8 }).filter((key) => !LIST_KEYS.includes(key)),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 4 },
);
const LIST_KEYS = ['items', 'records', 'events', 'logEvents', 'Records', 'results'];
const chunk = fc.integer({ min: 1, max: 40 });

describe('a stream of JSON values', () => {
  const framings: Readonly<Record<string, (objects: readonly object[]) => string>> = {
    'one a line': (objects) => objects.map((one) => `${JSON.stringify(one)}\n`).join(''),
    'one a line, CRLF': (objects) => objects.map((one) => `${JSON.stringify(one)}\r\n`).join(''),
    'without anything between': (objects) => objects.map((one) => JSON.stringify(one)).join(''),
    'pretty-printed and concatenated': (objects) => objects.map((one) => JSON.stringify(one, null, 4)).join('\n'),
    'indented with tabs': (objects) => objects.map((one) => JSON.stringify(one, null, '\t')).join('\n'),
    'in an array': (objects) => JSON.stringify(objects),
    'in a pretty-printed array': (objects) => JSON.stringify(objects, null, 2),
    'in a list of kubectl': (objects) => JSON.stringify({ apiVersion: 'v1', items: objects, kind: 'List' }),
    'in a pretty-printed list': (objects) => JSON.stringify({ kind: 'List', items: objects, metadata: {} }, null, 4),
  };
  for (const [name, framed] of Object.entries(framings)) {
    test.prop([fc.array(anObject, { maxLength: 5 }), chunk])(
      `${name} comes back whole, whatever the chunks`,
      (objects, size) => {
        const pieces = scan(framed(objects), size);
        expect(values(pieces)).toEqual(JSON.parse(JSON.stringify(objects)));
        expect(pieces.filter(({ is }) => is === 'bad')).toEqual([]);
      },
    );
  }

  test('what stands around a list comes when the list is over', () => {
    const [first, end] = scan('{"kind":"PodList","apiVersion":"v1","items":[{"a":1}],"metadata":{}}');
    expect(first).toMatchObject({ is: 'json', inList: true, value: { a: 1 } });
    expect(end).toMatchObject({ is: 'list-end', around: { kind: 'PodList', apiVersion: 'v1', metadata: {} } });
  });

  test('a list without items is an ordinary value', () => {
    expect(values(scan('{"kind":"List","items":null}'))).toEqual([{ kind: 'List', items: null }]);
  });
});

describe('lines of text among JSON', () => {
  test('are told with their line, also those that begin with a bracket or a brace', () => {
    const text = 'starting up\n{"msg":"a"}\n[pod/istiod-1/discovery] hello\n{nothing of JSON\n{"msg":"b"}\r\nbye';
    const pieces = scan(text);
    expect(lines(pieces)).toEqual(['text 1', 'json 2', 'text 3', 'text 4', 'json 5', 'text 6']);
    expect(pieces[2]).toMatchObject({ text: '[pod/istiod-1/discovery] hello' });
  });
});

describe('a broken record', () => {
  const cuts: readonly [string, string][] = [
    ['within a text', '{"a":{"b":"cut he'],
    ['after a value', '{"a":{"b":1'],
    ['after a comma', '{"a":{"b":1,'],
    ['after a colon', '{"a":{"b":'],
    ['after a key', '{"a":{"b"'],
    ['by a wrong word', '{"a":nonsense}'],
    ['after a brace', '{"a":{'],
    ['after a bracket deep within', '{"a":{"b":[{"c":['],
    ['after a backslash', '{"a":{"b":"c\\'],
    ['and closed by the wrong bracket', '{"a":{"b":1]}'],
  ];
  for (const [where, cut] of cuts) {
    for (const size of [1, 7, 1 << 20]) {
      test(`cut ${where} is located, and the records after it are read (chunks of ${size})`, () => {
        const pieces = scan(`{"n":1}\n${cut}\n{"n":2}\n{"n":3}\n`, size);
        expect(values(pieces)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
        expect(pieces.filter(({ is }) => is === 'bad').map(({ line }) => line)).toEqual([2]);
        expect(pieces.filter(({ is }) => is === 'json').map(({ line }) => line)).toEqual([1, 3, 4]);
      });
    }
  }

  test('in a pretty-printed list loses that element alone', () => {
    const good = JSON.stringify({ kind: 'List', items: [{ n: 1 }, { n: 2, deep: { er: 'x' } }, { n: 3 }] }, null, 4);
    const pieces = scan(good.replace('"er": "x"', '"er": "x'), 5);
    expect(values(pieces)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(lines(pieces.filter(({ is }) => is === 'bad'))).toEqual(['bad 7']);
    expect(pieces.at(-1)).toMatchObject({ is: 'list-end', around: { kind: 'List' } });
  });

  test('whose closing bracket looks like the end of a pretty-printed list does not end it', () => {
    const good = JSON.stringify({ kind: 'List', items: [{ n: 1 }, { n: 2, deep: [3] }, { n: 3 }] }, null, 4);
    const pieces = scan(good.replace(/ +"n": 2,/, '    ]'), 5);
    expect(values(pieces)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(pieces.at(-1)).toMatchObject({ is: 'list-end', around: { kind: 'List' } });
  });

  test('in a batch of records does not take the next batch with it', () => {
    const batch = (n: number) => `{"records":[{"n":${n}}]}\n`;
    const pieces = scan(`${batch(1)}{"records":[{"n":\n${batch(3)}${batch(4)}`, 1 << 20);
    expect(values(pieces)).toEqual([{ n: 1 }, { n: 3 }, { n: 4 }]);
    expect(pieces.filter(({ is }) => is === 'bad')[0]).toMatchObject({ line: 2 });
  });

  test('in which only the last bracket is wrong keeps its record apart from the next', () => {
    const pieces = scan('{\n  "n": 1\n}\n{\n  "n": 2\n,\n{\n  "n": 3\n}\n');
    expect(values(pieces)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(lines(pieces.filter(({ is }) => is === 'bad'))).toEqual(['bad 4']);
  });

  test('at the end of the file is one that kubectl did not finish', () => {
    const pieces = scan('{"n":1}\n{"n":2,"m":[1,');
    expect(values(pieces)).toEqual([{ n: 1 }]);
    expect(lines(pieces)).toEqual(['json 1', 'bad 2']);
  });

  test('that is larger than the limit is skipped', () => {
    const pieces: Piece[] = [];
    const scanner = new JsonScanner((piece) => pieces.push(piece), 1000);
    const text = Buffer.from(`{"n":1}\n{"big":"${'x'.repeat(5000)}"}\n{"n":2}\n`);
    for (let i = 0; i < text.length; i += 100) scanner.push(text.subarray(i, i + 100));
    scanner.end();
    expect(values(pieces)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(lines(pieces)).toEqual(['json 1', 'bad 2', 'json 3']);
  });
});
