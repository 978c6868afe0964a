/** What `pushsim explain` prints: who causes the pushes, the life of the slowest change, what a run without would save. */
import type { Explained, Saving } from '../../experiment/explain.js';
import type { AttributionRow, RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import type { ChangeTimeline } from '../../measure/timeline/change-timelines.js';
import { attributionCells } from '../view/attribution-cells.js';
import { bar, bytes, count, number, percent, seconds } from '../view/format.js';
import { labelLines } from '../view/signals.js';
import { groupTable, skewText, stalenessTables } from '../view/whose.js';
import { table } from './table.js';
import type { Style } from './terminal.js';
import { wrapped } from './wrap.js';

const SHOWN = 8;

export function explanation({ result, recording }: Explained, style: Style): string {
  const { attribution } = result;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['By object', blames(attribution.object, 'object')],
    ['By event source', blames(attribution.source, 'source')],
    ['By trigger', blames(attribution.trigger, 'trigger')],
    ['By kind', blames(attribution.kind, 'kind')],
    ['By namespace', blames(attribution.namespace, 'namespace')],
  ];
  const timelines = recording.followed.length > 0 ? recording.followed : recording.slowest.slice(0, 1);
  const lines = [style.bold(headline(result)), ''];
  lines.push(...wrapped(LEGEND, 100));
  for (const [title, body] of sections) lines.push('', style.bold(title), ...body.map((line) => `  ${line}`));
  const tables = stalenessTables(result, SHOWN);
  if (tables.length > 0) lines.push('', style.bold('Whose staleness, the slowest first'));
  for (const each of tables) lines.push(...labelLines(each).map((line) => line && `  ${line}`));
  const skew = skewText(result);
  if (skew !== undefined) lines.push('', ...wrapped(skew, 98).map((line) => `  ${line}`));
  const groups = groupTable(result, SHOWN);
  if (groups.rows.length > 1)
    lines.push('', style.bold('Who got what'), ...labelLines(groups).map((line) => line && `  ${line}`));
  for (const timeline of timelines) lines.push('', ...life(timeline, style));
  return `${lines.join('\n')}\n`;
}

const LEGEND =
  'Alone: messages that nobody else asked for, which would not be sent without this cause. With others: messages that ' +
  'others asked for as well. Bytes and CPU of shared messages are divided evenly.';

/** The answer in one line. */
export function headline({ attribution, metrics }: RunResult): string {
  const { total } = metrics.pilot_xds_pushes;
  const [first] = attribution.object.filter(({ label }) => label !== 'none');
  if (first === undefined || total === 0) return 'nobody caused a message';
  return `noisiest object: ${first.label}, ${percent(first.messages / total)} of ${count(total, 'message')} by ${count(first.changes, 'write')}`;
}

function blames(all: readonly AttributionRow[], title: string): readonly string[] {
  const shown = all.filter(({ messages, cpu_seconds }) => messages > 0 || cpu_seconds > 0);
  if (shown.length === 0) return ['nothing'];
  const rows = shown.slice(0, SHOWN).map(attributionCells);
  const more = shown.length > SHOWN ? [`… and ${number(shown.length - SHOWN)} more`] : [];
  const writes = title === 'trigger' ? 'updates' : 'writes';
  return [...table([title, writes, 'alone', 'with others', 'bytes', 'CPU'], rows), ...more];
}

function life(timeline: ChangeTimeline, style: Style): readonly string[] {
  const took = timeline.last - timeline.written;
  const at = (time: number) => `${seconds((time - timeline.written) / 1e9)} after the write`;
  const rows = PHASES.map((phase) => {
    const time = timeline.phases[phase];
    return [phase, seconds(time / 1e9), bar(took === 0 ? 0 : time / took, 30), MEANING[phase]];
  });
  return [
    style.bold(
      `The life of change ${timeline.id}: ${timeline.object}, written at ${(timeline.written / 1e9).toFixed(3)} s`,
    ),
    ...wrapped(
      `by ${timeline.source}, reason ${timeline.reason}; one of ${count(timeline.merged, 'update')} in push ${timeline.round}; ` +
        `${count(timeline.proxies, 'proxy', 'proxies')} needed it`,
      98,
    ).map((line) => `  ${line}`),
    '',
    ...table(['phase', 'took', '', ''], rows, ['left', 'right', 'left', 'left']).map((line) => `  ${line}`),
    '',
    `  first proxy  ${at(timeline.first)}`,
    `  half         ${at(timeline.half)}`,
    `  99 %         ${at(timeline.by99)}`,
    `  last         ${at(timeline.last)}: ${timeline.lastProxy}, whose phases these are`,
  ];
}

const MEANING: Readonly<Record<(typeof PHASES)[number], string>> = {
  watch: 'until the debounce had it: API server, informer, handlers',
  debounce: 'until its batch was quiet and no other push ran',
  context: 'building the push context',
  queue: 'until a slot was free for this proxy',
  generation: 'waiting for its stream and the CPU, generating, sending',
  wire: 'under way',
  envoy: 'applying it; asking for endpoints of new clusters; rejecting it at first',
};

/** Before, after and difference, with what was attributed to the source. */
export function savingsText(
  source: string,
  all: readonly Saving[],
  attributed: AttributionRow | undefined,
  style: Style,
): string {
  const shown = (value: number, unit: Saving['unit']) =>
    unit === 'seconds' ? seconds(value) : unit === 'bytes' ? bytes(value) : number(value);
  const rows = all.map(({ what, before, after, unit }) => [
    what,
    shown(before, unit),
    shown(after, unit),
    `${after > before ? '+' : after < before ? '-' : ''}${shown(Math.abs(after - before), unit)}`,
    before === 0
      ? ''
      : `${after > before ? '+' : after < before ? '-' : ''}${percent(Math.abs(after - before) / before)}`,
  ]);
  const lines = [
    style.bold(`Without ${source}`),
    ...table(['', 'with', 'without', 'difference', ''], rows).map((line) => `  ${line}`),
  ];
  if (attributed !== undefined)
    lines.push('', `  attributed to ${source} alone: ${count(attributed.alone, 'message')}`);
  return `${lines.join('\n')}\n`;
}
