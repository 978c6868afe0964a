/** Ports as scenarios write them → as the mesh has them. */
import { protocolOf } from '../../mesh/services/protocols.js';
import type { PortSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import type { PortYaml } from '../schema/mesh.js';

/** Where ports that are only a protocol begin. */
const FIRST_NUMBER = 8080;

/**
 * Bare protocols are named after themselves (a second http is `http-2`) and take the free numbers from 8080 up. A port
 * without protocol has the one its name begins with, as in Istio, else it is sniffed.
 */
export function toPorts(ports: readonly PortYaml[], path: Path, reporter: Reporter): readonly PortSpec[] {
  const numbers = new Set(ports.flatMap((port) => (typeof port === 'string' ? [] : [port.number])));
  const names = new Set<string>();
  let next = FIRST_NUMBER;
  return ports.map((port, i) => {
    const written = typeof port === 'string' ? undefined : port;
    if (written === undefined) while (numbers.has(next)) next++;
    const number = written?.number ?? next++;
    const protocol =
      typeof port === 'string' ? port : (port.protocol ?? protocolOf({ name: port.name ?? '', number: port.number }));
    let name = written?.name ?? protocol;
    if (written?.name === undefined) for (let n = 2; names.has(name); n++) name = `${protocol}-${n}`;
    else if (names.has(name)) reporter.error('duplicate-name', [...path, i], `there are two ports called ${name}`);
    names.add(name);
    return { name, number, protocol };
  });
}
