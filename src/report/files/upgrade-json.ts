/** `pushsim compare --releases` as data. */
import type { Effect } from '../../experiment/verify/ablation.js';
import type { Upgrade } from '../text/upgrade.js';
import { alsoChanged, expectations } from '../view/upgrade.js';

export function upgradeJson({ scenario, releases, compared }: Upgrade): string {
  const { rows, same, rules, idleRules, costsOf } = compared;
  const data = {
    scenario,
    releases,
    /** Null where the release's own costs were measured. */
    costs_borrowed_from: costsOf.map((name) => name ?? null),
    expect: expectations(compared),
    differences: rows.map(({ figure, from, to, half, causes, smaller, remainder }) => ({
      figure: figure.id,
      unit: figure.unit,
      from,
      to,
      difference: to - from,
      half,
      causes: causes.map(({ amount, rules: of }) => ({ amount, rules: of.map(effect) })),
      smaller: { amount: smaller.amount, rules: smaller.rules.map(effect) },
      remainder,
    })),
    same: same.map(({ figure, value, byChance }) => ({ figure: figure.id, value, byChance })),
    rules: rules.map(({ id, says, source }) => ({ id, says, source })),
    rulesWithoutEffect: idleRules,
    notModelled: alsoChanged(...releases),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

function effect({ rule, alone, last }: Effect) {
  return { id: rule.id, alone: alone.mean, last: last.mean };
}
