export async function compare(_: unknown): Promise<number> {
  return 0;
}
