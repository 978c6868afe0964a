/** The files of a finished sweep. */
import { join } from 'node:path';
import type { Manifest, Store } from '../experiment/sweep/store.js';

/** Writes the tables, the page and the JSON. @returns the report for the terminal, and the JSON */
export async function finishSweep(
  manifest: Manifest,
  store: Store,
  replications: number,
  precise: boolean | undefined,
): Promise<{ readonly report: string; readonly json: string; readonly files: readonly string[] }> {
  const [{ analyseSweep }, { outcomesOf }, { writeWhole }, csv, { sweepJson }, { sweepHtml }, { sweepReport }] =
    await Promise.all([
      import('../experiment/sweep/analyse.js'),
      import('../experiment/sweep/run.js'),
      import('../experiment/sweep/store.js'),
      import('../report/files/sweep-csv.js'),
      import('../report/files/sweep-json.js'),
      import('../report/html/sweep-html.js'),
      import('../report/text/sweep-terminal.js'),
    ]);
  const outcomes = outcomesOf(manifest, store, replications);
  const result = analyseSweep(manifest, outcomes);
  const json = sweepJson(result);
  const texts = {
    'runs.csv': await csv.runsCsv(manifest, outcomes),
    'summary.csv': await csv.summaryCsv(result),
    'design.csv': await csv.designCsv(manifest),
    'summary.json': json,
    'report.html': sweepHtml(result),
  };
  for (const [name, text] of Object.entries(texts)) writeWhole(join(store.folder, name), text);
  return { report: sweepReport(result, precise), json, files: Object.keys(texts) };
}
