/** A run as one self-contained page: it fetches nothing, so it opens anywhere and can be sent by mail. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { istiodOptions } from '../../fleet/istiod-options.js';
import { profileOf } from '../../istio/profile.js';
import type { Recording } from '../../measure/recorder/recording.js';
import { resolvedYaml } from '../../scenario/resolve/resolved-yaml.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { Summary } from '../files/json.js';
import { verdictLine } from '../text/terminal.js';
import { uncertaintyOfRun } from '../trust/trust.js';
import { settingsOf } from '../view/environment.js';
import { count, span } from '../view/format.js';
import { meansNote, withMeans } from '../view/means.js';
import { memoryAlarm } from '../view/memory.js';
import { meshFacts, meshLine } from '../view/mesh-facts.js';
import { debounceChart } from './debounce.js';
import { fleetSection } from './fleet-section.js';
import { inShort } from './in-short.js';
import type { Panel } from './panel.js';
import { timePanels } from './panels.js';
import { SCRIPT } from './script.js';
import { attributionSection, slowestSection, stalenessSections } from './sections.js';
import { signalCards, thresholdList } from './signals.js';
import { STYLE } from './style.js';
import { escaped } from './text.js';
import { readinessSection, settingsSection, trafficSection, whoseSection, worthSection } from './whose-sections.js';

export interface ReportedRun {
  readonly scenario: Scenario;
  readonly summary: Summary;
  readonly recording: Recording;
}

/** A resolved scenario lists every object; beyond this much text it is cut. */
const SCENARIO_MAX = 128 * 1024;

export function htmlReport({ scenario, summary: measured, recording }: ReportedRun): string {
  const summary = withMeans(measured);
  const { provenance, resources } = summary;
  const { pushThrottle } = istiodOptions(scenario.istiod, profileOf(scenario.istio), resources.cores);
  const panels = timePanels(recording, { slots: pushThrottle, cores: resources.cores }, summary.fleet);
  const chips = [
    `istiod ${scenario.istio}`,
    count(scenario.istiod.cpuCores, 'core'),
    scenario.istiod.xds === 'delta' ? 'delta xDS' : 'state of the world xDS',
    count(resources.proxies, 'proxy', 'proxies'),
    count(scenario.mesh.services.length, 'service'),
    `${span(resources.simulated_s)} simulated`,
    `seed ${scenario.run.seed}`,
    ...(provenance.costs_borrowed_from === undefined ? [] : [`CPU costs of ${provenance.costs_borrowed_from}`]),
  ];
  const note = meansNote(summary);
  const alarm = memoryAlarm(summary);
  const body = [
    `<h1>${escaped(scenario.name)}</h1><p class="lead">${escaped(scenario.description)}</p>`,
    `<ul class="chips">${chips.map((chip) => `<li>${escaped(chip)}</li>`).join('')}</ul><p class="note">${escaped(meshLine(meshFacts(scenario.mesh)))}${note === '' ? '' : `<br>${escaped(note)}; so are the charts`}</p>`,
    alarm === undefined ? '' : `<p class="alarm" role="alert">${escaped(alarm)}</p>`,
    `<p class="answer">${escaped(verdictLine(summary))}</p>`,
    thresholdList(scenario, summary),
    inShort(summary),
    signalCards(summary, pushThrottle),
    readinessSection(summary),
    fleetSection(summary),
    `<section><h2>Over time</h2><p class="note">Move over a chart to read all of them at that moment; drag to zoom, double-click to see all again.</p><div class="panels">${panels.panels.map(panelFigure).join('')}</div></section>`,
    `<section><h2>Debounce: batch by batch</h2>${debounceChart(recording)}</section>`,
    stalenessSections(summary, recording),
    whoseSection(summary),
    trafficSection(summary),
    attributionSection(summary),
    slowestSection(recording),
    settingsSection(summary.environment ?? settingsOf(scenario)),
    worthSection(uncertaintyOfRun(scenario, summary)),
    `<section><details class="scenario"><summary>The scenario with every default</summary><pre>${escaped(cut(resolvedYaml(scenario)))}</pre></details></section>`,
    `<footer>pushsim ${escaped(provenance.pushsim)} · ${escaped(provenance.command)} · scenario ${provenance.hash.slice(0, 12)} · fingerprint ${summary.fingerprint}<br>Simulated: compare with a measurement before you rely on it.</footer>`,
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(scenario.name)} · pushsim</title><link rel="icon" href="data:,"><style>${STYLE}${asset('uPlot.min.css')}</style></head><body><main>`,
    body.join('\n'),
    `</main><script type="application/json" id="panels">${JSON.stringify(panels).replaceAll('<', '\\u003c')}</script>`,
    `<script>${asset('uPlot.iife.min.js')}</script><script>${SCRIPT}</script></body></html>\n`,
  ].join('\n');
}

function panelFigure(panel: Panel, i: number): string {
  const keys = panel.lines.map(({ label, colour, dash }) => {
    const line = `<line x1="0" y1="5" x2="22" y2="5" stroke="${colour}" stroke-width="2"${dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''}/>`;
    return `<span><svg width="22" height="10" aria-hidden="true">${line}</svg>${escaped(label)} <b></b></span>`;
  });
  return `<figure><h3>${escaped(panel.title)} <span class="note">${escaped(panel.note)}</span></h3><div class="panel" id="panel-${i}"></div><div class="legend" id="legend-${i}">${keys.join('')}<span class="note"></span></div></figure>`;
}

function cut(text: string): string {
  if (text.length <= SCENARIO_MAX) return text;
  return `${text.slice(0, SCENARIO_MAX)}\n… cut here; pushsim validate --resolved prints all of it\n`;
}

function asset(name: string): string {
  const path = createRequire(import.meta.url).resolve(`uplot/dist/${name}`);
  return readFileSync(path, 'utf8').replace(/\/\*![\s\S]*?\*\/\s*/, '');
}
