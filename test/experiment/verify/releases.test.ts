/**
 * What real istiods of seven releases sent, step by step, beside the model. Times of these recordings mean nothing; counts
 * and bytes are exact, except where the recording machine was late: a step counts as met if one repetition of it is.
 */
import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../../src/cost/calibrated/index.js';
import { versionOf } from '../../../src/experiment/verify/replay.js';
import { recordedSteps, replayedSteps, type Step, sentText } from '../../../src/experiment/verify/steps.js';
import { type Recording, readRecording, recordingNames } from '../../../src/import/recording.js';

const FOLDER = new URL('../../recordings/versions', import.meta.url).pathname;

/** `A-s124-sotw-S50-E2` with all its repetitions. */
const SET_UPS = new Map<string, readonly Recording[]>();
for (const name of recordingNames(FOLDER)) {
  const of = name.replace(/-r\d$/, '');
  SET_UPS.set(of, [...(SET_UPS.get(of) ?? []), readRecording(FOLDER, name)]);
}

function setUpsOf(names: RegExp): readonly (readonly [name: string, recordings: readonly Recording[]])[] {
  return [...SET_UPS].filter(([name]) => names.test(name));
}

function replayed({ setUp }: Recording, seed = '1'): readonly Step[] {
  const coefficients = coefficientsOf(versionOf(setUp.istio));
  return replayedSteps(setUp, { coefficients, speed: 1, seed });
}

/** Rounds, contexts, skipped proxies, then what each proxy was sent. */
function textOf({ merged, contexts, skips, proxies }: Step): string {
  const sent = proxies.map(sentText).map((text, i, all) => (text === all[i - 1] ? '″' : text));
  return [`rounds ${merged.join('+')}, contexts ${contexts}, skipped ${skips}`, ...sent].join('\n');
}

/** Messages whose sizes are more than 2 % apart, and more than two characters an address. */
function wrongSizes(real: Step, model: Step, endpoints: number): readonly string[] {
  return real.proxies.flatMap((messages, proxy) => {
    const others = model.proxies[proxy] ?? [];
    return messages.flatMap(({ type, answer, bytes }, i) => {
      const same = others.filter((one) => one.type === type && one.answer === answer);
      const nth = messages.slice(0, i).filter((one) => one.type === type && one.answer === answer).length;
      const size = same[nth]?.bytes ?? 0;
      // Addresses of the recordings' first services are up to two characters shorter than those of the rest.
      const slack = Math.max(0.02 * Math.min(bytes, size), type === 'EDS' ? 2 * endpoints : 0);
      return Math.abs(bytes - size) <= slack ? [] : [`${type} to ${proxy}: ${bytes} bytes, predicted ${size}`];
    });
  });
}

test('recordings of seven releases were found, both protocols where both exist', () => {
  const releases = [...SET_UPS.values()].flat().map(({ setUp }) => `${setUp.istio} ${setUp.xds}`);
  expect([...new Set(releases)].sort()).toEqual([
    '1.17.8 sotw',
    ...['1.20.8', '1.24.6', '1.26.8', '1.27.9', '1.30.3', '1.31.0-rc.0'].flatMap((name) => [
      `${name} delta`,
      `${name} sotw`,
    ]),
  ]);
  expect(SET_UPS.size).toBeGreaterThan(130);
});

describe('every step sends the recorded types and resources in the recorded rounds', () => {
  test.each(setUpsOf(/^(X|Y|A|D|C-s\d+-(W\d|edsoff))/))('%s', (_, recordings) => {
    const real = recordings.map(recordedSteps);
    const model = replayed(recordings[0] as Recording);
    for (const [i, step] of model.entries()) {
      expect(
        real.map((steps) => textOf(steps[i] as Step)),
        step.name,
      ).toContain(textOf(step));
    }
  });
});

describe('sizes are within 2 % of the recorded ones', () => {
  test.each(setUpsOf(/^[XYAD]/))('%s', (_, recordings) => {
    const model = replayed(recordings[0] as Recording);
    const real = recordings.map(recordedSteps);
    for (const [i, step] of model.entries()) {
      const same = real.map((steps) => steps[i] as Step).find((one) => textOf(one) === textOf(step));
      expect(wrongSizes(same as Step, step, 12), step.name).toEqual([]);
    }
  });
});

const SEEDS = ['1', '2', '3', '4'] as const;

/** The last operation of these reaches the debounce late, by the recorder's doing, and may make a round of its own. */
describe('updates in a steady stream make the recorded number of rounds', () => {
  test.each(setUpsOf(/^C-s\d+-every/))('%s', (_, recordings) => {
    const rounds = (steps: readonly Step[]) => steps.flatMap(({ merged }) => merged);
    const real = recordings.map((one) => rounds(recordedSteps(one)));
    for (const seed of SEEDS) {
      const model = rounds(replayed(recordings[0] as Recording, seed));
      const apart = Math.min(...real.map((one) => Math.abs(one.length - model.length)));
      expect(apart).toBeLessThanOrEqual(1);
      expect(sum(model)).toBe(sum(real[0] ?? []));
      // What the first round merges is up to one timer: two updates, which are two requests each from some release on.
      const each = sum(model) / (recordings[0] as Recording).setUp.ops.length;
      expect(Math.min(...real.map((one) => Math.abs((one[0] ?? 0) - (model[0] ?? 0))))).toBeLessThanOrEqual(2 * each);
    }
  });
});

describe('a throttled push to a hundred proxies', () => {
  test.each(setUpsOf(/^R/))('%s', (_, recordings) => {
    const [real, model] = [recordedSteps(recordings[0] as Recording), replayed(recordings[0] as Recording)];
    expect(model.slice(0, -1).map(textOf)).toEqual(real.slice(0, -1).map(textOf));
    // The last two pushes meet in the queue: how many proxies get both at once depends on the machine.
    const messages = (step: Step | undefined) => step?.proxies.map((sent) => sent.length) ?? [];
    for (const count of messages(model.at(-1))) expect(count).toBeGreaterThanOrEqual(4);
    expect(sum(messages(model.at(-1)))).toBeLessThanOrEqual(7 * messages(real.at(-1)).length);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
