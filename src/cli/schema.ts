/** `pushsim schema`: the grammar for editors, or the shape of results for programs. */
import { OK } from './common.js';

export async function schema(of: 'scenario' | 'result' = 'scenario'): Promise<number> {
  if (of === 'result') {
    process.stdout.write((await import('../report/files/summary-schema.js')).summarySchemaText());
    return OK;
  }
  const { jsonSchemaText } = await import('../scenario/schema/json-schema.js');
  process.stdout.write(jsonSchemaText());
  return OK;
}
