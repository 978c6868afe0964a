/** The files that need more than a run's result: which there are, and what each is made from. */
import type { Recording } from '../measure/recorder/recording.js';
import type { Summary } from '../report/files/json.js';
import type { Scenario } from '../scenario/scenario.js';
import { fileNameOf } from './common.js';

export interface FinishedRun {
  readonly scenario: Scenario;
  readonly summary: Summary;
  readonly recording: Recording;
}

interface RunFile {
  /** What `--write` also understands. */
  readonly short: string;
  /** One file for all scenarios, or one for each. */
  readonly per: 'all' | 'scenario';
  readonly text: (runs: readonly FinishedRun[]) => Promise<string>;
}

const judged = (runs: readonly FinishedRun[]) => runs.map(({ scenario, summary }) => ({ scenario, result: summary }));
const summaries = (runs: readonly FinishedRun[]) => runs.map(({ summary }) => summary);

/** By file name. Those of one scenario each are called `NAME.report.html` and so on when there are several. */
export const RUN_FILES = {
  'report.html': {
    short: 'html',
    per: 'scenario',
    text: async ([run]) => (await import('../report/html/html.js')).htmlReport(run!),
  },
  'metrics.om': {
    short: 'openmetrics',
    per: 'scenario',
    text: async ([run]) => (await import('../report/files/openmetrics.js')).openMetrics(run!.recording),
  },
  'trace.json': {
    short: 'trace',
    per: 'scenario',
    text: async ([run]) => (await import('../report/files/trace-json.js')).traceJson(run!.recording),
  },
  'istiod.log': {
    short: 'log',
    per: 'scenario',
    text: async ([run]) => (await import('../report/files/log-lines.js')).logLines(run!.recording),
  },
  'junit.xml': {
    short: 'junit',
    per: 'all',
    text: async (runs) => (await import('../report/files/junit.js')).junitXml(judged(runs)),
  },
  'summary.md': {
    short: 'markdown',
    per: 'all',
    text: async (runs) => (await import('../report/files/markdown.js')).markdown(judged(runs)),
  },
  'bench.txt': {
    short: 'benchstat',
    per: 'all',
    text: async (runs) => (await import('../report/files/benchstat.js')).benchLines(summaries(runs)),
  },
} as const satisfies Readonly<Record<string, RunFile>>;

export type RunFileName = keyof typeof RUN_FILES;

/** As names of files, none twice: two scenarios may have one name. */
function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = fileNameOf(name);
    let label = base;
    // Without regard to case: some file systems have none.
    for (let n = 2; taken.has(label.toLowerCase()); n++) label = `${base}-${n}`;
    taken.add(label.toLowerCase());
    return label;
  });
}

/** Texts by the name each file gets. */
export async function runFiles(
  names: readonly RunFileName[],
  runs: readonly FinishedRun[],
): Promise<readonly (readonly [string, string])[]> {
  const labels = distinctNames(runs.map(({ scenario }) => scenario.name));
  const made: [string, string][] = [];
  for (const name of names) {
    const { per, text }: RunFile = RUN_FILES[name];
    if (per === 'all') made.push([name, await text(runs)]);
    else
      for (const [i, run] of runs.entries())
        made.push([runs.length === 1 ? name : `${labels[i]}.${name}`, await text([run])]);
  }
  return made;
}
