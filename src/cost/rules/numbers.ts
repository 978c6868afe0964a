/** Which numbers of a cost profile a rule owns: those below its paths that no longer path of another rule names. */
import type { Coefficients } from '../coefficients.js';
import { leaves, type NumberChange, withLeaves } from './leaves.js';
import { COST_RULES, type CostRule } from './rules.js';

/** The numbers of the rule that differ. */
export function numbersOf(rule: CostRule, from: Coefficients, to: Coefficients): readonly NumberChange[] {
  const after = leaves(to);
  return [...leaves(from)]
    .map(([path, value]) => ({ path, from: value, to: after.get(path) ?? value }))
    .filter((change) => change.from !== change.to && ownerOf(change.path) === rule);
}

/** `into`, but with the rule's numbers as they are in `from`. */
export function takeNumbers(rule: CostRule, into: Coefficients, from: Coefficients): Coefficients {
  return withLeaves(into, from, (path) => ownerOf(path) === rule);
}

function ownerOf(path: string): CostRule {
  let owner: CostRule | undefined;
  let longest = -1;
  for (const rule of COST_RULES) {
    for (const prefix of rule.paths) {
      const isBelow = prefix === '' || path === prefix || path.startsWith(`${prefix}.`);
      if (isBelow && prefix.length > longest) {
        owner = rule;
        longest = prefix.length;
      }
    }
  }
  return owner as CostRule;
}
