import { z } from 'zod';

const A_PERCENTAGE = 'a percentage, such as 25%';
const percent = z.string({ error: A_PERCENTAGE }).regex(/^\d{1,3}%$/, { error: A_PERCENTAGE });

/** Instead of the workload's own. */
export const surgeAndUnavailable = {
  surge: percent.optional().meta({ description: 'Pods beyond the desired ones, rounded up' }),
  unavailable: z
    .union([percent, z.literal(0)], { error: A_PERCENTAGE })
    .optional()
    .meta({ description: 'Pods that may be missing, rounded down' }),
};

export function rolloutAllowance(event: {
  readonly surge?: string | undefined;
  readonly unavailable?: string | 0 | undefined;
}) {
  const { surge, unavailable } = event;
  return {
    ...(surge === undefined ? {} : { surgePercent: Number.parseInt(surge, 10) }),
    ...(unavailable === undefined ? {} : { unavailablePercent: Number.parseInt(String(unavailable), 10) }),
  };
}
