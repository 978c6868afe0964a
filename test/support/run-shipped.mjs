/**
 * Runs scenarios with the built library of another Node: JSON on standard input, one digest a line on standard output.
 * Plain JavaScript of the oldest supported Node, because no other Node has the project's tools.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { library, scenarios } = JSON.parse(readFileSync(0, 'utf8'));
const { parseScenario, simulate } = await import(library);

for (const { name, text, sets } of scenarios) {
  const parsed = parseScenario(text, { file: `${name}.yaml`, sets });
  if (!parsed.ok) throw new Error(`${name}: ${parsed.issues.map(({ expected }) => expected).join('; ')}`);
  const result = simulate(parsed.scenario);
  const digest = createHash('sha256').update(JSON.stringify(result)).digest('hex');
  console.log(`${name} ${result.fingerprint} ${digest}`);
}
