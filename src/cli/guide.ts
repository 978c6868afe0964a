/** What `pushsim` says when asked nothing: enough to get going. */
import { readFileSync } from 'node:fs';

export const GUIDE = `pushsim: what will istiod do with this mesh and these events, and which knob helps?

  pushsim run SCENARIO…      simulate, and print what istiod's metrics would show and what they hide
  pushsim explain SCENARIO   who causes the pushes, and why the slowest change was slow
  pushsim compare A B…       which is better, and how sure is that?
  pushsim sweep FILE         what many settings trade off; resumes, shards, distributes (merge, worker)
  pushsim plan SCENARIO      the cheapest setting that meets an objective
  pushsim validate FILE…     every mistake in a scenario, with line and column
  pushsim schema             JSON Schema of scenario files, for editors
  pushsim verify             how close predictions are to recordings of a real istiod
  pushsim calibrate FOLDER   fit a cost profile to recordings of your own

Three to try:

  pushsim run scenarios/book-baseline.yaml
      ten routes created in a burst, with istiod's default debounce

  pushsim run scenarios/book-baseline.yaml --set istiod.env.PILOT_DEBOUNCE_AFTER=2500ms
      the same with one knob turned; --set replaces any field

  pushsim run scenarios/book-baseline.yaml --json | jq .metrics.pilot_proxy_convergence_time.p99
      the numbers for a script; a failed threshold of the scenario exits with 3

Read next:

  pushsim run --help                                  options, files it writes, exit codes
  pushsim validate FILE --resolved                    the scenario with every default visible
  README.md                                           what is modelled, and how far to trust it
`;

/** What a scenario's `events` may be, behind `validate --help`. */
export const EVENTS_GUIDE = `Events: when (at, repeat, every; or poisson, from, until) and one of
  create: [Service, VirtualService]           new objects of these kinds
  apply: { file: canary.yaml }                as kubectl apply; also inline
  update: { kind: Gateway, target: any }      spec, metadata or status change
  delete: { kind: Gateway, name, namespace }  an object goes; also by target
  endpoints: { services: any, ready: +1/-1 }  an EndpointSlice is written
  reject: { proxies: all, types: [lds], for: 30s }   messages are refused
  proxyUpdate: shop/cart-0                    a pod becomes ready
  forcedPush: true                            MeshConfig changes
  restart: istiod                             istiods are restarted; how: rolling or kill
  upgrade: RELEASE                            their pods are replaced by another release
  scale: istiod, to: 4                        so many istiods, or pods of a workload
  rollout: shop/cart                          its pods are replaced; deploys: 12/h does it again and again
  canary: { tool: argo, rollout: shop/cart }  routes move to a new version step by step
  drain: { zone: a, pods: 10/m }              the pods of a zone go
  job: batch/report                           all pods of a Job begin
  slow: { proxies: all, for: 30s }            proxies do not read
  drop: { proxies: all }                      connections end`;

/** Of package.json, two levels up both from \`src/cli\` and from \`dist/cli\`. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
