import { z } from 'zod';

const A_WORKLOAD = 'a workload NAMESPACE/NAME, NAMESPACE/* or *';

export const WorkloadYaml = z
  .string({ error: A_WORKLOAD })
  .regex(/^(\*|[a-z0-9][-a-z0-9]*\/(\*|[a-z0-9][-a-z0-9]*))$/, { error: A_WORKLOAD })
  .meta({ description: 'NAMESPACE/NAME, NAMESPACE/* (all in it) or *' });
