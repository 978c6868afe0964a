/** The library: read a scenario, simulate it. */

export type { EventSpec } from './cluster/event-spec.js';
export { type Run, type RunOptions, type SimulateOptions, simulate, startRun } from './fleet/run.js';
export type { Counter, Distribution, Round, RunResult } from './measure/recorder/result.js';
export {
  describeIssue,
  type IssueCode,
  prettyIssue,
  ScenarioError,
  type ScenarioIssue,
} from './scenario/document/issues.js';
export { type ParsedScenario, type ParseOptions, parseScenario } from './scenario/load.js';
export { resolvedYaml } from './scenario/resolve/resolved-yaml.js';
export type { Scenario, ThresholdSpec } from './scenario/scenario.js';
