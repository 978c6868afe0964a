/** `pushsim schema`: the grammar for editors. */
import { OK } from './common.js';

export async function schema(): Promise<number> {
  const { jsonSchemaText } = await import('../scenario/json-schema.js');
  process.stdout.write(jsonSchemaText());
  return OK;
}
