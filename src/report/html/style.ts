/** The look of the report page. Colours are Okabe and Ito's, which differ in lightness too; lines also differ in dash. */

export const INK = '#1b2733';
export const MUTED = '#5b6b7b';
export const FAINT = '#dfe5ea';

export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [1, 2], [4, 2]];

export const STYLE = `
:root{color-scheme:light;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:${INK};background:#f4f6f8}
*{box-sizing:border-box}body{margin:0}main{max-width:1000px;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:0 0 .2rem}
h3{font-size:.95rem;margin:1rem 0 .2rem}p{margin:.3rem 0 .7rem}.lead{font-size:1.05rem;max-width:46rem}.note,figcaption{color:${MUTED};font-size:.88rem;max-width:46rem}
section{background:#fff;border:1px solid ${FAINT};border-radius:10px;padding:1.1rem 1.25rem;margin:1rem 0}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:.6rem 0;list-style:none}.chips li{background:#e6ebf0;border-radius:99px;padding:.1rem .7rem;font-size:.85rem}
.signals{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem;margin:1rem 0}.signals section{margin:0;padding:.9rem 1rem}
.signals h2{font-size:.8rem;letter-spacing:.05em;text-transform:uppercase;color:${MUTED}}.big{font-size:1.75rem;font-weight:650;line-height:1.15;display:block}
dl{display:grid;grid-template-columns:1fr auto;gap:.1rem .6rem;margin:.5rem 0 0;font-size:.86rem}dt{color:${MUTED}}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
.panels{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem 1.5rem}figure{margin:0;min-width:0}figure h3{margin:.2rem 0}
.legend{display:flex;flex-wrap:wrap;gap:.1rem .9rem;font-size:.8rem;min-height:1.3rem}.legend svg{vertical-align:middle;margin-right:.3rem}.legend b{font-variant-numeric:tabular-nums;font-weight:600}
.legend{margin-top:.2rem}.panel{width:100%;height:190px}figure h3 .note{display:block;font-weight:400}.narrow{display:none}.wide svg,.narrow svg{max-width:100%;height:auto;display:block}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.86rem}th,td{padding:.3rem .55rem;border-bottom:1px solid ${FAINT};text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th{font-weight:600;color:${MUTED}}td:first-child,th:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:9rem}
.verdicts{list-style:none;padding:0;margin:.5rem 0}.verdicts li{display:flex;gap:.6rem;padding:.15rem 0;flex-wrap:wrap}.pass,.fail{font-weight:650}.pass{color:#00664b}.fail{color:#a33b00}
details summary{cursor:pointer;font-weight:600}pre{overflow:auto;max-height:32rem;background:#f4f6f8;padding:.8rem;border-radius:6px;font-size:.78rem;line-height:1.4}
.facts{grid-template-columns:auto 1fr;column-gap:1rem}.facts dd{text-align:left}
.short{margin:.4rem 0 1rem;padding-left:1.2rem;max-width:46rem}.alarm{border:2px solid #a33b00;border-radius:8px;padding:.6rem .9rem;color:#a33b00;background:#fff4ee;font-weight:600}.answer{font-size:1.15rem;font-weight:600}footer{color:${MUTED};font-size:.8rem;overflow-wrap:anywhere}
@media(max-width:760px){main{padding:1rem .6rem 2rem}section{padding:.9rem .8rem}.signals{grid-template-columns:1fr 1fr;gap:.6rem}.panels{grid-template-columns:1fr}.wide{display:none}.narrow{display:block}.big{font-size:1.4rem}.signals section{padding:.7rem}}
@media(max-width:360px){.signals{grid-template-columns:1fr}}
@media print{:root{background:#fff;font-size:11px}main{max-width:none;padding:0}section{break-inside:avoid;border-color:#bbb}details.scenario{display:none}.wide{display:block}.narrow{display:none}.panels{grid-template-columns:1fr 1fr}.signals{grid-template-columns:repeat(4,1fr)}}
`;
