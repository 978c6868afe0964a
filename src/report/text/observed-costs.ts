/** Costs that istiod's own log and metrics tell, and what they do not. */
import type { ObservedCost, ObservedCosts } from '../../experiment/calibrate/from-observed.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 100;

export function observedCostsReport({ costs, speed, refused }: ObservedCosts): string {
  const lines = table(
    ['', 'observed', 'of', 'the model', 'residual'],
    costs.map((cost) => [
      cost.what,
      shown(cost, cost.mean),
      String(cost.count),
      cost.predicted === undefined ? '' : shown(cost, cost.predicted),
      cost.predicted === undefined || cost.mean === 0 ? '' : `${(100 * (cost.predicted / cost.mean - 1)).toFixed(0)} %`,
    ]),
  );
  if (speed !== undefined)
    lines.push('', `a core is ${speed.toPrecision(3)} times as fast as the measured one: costs.speed`);
  lines.push('', 'cannot be identified:');
  for (const reason of refused)
    lines.push(...wrapped(reason, WIDTH - 2).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)));
  return `${lines.join('\n')}\n`;
}

/** The `costs` of a scenario. */
export function costsYaml({ costs, speed }: ObservedCosts): string {
  if (speed !== undefined) return `costs:\n  speed: ${Number(speed.toPrecision(3))}\n`;
  const of = (what: string) =>
    costs
      .filter((cost) => cost.what.endsWith(` ${what}`))
      .map((cost): [string, ObservedCost] => [cost.what.split(' ')[0]!, cost]);
  const times = of('generate').map(([type, { mean }]) => `    ${type}: ${Math.max(1, Math.round(mean * 1e9))}ns`);
  const sizes = of('bytes').map(([type, { mean }]) => `    ${type}: ${Math.round(mean)}`);
  const context = costs.find(({ what }) => what === 'context');
  return [
    'costs:',
    '  model: flat',
    ...(context === undefined ? [] : [`  context: ${Math.max(1, Math.round(context.mean * 1e9))}ns`]),
    ...(times.length === 0 ? [] : ['  generate:', ...times]),
    ...(sizes.length === 0 ? [] : ['  bytes:', ...sizes]),
    '',
  ].join('\n');
}

function shown({ what }: ObservedCost, value: number): string {
  if (what.endsWith('bytes')) return value >= 1000 ? `${(value / 1000).toFixed(1)} kB` : `${value.toFixed(0)} B`;
  return value >= 1e-3 ? `${(value * 1e3).toFixed(2)} ms` : `${(value * 1e6).toFixed(0)} µs`;
}
