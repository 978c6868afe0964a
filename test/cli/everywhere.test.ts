/** `--json`, `--quiet` and `-h` mean the same in every command: a table of all commands, each run in earnest. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { EVERYWHERE } from '../../src/cli/common.js';
import { study } from '../experiment/studies.js';
import { file, folder, pushsim, SMALL } from './run-program.js';

const WARNS = `${SMALL}istiod: { env: { PILOT_ENABLE_XDS_CACHE: "false" } }\n`;
const SWEEP = `description: Two settings
scenario: churn.yaml
factors: { istiod.env.PILOT_DEBOUNCE_AFTER: [100ms, 200ms] }
replications: 2
`;
const RECORDINGS = fileURLToPath(new URL('../recordings/', import.meta.url));
const POD_DUMP = fileURLToPath(new URL('../import/inputs/dump-pods.json', import.meta.url));
const SMALL_RECORDING = 'K-A-s117-sotw-S50-E2';

/** Arguments for a short run of each, and whether it has a verdict that `--quiet` leaves. */
const RUNS: Readonly<Record<string, { readonly args: () => Promise<string[]> | string[]; readonly verdict: boolean }>> =
  {
    run: { args: () => [file(WARNS)], verdict: true },
    compare: {
      args: () => [file(WARNS), file(WARNS, 'other.yaml'), '--replications', '2', '--workers', '1'],
      verdict: true,
    },
    'compare --releases': { args: () => ['1.24,1.30', file(WARNS), '--replications', '1'], verdict: true },
    sweep: { args: () => [sweepFile(), '--out', folder(), '--workers', '1'], verdict: false },
    merge: {
      args: async () => {
        const out = folder();
        await pushsim('sweep', sweepFile(), '--out', out, '--workers', '1', '--quiet');
        return [out];
      },
      verdict: false,
    },
    plan: {
      args: () => [
        file(WARNS),
        '--slo',
        'staleness.p99 < 10s',
        '--vary',
        'istiod.resources.cpu=1,2',
        '--replications',
        '2',
        '--workers',
        '1',
      ],
      verdict: true,
    },
    import: { args: () => [POD_DUMP, '--out', folder()], verdict: false },
    explain: { args: () => [file(WARNS)], verdict: true },
    validate: { args: () => [file(WARNS)], verdict: false },
    releases: { args: () => ['1.24', '1.30'], verdict: true },
    schema: { args: () => [], verdict: true },
    verify: { args: () => ['--only', SMALL_RECORDING], verdict: true },
    calibrate: { args: () => [fewRecordings(), '--istio', '1.17', '--folds', '2'], verdict: false },
  };

/** Needs Redis: its options alone are looked at here; `queue.test.ts` runs it. */
const ELSEWHERE = ['worker'];

function sweepFile(): string {
  return join(study(SWEEP), 'sweep.yaml');
}

/** Enough for a fit, not for a good one. */
function fewRecordings(): string {
  const place = folder();
  for (const name of [SMALL_RECORDING, 'K-A-s117-sotw-S50-E10', 'K-A-s117-sotw-S200-E5'])
    for (const end of ['json', 'csv.gz'])
      copyFileSync(join(RECORDINGS, `${name}.${end}`), join(place, `${name}.${end}`));
  return place;
}

test('every command is in the table', () => {
  const run = new Set(Object.keys(RUNS).map((words) => words.split(' ')[0]));
  expect([...run, ...ELSEWHERE].sort()).toEqual([...COMMANDS].sort());
});

test.each(COMMANDS)('%s: -h and --help are the same text on standard output, with both options', async (command) => {
  const [short, long] = [await pushsim(command, '-h'), await pushsim(command, '--help')];
  expect(short).toEqual(long);
  expect({ code: short.code, err: short.err }).toEqual({ code: 0, err: '' });
  const words = short.out.replaceAll(/\s+/g, ' ');
  expect(words).toContain(`--json ${EVERYWHERE.json.describe}`);
  expect(words).toContain(`--quiet ${EVERYWHERE.quiet.describe}`);
  expect(words).toContain('-h, --help');
});

test.each(Object.entries(RUNS))('%s: --json and --quiet', async (words, { args, verdict }) => {
  const [command = '', ...more] = words.split(' ');
  const given = [...more, ...(await args())];
  const full = await pushsim(command, ...given);
  expect([0, 3]).toContain(full.code);
  // No warning, no progress, and of the report only the verdict.
  const quiet = await pushsim(command, ...given, '--quiet');
  expect({ code: quiet.code, err: quiet.err }).toEqual({ code: full.code, err: '' });
  expect(quiet.out.length).toBeLessThanOrEqual(full.out.length);
  expect(quiet.out === '').toBe(!verdict);
  // One document and nothing else, the same whether it is quiet.
  const json = await pushsim(command, ...given, '--json');
  expect(json.code).toBe(full.code);
  expect(() => JSON.parse(json.out)).not.toThrow();
  expect(await pushsim(command, ...given, '--json', '--quiet')).toEqual({ ...json, err: '' });
});
