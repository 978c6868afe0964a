/** What the debouncer made of the updates: when it pushed, and how many updates each push carried. */

import type { Round } from '../../measure/recorder/result.js';
import { greatest } from '../../stats/extremes.js';
import { table } from '../text/table.js';
import { count, number, seconds, sparkline } from './format.js';

const SHOWN = 12;

export function roundsSection(rounds: readonly Round[]): string[] {
  if (rounds.length === 0) return ['none: nothing was pushed'];
  const kinds = new Map<string, number>();
  for (const { kind } of rounds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const merged = rounds.map((round) => round.merged);
  const total = merged.reduce((sum, n) => sum + n, 0);
  const mix = [...kinds].map(([kind, n]) => `${number(n)} ${kind}`).join(', ');
  const lines = [`${count(rounds.length, 'push', 'pushes')} for ${count(total, 'update')}: ${mix}`];
  if (rounds.length > 1)
    lines.push(`updates merged into each  ${sparkline(merged, 50)}  at most ${number(greatest(merged))}`);
  const rows = rounds.slice(0, SHOWN).map((round, i) => {
    const gap = i === 0 ? '' : seconds(round.at_s - rounds[i - 1]!.at_s);
    return [`${i + 1}`, `${round.at_s.toFixed(3)} s`, gap, number(round.merged), round.kind];
  });
  lines.push(
    '',
    ...table(['#', 'at', 'after the last', 'updates', 'push'], rows, ['right', 'right', 'right', 'right', 'left']),
  );
  if (rounds.length > SHOWN) lines.push(`… and ${number(rounds.length - SHOWN)} more`);
  return lines;
}
