/** A timeline file, line by line: never more than a block of it in memory. */
import { unpackedChunks } from './block-gzip.js';
import { readTimelineLine, type TimelineLine } from './timed-event.js';

export interface PlacedLine {
  /** From 1. */
  readonly number: number;
  readonly line: TimelineLine;
}

/** No object of a cluster is larger; a file that is no timeline may have no end of line at all. */
const LONGEST_LINE = 64 * 1024 * 1024;

export function* linesOf(path: string): Generator<PlacedLine> {
  let rest = '';
  let number = 0;
  const decoder = new TextDecoder();
  for (const chunk of unpackedChunks(path)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error(`line ${number + lines.length + 1} is longer than 64 MiB`);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield { number, line: readTimelineLine(line) };
    }
  }
  if (rest.trim() !== '') yield { number: number + 1, line: readTimelineLine(rest) };
}
