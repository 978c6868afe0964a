/** What a plan is to find: knobs with the values to try, and what must hold. */
import { hash128, toHex } from '../../engine/random/hash.js';
import { parseScenario } from '../../scenario/load.js';
import { measureOf, parseThreshold } from '../../scenario/resolve/thresholds.js';
import type { Scenario, ThresholdSpec } from '../../scenario/scenario.js';
import { fullGrid } from '../../stats/designs.js';
import { withLabelled } from '../measures.js';
import { labelled } from '../sweep/points.js';
import { numeric } from '../sweep/ranges.js';
import type { ScenarioSource } from '../work/task.js';

/** How many istiods there are: each is simulated, and costs cores of its own. */
export const REPLICAS = 'istiod.replicas';
/** The default, said: connections come and go. */
const AS_FLEET = 'istiod.connections.choice=random';
export const CPU = 'istiod.resources.cpu';

export interface Knob {
  readonly path: string;
  readonly label: string;
  /** Ascending where all are numbers, else as given. */
  readonly values: readonly string[];
}

export interface Setting {
  readonly index: number;
  /** For each knob the number of its value. */
  readonly levels: readonly number[];
  readonly source: ScenarioSource;
  readonly replicas: number;
  /** Cores of all replicas together. */
  readonly cores: number;
}

export interface PlanSpec {
  readonly scenario: Scenario;
  readonly base: ScenarioSource;
  readonly knobs: readonly Knob[];
  readonly settings: readonly Setting[];
  readonly slos: readonly ThresholdSpec[];
}

/** What is wrong, for the person who typed it. */
export class PlanError extends Error {}

const MOST_SETTINGS = 10_000;

export function createPlan(
  base: ScenarioSource,
  scenario: Scenario,
  vary: readonly string[],
  slo: readonly string[],
): PlanSpec {
  const knobs = readKnobs(vary);
  const slos = slo.length === 0 ? scenario.thresholds : slo.map(readSlo);
  if (slos.length === 0) throw new PlanError('nothing must hold: add --slo "staleness.p99 < 2s"');
  const settings = knobs.reduce((product, { values }) => product * values.length, 1);
  if (settings > MOST_SETTINGS) throw new PlanError(`${settings} settings are more than ${MOST_SETTINGS}: vary less`);
  const rows = fullGrid(knobs.map(({ values }) => values.length));
  const source = withLabelled(base, slos.map(measureOf));
  return {
    scenario,
    base,
    knobs,
    slos,
    settings: rows.map((levels, index) => settingOf(source, knobs, levels, index)),
  };
}

export function valuesOfSetting(knobs: readonly Knob[], { levels }: Pick<Setting, 'levels'>): readonly string[] {
  return knobs.map(({ values }, k) => values[levels[k]!]!);
}

/**
 * Any values for the knobs as a setting, also ones that are not among those to try; where one is undefined, what the
 * scenario has. Errors: PlanError.
 */
export function makeSetting(
  base: ScenarioSource,
  knobs: readonly Knob[],
  values: readonly (string | undefined)[],
): Omit<Setting, 'levels' | 'index'> {
  const sets = knobs.flatMap(({ path }, k) => (values[k] === undefined ? [] : [`${path}=${values[k]}`]));
  const wanted = Number(values[knobs.findIndex(({ path }) => path === REPLICAS)] ?? 1);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new PlanError(`${REPLICAS} needs whole numbers from 1, not ${wanted}`);
  const source = { ...base, sets: [...base.sets, ...sets] };
  const parsed = parseScenario(source.text, source);
  if (!parsed.ok) {
    const [issue] = parsed.issues;
    const hint = issue?.hint === undefined ? '' : ` (${issue.hint})`;
    throw new PlanError(`${sets.join(' ')}: expected ${issue?.expected ?? 'another value'}${hint}`);
  }
  // One istiod among settings with several: measured as they are.
  if (parsed.scenario.fleet === undefined && knobs.some(({ path }) => path === REPLICAS))
    return makeSetting({ ...base, sets: [...base.sets, AS_FLEET] }, knobs, values);
  const { cpuCores } = parsed.scenario.istiod;
  const replicas = parsed.scenario.fleet?.replicas ?? 1;
  if (!Number.isInteger(cpuCores) && parsed.scenario.costs.model === 'flat') {
    // Plain-number costs have whole cores: half a core would look as good as one and cost less.
    throw new PlanError(
      `${CPU}=${cpuCores}: with costs.model: flat only whole cores are modelled; a quota below a core cannot be planned`,
    );
  }
  return { source: { ...source, files: parsed.files }, replicas, cores: cpuCores * replicas };
}

function settingOf(base: ScenarioSource, knobs: readonly Knob[], levels: readonly number[], index: number): Setting {
  return { ...makeSetting(base, knobs, valuesOfSetting(knobs, { levels })), levels, index };
}

/** `istiod.resources.cpu=1,2,4` */
function readKnobs(vary: readonly string[]): readonly Knob[] {
  const parts = vary.map((text) => {
    const equals = text.indexOf('=');
    const path = text.slice(0, equals).trim();
    const values = text
      .slice(equals + 1)
      .split(',')
      .map((value) => value.trim());
    if (equals < 1 || values.some((value) => value === '')) {
      throw new PlanError(`--vary ${text}: this is not path=value,value, such as ${CPU}=1,2,4`);
    }
    return { path, values: ascending([...new Set(values)]) };
  });
  const twice = parts.find(({ path }, i) => parts.findIndex((other) => other.path === path) !== i);
  if (twice !== undefined) throw new PlanError(`--vary ${twice.path} is there twice: put all values in one list`);
  const labels = labelled(
    parts.map(({ path }) => path),
    () => [],
  );
  return parts.map((part, k) => ({ ...part, label: labels[k]!.label }));
}

function ascending(values: string[]): readonly string[] {
  const numbers = new Map(values.map((value) => [value, numeric(value)?.value]));
  if ([...numbers.values()].includes(undefined)) return values;
  return values.sort((a, b) => numbers.get(a)! - numbers.get(b)!);
}

function readSlo(text: string): ThresholdSpec {
  const parsed = parseThreshold(text);
  if (parsed.ok) return parsed.value;
  throw new PlanError(`--slo "${text}": expected ${parsed.expected}${parsed.hint ? ` (${parsed.hint})` : ''}`);
}

/** The measure that a condition is about. */
export const sloMeasure = measureOf;

/** Equal plans have equal hashes; for provenance. */
export function planHash({ scenario, settings, slos }: PlanSpec, version: string): string {
  const identity = [version, scenario, settings.map(({ source }) => source.sets), slos];
  return hash128(JSON.stringify(identity)).map(toHex).join('');
}
