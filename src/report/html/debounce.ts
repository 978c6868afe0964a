/** The debounce push by push: how long each batch waited, built its context, queued its proxies. */
import * as Plot from '@observablehq/plot';
import type { Recording } from '../../measure/recorder/recording.js';
import type { RoundDetail } from '../../measure/timeline/rounds.js';
import { count, number, seconds } from '../view/format.js';
import { twice } from './charts.js';
import { COLOURS, MUTED } from './style.js';

const SHOWN = 24;

const STEPS = [
  { name: 'collecting updates', colour: '#a9cbe3' },
  { name: 'building the push context', colour: COLOURS[1] },
  { name: 'queueing proxies', colour: '#000000' },
] as const;

/** The rounds around the largest batch: that is where something happens. */
function window(rounds: readonly RoundDetail[]): readonly RoundDetail[] {
  const debounced = rounds.filter(({ kind }) => kind !== 'bypass');
  const largest = debounced.reduce((best, round, i) => (round.merged > debounced[best]!.merged ? i : best), 0);
  const from = Math.max(0, Math.min(debounced.length - SHOWN, largest - SHOWN / 2));
  return debounced.slice(from, from + SHOWN);
}

export function debounceChart({ rounds, roundsCount }: Recording): string {
  const shown = window(rounds);
  if (shown.length === 0) return '<p class="note">No batch was pushed.</p>';
  const bars = shown.flatMap((round) => {
    const built = round.began + round.context;
    return [
      { round, step: 0, from: round.since / 1e9, to: round.began / 1e9 },
      { round, step: 1, from: round.began / 1e9, to: built / 1e9 },
      { round, step: 2, from: built / 1e9, to: Math.max(built, round.finished) / 1e9 },
    ];
  });
  const chart = twice('Batches over time', (_, narrow) => ({
    height: shown.length * 15 + 46,
    marginLeft: 50,
    marginRight: narrow ? 40 : 150,
    x: { label: 'simulated time (s) →', grid: true, ticks: narrow ? 4 : 10, nice: true },
    y: { label: null, domain: shown.map((round) => round.number), tickSize: 0, tickFormat: (n: number) => `#${n}` },
    marks: [
      Plot.barX(bars, {
        x1: 'from',
        x2: 'to',
        y: ({ round }: { round: RoundDetail }) => round.number,
        fill: ({ step }: { step: number }) => STEPS[step]!.colour,
        stroke: ({ step }: { step: number }) => (step === 0 ? COLOURS[0] : STEPS[step]!.colour),
        strokeWidth: 0.8,
        insetTop: 2.5,
        insetBottom: 2.5,
      }),
      Plot.text(shown, {
        x: (round: RoundDetail) => round.finished / 1e9,
        y: 'number',
        text: (round: RoundDetail) =>
          narrow
            ? number(round.merged)
            : `${number(round.merged)} merged, ${seconds((round.finished - round.since) / 1e9)}`,
        textAnchor: 'start',
        dx: 5,
        fill: MUTED,
        fontSize: 11,
      }),
    ],
  }));
  const keys = STEPS.map(
    ({ name, colour }) =>
      `<span><svg width="14" height="10"><rect width="14" height="10" fill="${colour}"/></svg>${name}</span>`,
  );
  const merged = rounds.reduce((sum, round) => sum + round.merged, 0);
  const text = `${count(roundsCount, 'push', 'pushes')} for ${count(merged, 'update')}; shown: ${shown.length === roundsCount ? 'all' : `${shown.length}, around the largest batch`}.`;
  return `<p class="note">${text}</p><figure>${chart}<div class="legend">${keys.join('')}</div></figure>`;
}
