/** What an upgrade means on one mesh, in words: the figures people watch, each with the rule that moves it most. */
import type { ComparedReleases, ReleaseFigure } from '../../experiment/compare-releases.js';
import type { Difference } from '../../experiment/verify/causes.js';
import { changesBetween } from '../../istio/differences.js';
import { releaseOf } from '../../istio/releases.js';
import { isModelled } from '../../istio/rules/rules.js';
import { percent } from './format.js';
import { signed, valueText } from './version-values.js';

/** By the names of figures. */
const WATCHED: Readonly<Record<string, string>> = {
  messages: 'Messages to proxies',
  bytes: 'Bytes sent to proxies',
  cpu_s: "istiod's CPU",
  staleness_p99_s: 'The time until 99 % of proxies use a change',
};

/** One sentence for each figure people watch. */
export function expectations({ rows, same }: Pick<ComparedReleases, 'rows' | 'same'>): readonly string[] {
  return Object.entries(WATCHED).flatMap(([id, subject]) => {
    const row = rows.find(({ figure }) => figure.id === id);
    if (row !== undefined) return [sentence(subject, row)];
    return same.some(({ figure }) => figure.id === id) ? [`${subject}: no difference beyond chance.`] : [];
  });
}

/** Relative changes below this are not worth a reason. */
const NEGLIGIBLE = 0.01;

function sentence(subject: string, row: Difference<ReleaseFigure>): string {
  const { figure, from, to, causes } = row;
  const values = `${valueText(figure, from)} → ${valueText(figure, to)}`;
  const relative = from === 0 ? '' : ` (${signed(to / from - 1, percent)})`;
  if (from > 0 && Math.abs(to / from - 1) < NEGLIGIBLE)
    return `${subject}: hardly any difference, ${values}${relative}.`;
  const [main] = causes;
  const why = main === undefined ? '' : `, most of it by ${main.rules.map(({ rule }) => rule.id).join(' with ')}`;
  return `${subject}: ${to > from ? 'more' : 'less'}, ${values}${relative}${why}.`;
}

/** Changes on the way that the model does not act upon, for who upgrades all the same. */
export function alsoChanged(from: string, to: string): readonly string[] {
  return changesBetween(releaseOf(from), releaseOf(to))
    .filter(({ rule }) => !isModelled(rule))
    .map(({ change, comes }) => (comes ? change.says : `No longer: ${change.says}`));
}
