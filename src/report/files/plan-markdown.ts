/** The answer of `pushsim plan` as Markdown. */
import { planCells } from '../text/plan-table.js';
import { footnote, planParagraphs } from '../text/plan-text.js';
import type { PlanReport } from '../view/plan-report.js';
import { markdownTable } from '../view/sweep-format.js';

export function planMarkdown(report: PlanReport): string {
  const { head, rows, more } = planCells(report);
  const [first = '', ...rest] = planParagraphs(report);
  const lines = [`**${first}**`, '', ...markdownTable(head, rows)];
  if (more > 0) lines.push('', `… and ${more} more, all dearer`);
  for (const paragraph of rest) lines.push('', paragraph);
  return `${[...lines, '', footnote(report, report.result)].join('\n')}\n`;
}
