/** The library: read a scenario, simulate it. */
export { simulate } from './experiment/simulate.js';
export type { Counter, Distribution, Round, RunResult } from './measure/result.js';
export { describeIssue, type IssueCode, prettyIssue, ScenarioError, type ScenarioIssue } from './scenario/issues.js';
export { type ParsedScenario, type ParseOptions, parseScenario } from './scenario/load.js';
export { resolvedYaml } from './scenario/resolved-yaml.js';
export type { EventSpec, Scenario, ThresholdSpec } from './scenario/scenario.js';
