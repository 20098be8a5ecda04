/**
 * The look of reports: the page's dark tokens, the fonts of the machine, and a light form for paper. That is narrow and
 * cannot be scrolled: everything is smaller there, and what may wrap does.
 */

/** A style sheet without anything to load. */
export const REPORT_STYLE = `
:root{color-scheme:dark;--canvas:#0a0e13;--surface:#0f151c;--raised:#161e27;--line:#1e2833;--line-strong:#33414f;
--ink:#dce4ec;--ink-muted:#9aa8b6;--gain:#3ecf8e;--loss:#f4717c;--accent:#6cb0ff;--warn:#f3b74f;--warn-wash:#2b2110}
*{box-sizing:border-box}
html{background:var(--canvas);color:var(--ink);font:14px/1.5 "Inter Variable",Inter,system-ui,-apple-system,"Segoe UI",
sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
body{max-width:1240px;margin:0 auto;padding:28px 24px 56px}
h1{font-size:24px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:15px;margin:0 0 12px}
h3{font-size:12px;font-weight:600;color:var(--ink-muted);margin:0 0 6px}
p{margin:0 0 8px}
header{display:flex;flex-wrap:wrap;gap:8px 32px;align-items:end;justify-content:space-between;margin-bottom:18px}
.muted,caption,figcaption{color:var(--ink-muted)}
.gain{color:var(--gain)}.loss{color:var(--loss)}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin-bottom:14px}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--surface);border:1px solid var(--line);
border-radius:8px;overflow:hidden;margin-bottom:14px}
.tile{box-shadow:0 0 0 1px var(--line);padding:12px 16px;min-width:0}
.tile span{display:block;font-size:12px;color:var(--ink-muted)}
.tile b{display:block;font-size:19px;line-height:1.35;font-weight:600;white-space:nowrap}
.tile.main b{font-size:24px}
.warning{background:var(--warn-wash);border:1px solid var(--warn);border-radius:8px;padding:10px 14px;
margin-bottom:14px}
.warning p{margin:2px 0}.warning b{color:var(--warn)}
figure{margin:0}
.plot{position:relative;margin:0 76px 0 0;border-bottom:1px solid var(--line-strong)}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot path,.plot line{vector-effect:non-scaling-stroke}
.grid{stroke:var(--line);stroke-width:1}
.start{stroke:var(--ink-muted);stroke-width:1;stroke-dasharray:2 4}
.equity{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}
.held{fill:none;stroke:var(--warn);stroke-width:1.2;stroke-dasharray:5 3;opacity:.85}
.fan-wide{fill:var(--accent);fill-opacity:.13}.fan-narrow{fill:var(--accent);fill-opacity:.2}
.middle{fill:none;stroke:var(--accent);stroke-width:1.2;stroke-dasharray:2 3}
.real{fill:none;stroke:var(--warn);stroke-width:1.6;stroke-linejoin:round}
.course{fill:none;stroke:var(--accent);stroke-width:1;stroke-opacity:.45;stroke-linejoin:round}
.bound{stroke:var(--line-strong);stroke-width:1}
.legend i.area{height:10px;border:0;background:var(--accent)}
.passed{color:var(--gain)}.failed{color:var(--loss)}
.fall{fill:var(--loss);fill-opacity:.22;stroke:var(--loss);stroke-width:1}
.price{fill:none;stroke:var(--ink-muted);stroke-width:1.2;stroke-linejoin:round}
.invested{fill:var(--accent);fill-opacity:.18;stroke:var(--accent);stroke-width:1}
.bar-gain{fill:var(--gain);fill-opacity:.75}.bar-loss{fill:var(--loss);fill-opacity:.75}
.dot{fill:none;stroke-width:6;stroke-linecap:round;stroke-opacity:.75}
.dot-gain{stroke:var(--gain)}.dot-loss{stroke:var(--loss)}
.mark{stroke:var(--warn);stroke-width:1.4;stroke-dasharray:4 3}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:18px 28px}
figure+figure{margin-top:18px}.pair figure+figure{margin-top:0}
figcaption{font-size:12px;margin-bottom:10px}figcaption b{color:var(--ink)}
.marker{margin-left:12px;white-space:nowrap}
i.fill{position:absolute;width:0;height:0;border:5px solid transparent;transform:translateX(-5px)}
i.fill.buy{border-bottom:8px solid var(--gain);border-top:0;margin-top:2px}
i.fill.sell{border-top:8px solid var(--loss);border-bottom:0;margin-top:-10px}
.dense i.fill{border-width:3px;transform:translateX(-3px);opacity:.85}
.dense i.fill.buy{border-bottom-width:5px}.dense i.fill.sell{border-top-width:5px;margin-top:-7px}
.marker i.fill{position:static;display:inline-block;transform:none;margin:0 5px 0 0;vertical-align:middle}
.y,.x{position:absolute;font-size:11px;color:var(--ink-muted);white-space:nowrap;line-height:1}
.y{left:100%;margin-left:8px;transform:translateY(-50%)}
.x{top:100%;margin-top:6px}.x.mid{transform:translateX(-50%)}
.under{margin-top:28px;margin-bottom:24px}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:12px;color:var(--ink-muted);margin-bottom:12px}
.legend i{display:inline-block;width:20px;height:0;border-top:2px solid;vertical-align:middle;margin-right:7px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:18px 28px}
.columns>*{min-width:0}
.columns th[scope=row],.columns td:first-child{white-space:normal}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{text-align:left;font-size:12px;padding-bottom:6px}
th{font-weight:500;color:var(--ink-muted);text-align:left;font-size:12px;white-space:nowrap}
td,th{padding:4px 10px 4px 0;vertical-align:top;border-bottom:1px solid var(--line)}
td:last-child,th:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
.wide{overflow-x:auto}.wide+.wide{margin-top:18px}
.reason{min-width:130px;overflow-wrap:anywhere}.n:has(+:not(.n)){padding-right:24px}
tr.told>*{border-bottom:0;padding-bottom:0}
tr.sentence>td{color:var(--ink-muted);font-size:12px;padding-top:0;padding-bottom:7px;overflow-wrap:anywhere}
.months td,.months th{text-align:right;padding:5px 8px}
.months tr>*:first-child{text-align:left}
.scale{font-size:12px;color:var(--ink-muted);margin:8px 0 0;text-align:right}
.scale span{display:inline-block;padding:2px 8px;margin-left:2px;border:1px solid var(--line)}
.days{display:grid;grid-template-columns:repeat(auto-fill,minmax(172px,1fr));gap:0 28px;font-size:13px}
.days div{display:grid;grid-template-columns:1fr auto;padding:4px 0;border-bottom:1px solid var(--line)}
.days small{grid-column:1/-1;font-size:12px;color:var(--ink-muted);text-align:right}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:5px 20px;margin:0;font-size:13px}
dt{color:var(--ink-muted)}dd{margin:0;overflow-wrap:anywhere}
code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{margin:0;padding-left:18px;font-size:13px}li{margin-bottom:5px}
.rest{color:var(--ink-muted);font-size:12px;margin:10px 0 0}
@media(max-width:860px){body{padding:18px 14px 40px}.tiles{grid-template-columns:repeat(2,1fr)}
caption{max-width:calc(100vw - 66px)}.pair{grid-template-columns:1fr}
.months{font-size:12px}.months td,.months th{padding:5px 0 5px 4px}}
@media(max-width:520px){.columns,dl{grid-template-columns:1fr}dt{margin-top:6px}th[scope=row]{white-space:normal}
.wide td:first-child:not(.n){min-width:96px}
.tile.main b,.tile b{font-size:17px}
.x:nth-child(even of .x){display:none}}
@media print{:root{color-scheme:light;--canvas:#fff;--surface:#fff;--raised:#f1f4f7;--line:#dbe2e8;
--line-strong:#b6c2cd;--ink:#17212b;--ink-muted:#4b5a68;--gain:#0a7350;--loss:#b8283a;--accent:#1b5fc4;--warn:#835400;
--warn-wash:#fdf0d3}@page{margin:12mm}body{max-width:none;padding:0;zoom:.78}.panel,.tile,tr{break-inside:avoid}
#trades,#fills{break-inside:auto}.tiles{grid-template-columns:repeat(4,1fr)}.pair{grid-template-columns:1fr 1fr}
.wide{overflow-x:visible}.nowrap,th{white-space:normal}.months td,.scale span{print-color-adjust:exact}
h2,tr.told{break-after:avoid}}
`;
