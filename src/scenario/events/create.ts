import { z } from 'zod';
import { toPorts } from '../resolve/ports.js';
import { count, Duration, dnsName, Labels } from '../schema/leaves.js';
import { Ports } from '../schema/mesh.js';
import { Kind } from './aim.js';
import { eventKind, timing } from './event-kind.js';

/** `create: [Service, VirtualService]`: new objects of these kinds, as small as they can be. */
export const create = eventKind({
  key: 'create',
  schema: z.strictObject({
    ...timing,
    create: z
      .array(Kind, { error: 'a list of kinds, such as [Service, VirtualService]' })
      .min(1, { error: 'at least one kind' }),
    spacing: Duration.prefault('0s'),
    namespace: dnsName('Where they are created').prefault('default'),
    named: dnsName('Name; the number of the repetition is appended').prefault('app'),
    ports: Ports.prefault(['http']),
    endpoints: count('Ready endpoints of a created Service', 0, 100_000).prefault(0),
    gatewaySelector: Labels.prefault({ istio: 'ingressgateway' }),
  }),
  effect(event, { path, reporter }) {
    const { create: kinds, spacing, namespace, named: name, endpoints, gatewaySelector } = event;
    const ports = toPorts(event.ports, [...path, 'ports'], reporter);
    return { do: 'create', kinds, spacing, namespace, name, ports, endpoints, gatewaySelector };
  },
});
