/** What a tool writes for a canary: a DestinationRule with both versions, and a VirtualService that moves traffic. */
import type { ConfigObject } from '../../mesh/spec.js';
import type { CanaryEvent } from '../fleet-events.js';
import { type EffectEnvironment, putConfig } from './effect-environment.js';

export function runCanary(what: CanaryEvent, environment: EffectEnvironment): void {
  const { sim, fleet, random, emit } = environment;
  const write = (object: ConfigObject): void => {
    putConfig(environment, object, 'spec');
  };
  const both = (first: ConfigObject, second: ConfigObject): void => {
    write(first);
    sim.after(what.spacing, () => write(second));
  };
  const steps = what.tool === 'helm' ? [100] : what.steps;
  const isRight = what.order === 'rule-first';
  const route = routeOf(what, steps[0] ?? 100);
  const [rule, ...others] = rulesOf(what, true);
  for (const other of others) write(other);
  if (isRight) both(rule!, route);
  else both(route, rule!);
  steps.forEach((share, i) => {
    if (i > 0) sim.after(what.spacing + i * what.pause, () => write(routeOf(what, share)));
  });
  sim.after(what.spacing + steps.length * what.pause, () => {
    const [last] = rulesOf(what, false);
    fleet?.rollout(what, { random, emit });
    if (isRight) both(routeOf(what, 0), last!);
    else both(last!, routeOf(what, 0));
  });
}

function hostOf({ namespace }: CanaryEvent, name: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** No share: all traffic goes to what is stable. */
function routeOf(what: CanaryEvent, canary: number): ConfigObject {
  const { namespace, name, tool } = what;
  const destination = (version: 'stable' | 'canary') =>
    tool === 'flagger'
      ? { host: hostOf(what, `${name}-${version === 'stable' ? 'primary' : 'canary'}`) }
      : { host: hostOf(what, name), subset: version };
  const stable = { destination: destination('stable'), weight: 100 - canary };
  const route = canary === 0 ? [stable] : [stable, { destination: destination('canary'), weight: canary }];
  return {
    kind: 'VirtualService',
    namespace,
    name,
    labels: {},
    spec: { hosts: [hostOf(what, name)], http: [{ route }] },
  };
}

function rulesOf(what: CanaryEvent, withCanary: boolean): readonly ConfigObject[] {
  const { namespace, name, tool } = what;
  const rule = (of: string, spec: object): ConfigObject => {
    return { kind: 'DestinationRule', namespace, name: of, labels: {}, spec: { host: hostOf(what, of), ...spec } };
  };
  if (tool === 'flagger') return [rule(`${name}-canary`, {}), ...(withCanary ? [rule(`${name}-primary`, {})] : [])];
  const versions = withCanary ? ['stable', 'canary'] : ['stable'];
  return [rule(name, { subsets: versions.map((version) => ({ name: version, labels: { version } })) })];
}
