/** What a calibration found: coefficients by group, how well they fit, and what the recordings could not tell. */

import type { Calibration, GroupFit } from '../../experiment/calibrate/fit.js';
import { table } from './table.js';

export function calibrationReport({ groups }: Calibration, recordings: number): string {
  const cells = groups.map((group) => [
    group.group,
    String(group.observations),
    group.coefficients.map((value) => value.toPrecision(3)).join('  '),
    `${Math.round(100 * group.relativeError)} %`,
    refusals(group),
  ]);
  return [
    `${recordings} recordings; microseconds on a core of speed 1`,
    '',
    ...table(['group', 'windows', 'coefficients', 'typical error', 'not identified'], cells, [
      'left',
      'right',
      'left',
      'right',
      'left',
    ]),
    '',
    'Refused, as no operation of these recordings tells them apart, and kept from the profile that was there before:',
    'handlers, acknowledgements, connection set-up, dispatch and queueing steps, memory and garbage collection.',
    '',
  ].join('\n');
}

function refusals({ refused, coefficients }: GroupFit): string {
  return refused.length === 0
    ? ''
    : `${refused.map((position) => `${position + 1} of ${coefficients.length}`).join(', ')}`;
}
