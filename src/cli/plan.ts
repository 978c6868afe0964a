export async function plan(_: unknown): Promise<number> {
  return 0;
}
