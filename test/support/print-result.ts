/** A process of its own: runs a scenario of `scenarios/` with a seed and prints its result. */
import { runScenario } from './scenario.js';

const [name = '', seed = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(runScenario(name, `run.seed=${seed}`)));
