/** What a load test's configuration comes to. */
export type Fields = Readonly<Record<string, unknown>>;

/** A scenario as YAML has it, and what of the configuration has no counterpart in it. */
export interface LoadTest {
  readonly kind: string;
  readonly scenario: Fields;
  readonly warnings: readonly string[];
}
