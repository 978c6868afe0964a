/** A replay beside istiod's own log and metrics. */
import type { AgainstResult, RoundPair } from '../../experiment/verify/against.js';
import { type AgainstRow, isWithin } from '../../experiment/verify/against-row.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const SHOWN = 20;
const WIDTH = 100;

export function againstReport({ rows, rounds, notes }: AgainstResult): string {
  const lines = table(
    ['', 'predicted', 'observed', 'difference', 'allowed', ''],
    rows.map((row) => [
      row.what,
      predictedIn(row),
      shown(row.observed),
      row.observed === 0 ? '' : `${(100 * (row.predicted / row.observed - 1)).toFixed(1)} %`,
      row.limit === undefined ? '' : `${100 * row.limit} %`,
      row.limit === undefined ? '' : isWithin(row) ? 'ok' : 'FAILED',
    ]),
  );
  const apart = rounds.filter((pair) => pair.predicted !== pair.logged);
  if (rounds.length > 0) {
    lines.push(
      '',
      apart.length === 0 ? 'every round is the same' : `${apart.length} of ${rounds.length} rounds differ:`,
    );
    if (apart.length > 0)
      lines.push(...table(['at', 'predicted', 'logged', 'push'], apart.slice(0, SHOWN).map(roundRow)));
    if (apart.length > SHOWN) lines.push(`… and ${apart.length - SHOWN} more`);
  }
  for (const note of notes) lines.push('', ...wrapped(`note: ${note}`, WIDTH));
  return `${lines.join('\n')}\n`;
}

function roundRow({ at_s, predicted, logged, full }: RoundPair): string[] {
  const updates = (count: number | undefined) => (count === undefined ? 'none' : String(count));
  return [`${at_s.toFixed(3)} s`, updates(predicted), updates(logged), full ? 'full' : 'incremental'];
}

function predictedIn({ predicted, least, most }: AgainstRow): string {
  const isRange = least !== undefined && most !== undefined && least < most;
  return isRange ? `${shown(predicted)} (${shown(least)} to ${shown(most)})` : shown(predicted);
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
