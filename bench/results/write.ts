/** `npm run results`: writes `results/reference` and the tables of `results/README.md` anew. A minute. */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  at,
  frontSvg,
  readmeTables,
  scenarioNames,
  scenarioRow,
  sweepItems,
  sweepResult,
  sweepRow,
  sweepSpec,
  sweepTable,
  toCsv,
  withTables,
} from './reference.js';

const write = (name: string, text: string) => writeFileSync(at(`results/${name}`), text);

const scenarios = scenarioNames.map(scenarioRow);
write('reference/scenarios.csv', await toCsv(scenarios));

const spec = await sweepSpec();
const runs = Array.from({ length: sweepItems(spec) }, (_, item) => sweepRow(spec, item));
const result = sweepResult(spec, runs);
write('reference/debounce-runs.csv', await toCsv(runs));
write('reference/debounce.csv', await toCsv(sweepTable(result)));
write('reference/debounce-front.svg', frontSvg(result));

const readme = readFileSync(at('results/README.md'), 'utf8');
write('README.md', withTables(readme, readmeTables(scenarios, result)));
