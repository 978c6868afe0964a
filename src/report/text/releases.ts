/** `pushsim releases`: what differs between two releases, or what ever changed. */
import type { ChangeRow, DefaultRow, ReleaseDifferences, ReleaseRow } from '../view/releases.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 118;

export function releasesText(releases: readonly ReleaseRow[], changes: readonly ChangeRow[]): string {
  const rows = releases.map(({ name, release, costsOf }) => [name, release, costsText(costsOf)]);
  return [
    ...table(['release', 'stands for', 'CPU costs'], rows, ['left', 'left', 'left']),
    '',
    'What changed (✓ seen in recordings of real istiods on both sides; · told of, the model does not act upon it)',
    '',
    ...changes.flatMap(changeLines),
    '',
    'Two releases side by side: pushsim releases 1.24 1.30',
    '',
  ].join('\n');
}

export function releaseDifferencesText({ from, to, changes, defaults }: ReleaseDifferences): string {
  const lines = [
    `From ${from.release} to ${to.release}`,
    `  CPU costs: ${from.release} ${costsText(from.costsOf)}; ${to.release} ${costsText(to.costsOf)}`,
    '',
    changes.length === 0
      ? 'No rule differs.'
      : 'Rules (✓ seen in recordings of real istiods on both sides; · told of, the model does not act upon it)',
    '',
    ...changes.flatMap(changeLines),
  ];
  if (defaults.length > 0) {
    lines.push(
      '',
      'Environment variables of istiod (– there is none)',
      ...table(['', from.release, to.release], defaults.map(defaultCells), ['left', 'left', 'left']).map(
        (l) => `  ${l}`,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

function costsText(costsOf: string | undefined): string {
  return costsOf === undefined ? 'measured' : `borrowed from ${costsOf}`;
}

function changeLines({ rule, since, says, source, recorded, modelled, comes }: ChangeRow): string[] {
  const mark = recorded ? '✓' : modelled ? ' ' : '·';
  const text = comes ? says : `No longer: ${says}`;
  return [
    `${mark} ${rule} (since ${since})`,
    ...wrapped(text, WIDTH - 4).map((line) => `    ${line}`),
    ...wrapped(source, WIDTH - 6).map((line) => `      ${line}`),
  ];
}

function defaultCells({ variable, from, to }: DefaultRow): string[] {
  const shown = (value: string | undefined) => (value === undefined ? '–' : value === '' ? '""' : value);
  return [variable, shown(from), shown(to)];
}
