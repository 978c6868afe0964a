/** The comparison of two versions as data, for `--json`. */
import type { Effect } from '../../experiment/verify/ablation.js';
import type { ComparedFigure, ComparedSetUp } from '../../experiment/verify/versions.js';

export function versionDifferencesJson(setUps: readonly ComparedSetUp[], versions: readonly [string, string]): string {
  const data = setUps.map(({ setUp, rows, same, rules, idleRules }) => ({
    recordings: setUp.recordings,
    versions,
    notes: setUp.notes,
    differences: rows.map(row),
    same: same.map(({ figure, value, byChance }) => ({ figure: figure.id, value, byChance })),
    rules: rules.map(({ id, says, source, numbers }) => ({ id, says, source, numbers })),
    rulesWithoutEffect: idleRules,
  }));
  return `${JSON.stringify(data, null, 2)}\n`;
}

function row({ figure, from, to, half, causes, smaller, remainder, measured }: ComparedFigure) {
  return {
    figure: figure.id,
    unit: figure.unit,
    from,
    to,
    difference: to - from,
    /** Half the interval of 95 % confidence; 0 where all seeds agree. */
    half,
    causes: causes.map(({ amount, rules }) => ({ amount, rules: rules.map(effect) })),
    smaller: { amount: smaller.amount, rules: smaller.rules.map(effect) },
    remainder,
    ...(measured === undefined
      ? {}
      : { measured: { from: measured.from, to: measured.to, agrees: measured.agrees ?? null } }),
  };
}

function effect({ rule, alone, last }: Effect) {
  return { id: rule.id, alone: alone.mean, last: last.mean };
}
