/** Inputs as lists of records, so that one of them can be damaged: what the others tell must survive. */
import { readFileSync } from 'node:fs';
import { dumps, generatedCluster, histories, metadataLevel, watchStream } from './generated-cluster.js';
import { inputs } from './reading.js';

export interface Sample {
  readonly name: string;
  /** As the names of the files of its format begin. */
  readonly format: string;
  /** The text is all of them, one after the other. */
  readonly parts: readonly string[];
  /** So many of the first are no records. */
  readonly fixed: number;
  /** Its first line alone parts a record from the one before. */
  readonly bounded?: boolean;
  /** A damaged line that looks like this is taken for the list's own brackets, and what follows for another record. */
  readonly own?: RegExp;
}

export function records(): readonly Sample[] {
  const cluster = generatedCluster(1, 4);
  const file = (name: string) => readFileSync(inputs(name)[0]!, 'latin1');
  const lines = (text: string) => text.split(/(?<=\n)/);
  const logs = ['istiod-1.12.log', 'istiod-1.17.log', 'istiod-1.30.log', 'istiod-1.31.log', 'istiod-json.log'];
  return [
    { name: 'an audit log', format: 'audit.jsonl', parts: lines(histories['an audit log']!(cluster)), fixed: 0 },
    { name: 'an audit log at level Metadata', format: 'audit.jsonl', parts: lines(metadataLevel(cluster)), fixed: 0 },
    { name: 'aws logs tail', format: 'audit-eks', parts: lines(histories['EKS, aws logs tail']!(cluster)), fixed: 0 },
    { name: 'CSV of Insights', format: 'audit-eks', parts: lines(histories['EKS, Insights']!(cluster)), fixed: 1 },
    { name: 'an Event Hub', format: 'audit-aks', parts: lines(histories['AKS, Event Hub']!(cluster)), fixed: 0 },
    { name: 'metrics', format: 'metrics', parts: lines(file('metrics.txt')), fixed: 0 },
    { name: 'proxy-status', format: 'proxy-status', parts: lines(proxyStatus()), fixed: 1 },
    { name: 'a watch', format: 'watch', parts: watchStream(cluster).split(/(?<=\}\n)(?=\{)/), fixed: 0 },
    {
      name: 'a dump',
      format: 'dump-pods',
      parts: dumps['kubectl JSON']!(cluster)
        .toString()
        .split(/(?<=^ {8}\},?\n|"items": \[\n)/m),
      fixed: 1,
      own: /^ *\[|^ {0,8}[\]{]|[\]{,] *[\]{]/,
    },
    {
      name: 'a YAML dump',
      format: 'dump-slices',
      parts: dumps['kubectl YAML']!(cluster)
        .toString()
        .split(/^(?=- )/m),
      fixed: 1,
      bounded: true,
    },
    {
      name: 'YAML documents',
      format: 'dump-slices',
      parts: dumps['YAML documents']!(cluster)
        .toString()
        .split(/^(?=---)/m),
      fixed: 0,
      bounded: true,
    },
    ...logs.map((name) => ({ name, format: 'istiod', parts: lines(file(name)), fixed: 0 })),
  ];
}

function proxyStatus(): string {
  const row = (name: string) => `${name.padEnd(24)}Kubernetes     istiod-7d4     1.30.3      4 (CDS,LDS,EDS,RDS)\n`;
  const header = 'NAME                    CLUSTER        ISTIOD         VERSION     SUBSCRIBED TYPES\n';
  return header + ['till-1.bakery', 'till-2.bakery', 'oven-1.bakery', 'gate-1.istio-system'].map(row).join('');
}
