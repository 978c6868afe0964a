import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../../src/report/html/html.js';
import { finished, SMALL_MESH, scenarioFile, scenarioOf } from '../../support/measured.js';
import { findProgram } from '../../support/programs.js';

const browserPath = findProgram('chromium', 'chromium', 'the report in a real browser');
const NASTY = 'name: "</script><b>"\n';

describe('the page', () => {
  const scenario = scenarioOf(`${SMALL_MESH}thresholds: ["staleness.p99 < 1h", "pilot_xds_pushes.total < 1"]\n`);
  const run = finished(scenario);
  const page = htmlReport(run);
  const { document } = parseHTML(page);

  test('fetches nothing', () => {
    const own = page.replaceAll('http://www.w3.org/', '');
    expect(own).not.toMatch(/(?:src|href)="(?!data:)|url\(|@import|fetch\(|https?:\/\//);
  });

  test('carries the exact values of what it shows', () => {
    const value = (metric: string) =>
      Number(document.querySelector(`[data-metric="${metric}"]`)?.getAttribute('data-value'));
    expect(value('pushes.total')).toBe(run.summary.metrics.pilot_xds_pushes.total);
    expect(value('convergence.p99')).toBe(run.summary.metrics.pilot_proxy_convergence_time.p99);
    expect(value('staleness_to_last.p99')).toBe(run.summary.staleness.to_last_proxy.p99);
    expect(value('bytes_sent')).toBe(run.summary.resources.bytes_sent);
  });

  test('counts rejected messages, and says what they held back', () => {
    const rejecting = parseHTML(htmlReport(finished(scenarioFile('rejected-listeners')))).document;
    const rejects = (document: typeof rejecting) => document.querySelector('[data-metric="rejects"]')?.textContent;
    expect([rejects(document), rejects(rejecting)]).toEqual(['0', '840']);
    expect(rejecting.querySelector('.signals')?.textContent).toContain('changes held back by them840');
  });

  test('says which thresholds hold, in words and not by colour alone', () => {
    const items = [...document.querySelectorAll('.verdicts li')].map(({ textContent }) => textContent);
    expect(items).toEqual([expect.stringMatching(/holds.*staleness/), expect.stringMatching(/failed.*pushes/)]);
  });

  test('tells lines apart by dash as well as by colour', () => {
    const { panels } = JSON.parse(document.getElementById('panels')?.textContent ?? '');
    for (const { lines } of panels) {
      const dashes = lines.map(({ dash }: { dash: readonly number[] }) => dash.join(' '));
      expect(new Set(dashes).size).toBe(dashes.length);
    }
  });

  test('is the same bytes for the same run', () => {
    expect(htmlReport(finished(scenario))).toBe(page);
  });

  test('takes hostile text as text', () => {
    const hostile = htmlReport(finished(scenarioOf(`${NASTY}${SMALL_MESH}`)));
    expect(hostile).not.toContain('</script><b>');
    expect(parseHTML(hostile).document.querySelector('h1')?.textContent).toBe('</script><b>');
  });

  test('of a run in which nothing happens has no holes', () => {
    const quiet = htmlReport(finished(scenarioOf(SMALL_MESH, ['events=[]'])));
    expect(quiet.replace(/<script>[\s\S]*?<\/script>/g, '')).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test('of an hour with 2,000 proxies is below 2 MB', () => {
  const scenario = scenarioOf(SMALL_MESH, [
    'run.duration=1h',
    'mesh.generate[0].services=100',
    'mesh.generate[0].endpoints=20',
    'events[0].poisson=1/m',
    'events[1].every=15m',
  ]);
  const { summary, recording } = finished(scenario);
  expect(summary.resources.proxies).toBeGreaterThanOrEqual(2000);
  expect(summary.resources.simulated_s).toBeGreaterThanOrEqual(3600);
  expect(recording.rows.length).toBeLessThanOrEqual(512);
  expect(Buffer.byteLength(htmlReport({ scenario, summary, recording }))).toBeLessThan(2e6);
});

describe.skipIf(browserPath === undefined)('in Chromium', () => {
  const run = finished(scenarioOf(SMALL_MESH));
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-report-'));
  const errors: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), htmlReport(run));
    browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
    expect(errors).toEqual([]);
  });

  async function open(width: number): Promise<Page> {
    // Offline: a page that needs the network fails here.
    const context = await browser.newContext({ offline: true, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`file://${folder}/report.html`);
    await page.waitForSelector('html[data-ready=yes]');
    return page;
  }

  test.each([1280, 390])('at %i pixels it draws all panels, and nothing is wider than the screen', async (width) => {
    const page = await open(width);
    expect(await page.locator('.panel canvas').count()).toBe(6);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const shown = await page
      .locator(width < 760 ? '.narrow svg' : '.wide svg')
      .first()
      .isVisible();
    expect(shown).toBe(true);
    expect(errors).toEqual([]);
  });

  test('what can be read from it is what the run measured', async () => {
    const page = await open(1280);
    const text = await page.locator('[data-metric="pushes.total"]').textContent();
    expect(Number(text?.replaceAll(',', ''))).toBe(run.summary.metrics.pilot_xds_pushes.total);
    const cells = await page
      .locator('h2:text("Who caused it") ~ .scroll tbody tr')
      .first()
      .locator('td')
      .allInnerTexts();
    const [first] = run.summary.attribution.object;
    expect(cells[0]).toBe(first!.label);
    expect(Number(cells[2]!.replaceAll(',', ''))).toBe(first!.alone);
  });

  test('moving over a chart shows the values of that moment in all of them', async () => {
    const page = await open(1280);
    const readings = () => page.locator('.legend b').allInnerTexts();
    expect((await readings())[0]).toMatch(/^max /);
    await page.locator('#panel-0 .u-over').hover({ position: { x: 150, y: 60 } });
    await page.waitForFunction("!document.querySelector('#legend-0 b').textContent.startsWith('max')");
    const moved = await readings();
    expect(moved.every((text) => !text.startsWith('max'))).toBe(true);
  });

  test('ink has contrast enough to be read: 4.5 to 1 at least', async () => {
    const page = await open(1280);
    const lowest = await page.evaluate(CONTRAST);
    expect(lowest).toBeGreaterThanOrEqual(4.5);
  });

  test('on paper nothing is lost: the charts are there and the scenario is not', async () => {
    const page = await open(1280);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('details.scenario').isVisible()).toBe(false);
    expect(await page.locator('.panel canvas').first().isVisible()).toBe(true);
    expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000);
  });
});

/** Runs in the page: the lowest contrast of a text with what is behind it (WCAG 2). */
const CONTRAST = `(() => {
  const light = (c) => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  let lowest = 21;
  for (const element of document.querySelectorAll('h1,h2,h3,p,li,dt,dd,td,th,span,footer,summary')) {
    if (element.textContent.trim() === '') continue;
    let behind = element;
    while (behind && (rgb(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
    const [a, b] = [rgb(getComputedStyle(element).color), behind ? rgb(getComputedStyle(behind).backgroundColor) : [255, 255, 255]].map(luminance);
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return lowest;
})()`;
