/**
 * A fleet of 100,000 proxies in 10,000 services: a cold start and a restart, each in a process of its own. Wall time and
 * the most memory of each; build first (`npm run build`).
 *
 *     node bench/fleet.mjs [SHARE]     SHARE of the proxies, such as 0.01; default 1
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const share = Number(process.argv[2] ?? 1);
for (const name of ['cold-100000', 'restart-100000']) {
  const file = fileURLToPath(new URL(`fleet/${name}.yaml`, import.meta.url));
  const text = readFileSync(file, 'utf8').replaceAll('copies: 100', `copies: ${Math.max(1, Math.round(100 * share))}`);
  const code = `
    const { parseScenario } = await import(${JSON.stringify(new URL('../dist/scenario/load.js', import.meta.url).href)});
    const { simulate } = await import(${JSON.stringify(new URL('../dist/fleet/run.js', import.meta.url).href)});
    const parsed = parseScenario(${JSON.stringify(text)}, { file: ${JSON.stringify(file)} });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const began = process.hrtime.bigint();
    const { fleet, resources } = simulate(parsed.scenario);
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    const mebibytes = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ name: ${JSON.stringify(name)}, proxies: resources.proxies, seconds, mebibytes,
      kibibytesPerProxy: (mebibytes * 1024) / resources.proxies, served: fleet.time_to_ready.count, waiting: fleet.time_to_ready.waiting }));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  process.stdout.write(stdout);
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exitCode = 1;
  }
}
