/**
 * What measuring a push costs by itself, of the built files: `npm run build && npx tsx bench/recorder.ts`. The recorder
 * alone is told of 400 changes and 2,000 proxies that each take, are sent, use and finish every one of them, a moment at
 * a time. Prints nanoseconds for each moment of a push, of the fastest of the changes: short enough to fall between
 * whatever else the machine does. In a run it costs more, because recorder and pipeline share the processor's caches.
 */
import { newChange, newDelivery } from '../src/pipeline/model/change.js';
import type { Connection } from '../src/pipeline/model/connection.js';
import type { PushRequest } from '../src/pipeline/model/push-request.js';
import type { SentMessage } from '../src/pipeline/observer.js';

const built = new URL('../dist/measure/recorder/recorder.js', import.meta.url).href;
const { createRecorder } = (await import(built)) as typeof import('../src/measure/recorder/recorder.js');

const PROXIES = 2_000;
const CHANGES = 600;
/** Those during which the machine code is made. */
const FIRST = 200;
const SUBJECT = { kind: 'EndpointSlice', namespace: 'shop' };

const clock = { now: 1e9 };
const recorder = createRecorder(clock, new Set(), 0);
// As much of them as the recorder looks at.
const connections = Array.from(
  { length: PROXIES },
  (_, id) => ({ id, proxy: { name: `client-${id}` } }) as unknown as Connection,
);

const fastest = new Map<string, number>();
function each(moment: string, happens: (connection: Connection) => void): void {
  const start = process.hrtime.bigint();
  for (const connection of connections) {
    clock.now += 1_000;
    happens(connection);
  }
  const nanos = Number(process.hrtime.bigint() - start) / PROXIES;
  fastest.set(moment, Math.min(nanos, fastest.get(moment) ?? Number.POSITIVE_INFINITY));
}

for (let id = 0; id < CHANGES; id++) {
  const change = newDelivery(newChange(id, 'bench', clock.now, { ...SUBJECT, name: `cart-${id % 100}` }));
  const changes = [change];
  const request = { changes, keys: new Set(), reasons: new Map([['endpoint', 1]]) } as unknown as PushRequest;
  const message = { took: 30_000, generated: 20_000, cpu: 25_000, bytes: 1_234, answer: false };
  const sent = { ...message, planned: { causes: changes } } as unknown as SentMessage;
  if (id === FIRST) fastest.clear();
  const start = clock.now;
  recorder.received(request);
  recorder.pushStarted('full', 1, start, request);
  each('dequeued', (connection) => recorder.dequeued(connection, request, clock.now - start, 5));
  each('sent', (connection) => {
    recorder.transmitted(clock.now + 1e6, clock.now + 2e6);
    recorder.sent(connection, 'eds', sent);
  });
  each('used', (connection) => recorder.used(change, connection, clock.now + 2e6));
  each('converged', (connection) => recorder.converged(connection, request, clock.now - start, 0));
  recorder.completed(change);
  clock.now += 1e8;
}
for (const [moment, nanos] of fastest) console.log(`${moment.padEnd(10)} ${nanos.toFixed(1)} ns`);
console.log(`a push     ${[...fastest.values()].reduce((sum, nanos) => sum + nanos).toFixed(1)} ns`);
