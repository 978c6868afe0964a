/** The page's own script: draws the panels, keeps their cursors together, shows the values under the cursor. */

const VALUES_AS_TEXT = `
  function digits(v) { return Math.abs(v) >= 99.95 ? v.toFixed(0) : Math.abs(v) >= 9.995 ? v.toFixed(1) : v.toFixed(2); }
  function trim(t) { return t.replace(/\\.0+$/, '').replace(/(\\.\\d*[1-9])0+$/, '$1'); }
  function shown(v, unit) {
    if (v === null || v === undefined) return '–';
    if (unit === 'seconds') {
      if (v === 0) return '0 s';
      if (v >= 0.9995) return trim(digits(v)) + ' s';
      return v >= 0.0009995 ? trim(digits(v * 1e3)) + ' ms' : trim(digits(v * 1e6)) + ' µs';
    }
    if (v >= 9999.5) return trim(digits(v / 1000)) + 'k';
    return Number.isInteger(v) ? String(v) : trim(digits(v));
  }
  function time(v) {
    if (v < 120) return trim(v.toFixed(1)) + ' s';
    var h = Math.floor(v / 3600), m = Math.floor(v % 3600 / 60), s = Math.round(v % 60);
    return (h ? h + ':' + String(m).padStart(2, '0') : m) + ':' + String(s).padStart(2, '0');
  }
`;

const SCALES = `
  function tidy(v) {
    var best = 1e-9;
    for (var p = 1e-9; p < 1e9; p *= 10) [1, 2, 5].forEach(function (m) { if (m * p <= v) best = m * p; });
    return best;
  }
  function limits(panel) {
    return function (u, low, high) {
      if (panel.log) return low > 0 ? [tidy(low), high * 1.4] : [0.001, 1];
      var top = Math.max(high || 0, panel.limit && panel.limit.value <= 3 * high ? panel.limit.value : 0, 1e-9);
      return [0, top * 1.08];
    };
  }
  function limitLine(panel) {
    return function (u) {
      if (!panel.limit || panel.limit.value > u.scales.y.max) return;
      var y = Math.round(u.valToPos(panel.limit.value, 'y', true)), c = u.ctx, r = devicePixelRatio;
      c.save(); c.strokeStyle = c.fillStyle = '#5b6b7b'; c.setLineDash([2 * r, 3 * r]); c.lineWidth = r;
      c.beginPath(); c.moveTo(u.bbox.left, y); c.lineTo(u.bbox.left + u.bbox.width, y); c.stroke();
      c.font = 11 * r + 'px system-ui,sans-serif'; c.textAlign = 'right'; c.textBaseline = 'bottom';
      c.fillText(panel.limit.label, u.bbox.left + u.bbox.width - 4 * r, y - 2 * r); c.restore();
    };
  }
`;

const DRAWING = `
  function draw(panel, i) {
    var place = document.getElementById('panel-' + i), legend = document.getElementById('legend-' + i);
    var numbers = legend.querySelectorAll('b');
    function show(at) {
      panel.lines.forEach(function (line, k) {
        var peak = line.values.reduce(function (a, b) { return b !== null && b > a ? b : a; }, 0);
        numbers[k].textContent = at === null ? 'max ' + shown(peak, panel.unit) : shown(line.values[at], panel.unit);
      });
      legend.lastChild.textContent = at === null ? '' : 'at ' + time(data.times[at]);
    }
    var axis = { stroke: '#5b6b7b', font: '11px system-ui,sans-serif', grid: { stroke: '#e8edf1', width: 1 }, ticks: { stroke: '#c5ced6', width: 1 } };
    var chart = new uPlot({
      width: place.clientWidth, height: 190, legend: { show: false }, padding: [8, 20, 0, 0],
      cursor: { sync: { key: 'run' }, y: false, points: { size: 6 } },
      scales: { x: { time: false }, y: { distr: panel.log ? 3 : 1, range: limits(panel) } },
      axes: [Object.assign({}, axis, { size: 32, values: function (u, vs) { return vs.map(time); } }),
        Object.assign({}, axis, { size: 58, values: function (u, vs) { return vs.map(function (v) { return v === null ? null : shown(v, panel.unit); }); } })],
      series: [{}].concat(panel.lines.map(function (line) {
        return { label: line.label, stroke: line.colour, dash: line.dash.length ? line.dash : undefined, width: 1.6, spanGaps: true, points: { show: panel.log && data.times.length < 80, size: 4 } };
      })),
      hooks: { setCursor: [function (u) { show(u.cursor.idx === undefined ? null : u.cursor.left < 0 ? null : u.cursor.idx); }], draw: [limitLine(panel)] }
    }, [data.times].concat(panel.lines.map(function (line) { return line.values; })), place);
    show(null);
    charts.push([chart, place]);
  }
`;

/** A block of strict code keeps its functions to itself. */
export const SCRIPT = `
'use strict';
{
  let data = JSON.parse(document.getElementById('panels').textContent);
  let charts = [];${VALUES_AS_TEXT}${SCALES}${DRAWING}
  data.panels.forEach(draw);
  addEventListener('resize', function () { charts.forEach(function (c) { c[0].setSize({ width: c[1].clientWidth, height: 190 }); }); });
  document.documentElement.dataset.ready = 'yes';
}
`;
