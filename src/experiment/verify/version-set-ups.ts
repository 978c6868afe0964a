/**
 * Which recordings are of one set-up on different versions: those whose names differ by the version alone. Runs with
 * operations of their own, drawn at random, share a name and are still not the same set-up.
 */

import { readRecording, recordingNames, type SetUp, setUpName } from '../../import/recording.js';
import type { IstioVersion } from '../../istio/profile.js';
import { measuredOutcome, type Outcome } from './outcome.js';
import { versionOf } from './replay.js';

export interface VersionSetUp {
  readonly name: string;
  readonly setUp: SetUp;
  /** Recordings of it, of whatever version, repetitions included. */
  readonly recordings: readonly string[];
  /** Repetitions on both versions; undefined where there are none of one. */
  readonly measured: MeasuredPair | undefined;
  /** What a reader must know before comparing with the measured figures, or why that is impossible. */
  readonly notes: readonly string[];
}

export interface MeasuredPair {
  readonly from: readonly Outcome[];
  readonly to: readonly Outcome[];
  /** Both versions' updates were received equally often, so that merged counts mean the same. */
  readonly sameMultiplicities: boolean;
}

interface Group {
  readonly name: string;
  readonly recordings: readonly string[];
  readonly setUp: SetUp;
}

/** @param only of which names that contain this are taken; partners are found whatever their names */
export function versionSetUps(
  folder: string,
  versions: readonly [IstioVersion, IstioVersion],
  only: string | undefined,
): readonly VersionSetUp[] {
  const groups = groupsOf(folder);
  const told = new Set<string>();
  const found: VersionSetUp[] = [];
  for (const group of groups) {
    if (told.has(group.name) || (only !== undefined && !group.recordings.some((name) => name.includes(only)))) continue;
    const partner = groups.find((other) => other !== group && isPartner(other.name, group.name));
    const same = partner !== undefined && isSameSetUp(group.setUp, partner.setUp);
    if (same) told.add(partner.name);
    const { name, setUp } = group;
    const recordings = [...group.recordings, ...(same ? partner.recordings : [])];
    const measured = same ? measuredPair(folder, [group, partner], versions) : undefined;
    found.push({ name, setUp, recordings, measured, notes: notesOf(group, partner, same) });
  }
  return found;
}

function groupsOf(folder: string): readonly Group[] {
  const groups = new Map<string, string[]>();
  for (const name of recordingNames(folder)) {
    groups.set(setUpName(name), [...(groups.get(setUpName(name)) ?? []), name]);
  }
  return [...groups].map(([name, recordings]) => {
    return { name, recordings, setUp: readRecording(folder, recordings[0] ?? name).setUp };
  });
}

const VERSION_IN_NAME = /\bs\d{3}\b/;

function isPartner(a: string, b: string): boolean {
  return VERSION_IN_NAME.test(a) && a.replace(VERSION_IN_NAME, '') === b.replace(VERSION_IN_NAME, '');
}

/** Multiplicities, and what was measured of the machine, are the recording's and not istiod's doing. */
function isSameSetUp(a: SetUp, b: SetUp): boolean {
  const text = ({ xds, gomaxprocs, debounceAfterMs, env, proxies, mesh, ops }: SetUp) =>
    JSON.stringify([xds, gomaxprocs, debounceAfterMs, env, proxies, mesh, ops]);
  return text(a) === text(b);
}

function measuredPair(
  folder: string,
  groups: readonly Group[],
  [from, to]: readonly [IstioVersion, IstioVersion],
): MeasuredPair | undefined {
  const of = (version: IstioVersion) => groups.find(({ setUp }) => versionOf(setUp.istio) === version);
  const [first, second] = [of(from), of(to)];
  if (first === undefined || second === undefined) return undefined;
  const outcomes = (group: Group) => group.recordings.map((name) => measuredOutcome(readRecording(folder, name)));
  const sameMultiplicities = JSON.stringify(first.setUp.inboundPerOp) === JSON.stringify(second.setUp.inboundPerOp);
  return { from: outcomes(first), to: outcomes(second), sameMultiplicities };
}

function notesOf(group: Group, partner: Group | undefined, same: boolean): readonly string[] {
  if (partner === undefined) return [];
  if (!same) {
    return [
      `${partner.name} had other operations (${operations(partner.setUp)} instead of ${operations(group.setUp)}), so the two recordings cannot be compared.`,
    ];
  }
  const [mine, theirs] = [multiplicities(group.setUp), multiplicities(partner.setUp)];
  if (mine === theirs) return [];
  return [
    `${partner.name} received ${theirs}, ${group.name} ${mine}: the recording's doing, not istiod's. The replays take the latter; merged counts are not compared.`,
  ];
}

function operations({ ops }: SetUp): string {
  const counts = new Map<string, number>();
  for (const { op } of ops) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => `${count} ${op}`).join(', ');
}

function multiplicities({ inboundPerOp }: SetUp): string {
  const several = Object.entries(inboundPerOp).map(([op, times]) => `every ${op} ${times} times`);
  return several.length === 0 ? 'each update once' : several.join(' and ');
}
