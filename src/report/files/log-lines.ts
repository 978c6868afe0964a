/**
 * The lines istiod would have logged about its pushes, for people who count them with grep. The wording is that of the
 * release. Those of several istiods are one log by time, each with its pod in front, as `kubectl logs --prefix` has it.
 */
import { profileOf } from '../../istio/profile.js';
import type { Recording } from '../../measure/recorder/recording.js';
import type { RoundDetail } from '../../measure/timeline/rounds.js';
import { EPOCH_SECONDS } from './openmetrics.js';

export function logLines(recording: Recording): string {
  const { istiods } = recording;
  if (istiods === undefined) return text(linesOf(recording));
  const lines = istiods.flatMap((one) => {
    const prefix = `[pod/${one.life.pod}/discovery] `;
    return linesOf(one).map((logged) => ({ ...logged, text: `${prefix}${logged.text}` }));
  });
  return text(lines.sort((a, b) => a.at - b.at));
}

interface Logged {
  readonly at: number;
  readonly text: string;
}

function text(lines: readonly Logged[]): string {
  return lines.map((logged) => `${logged.text}\n`).join('');
}

function linesOf({ rounds, version, roundsCount }: Recording): readonly Logged[] {
  const lines: Logged[] = [];
  const add = (at: number, message: string): void => {
    lines.push({ at, text: line(at, message) });
  };
  let stable = 0;
  for (const round of rounds) {
    if (round.kind !== 'bypass') {
      stable += 1;
      add(round.began, debounceText(round, stable, version));
    }
    add(round.finished, pushText(round, version));
  }
  if (roundsCount > rounds.length)
    lines.push({ at: Number.POSITIVE_INFINITY, text: `… and ${roundsCount - rounds.length} more pushes` });
  return lines;
}

function debounceText(round: RoundDetail, number: number, version: string): string {
  const others = round.keys > 1 ? ` and ${round.keys - 1} more configs` : '';
  const { debounceLogFlag } = profileOf(version).values;
  const last = `${debounceLogFlag}=${round[debounceLogFlag]}`;
  const quiet = goDuration(round.quiet);
  const age = goDuration(round.began - round.since);
  return `Push debounce stable[${number}] ${round.merged} for config ${round.key}${others}: ${quiet} since last change, ${age} since last push, ${last}`;
}

function pushText(round: RoundDetail, version: string): string {
  const stamp = `${wallClock(round.began)}/${round.number}`;
  const { hasFull, pushLogTwice } = profileOf(version).values;
  const first = pushLogTwice ? `:${stamp}` : '';
  return hasFull && round.kind !== 'full'
    ? `XDS: Incremental Pushing${first} ConnectedEndpoints:${round.proxies} Version:${stamp}`
    : `XDS: Pushing${first} Services:${round.services} ConnectedEndpoints:${round.proxies} Version:${stamp}`;
}

function line(at: number, message: string): string {
  return `${wallClock(at)}\tinfo\tads\t${message}`;
}

function wallClock(at: number): string {
  const micros = String(Math.floor((at % 1e9) / 1000)).padStart(6, '0');
  return `${new Date((EPOCH_SECONDS + Math.floor(at / 1e9)) * 1000).toISOString().slice(0, 19)}.${micros}Z`;
}

/** As Go prints durations: `100.25ms`, `1m2.5s`, `830µs`, `0s`. */
export function goDuration(nanos: number): string {
  if (nanos === 0) return '0s';
  if (nanos < 1e3) return `${nanos}ns`;
  if (nanos < 1e6) return `${nanos / 1e3}µs`;
  if (nanos < 1e9) return `${nanos / 1e6}ms`;
  const hours = Math.floor(nanos / 3.6e12);
  const minutes = Math.floor((nanos % 3.6e12) / 6e10);
  const seconds = `${(nanos % 6e10) / 1e9}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
