// SPDX-License-Identifier: MIT
// page.mjs <lanecrypt> <folder with a set> <folder for what is made>: what Chromium makes of reports. Each check is told;
// status 1 when one fails.

import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {drawAll, launch, open} from './browser.mjs';

const [lanecrypt, setFolder, out] = process.argv.slice(2);
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)><b>{b|x}</b>';
let failures = 0;

function check(what, right, seen) {
  if (!right) {
    failures++;
    console.log(`FAILED: ${what}${seen === undefined ? '' : ': ' + JSON.stringify(seen).slice(0, 600)}`);
  }
}

function report(name, ...files) {
  const page = path.join(out, name + '.html');
  execFileSync(lanecrypt, ['report', ...files, '-o', page]);
  return page;
}

const load = name => JSON.parse(fs.readFileSync(path.join(setFolder, name), 'utf8'));

function save(name, set) {
  const file = path.join(out, name + '.json');
  fs.writeFileSync(file, JSON.stringify(set));
  return file;
}

// The same set as if of elsewhere.
function changed(set, {cpu, kind, faster = 1, date}) {
  const copy = structuredClone(set);
  Object.assign(copy.context.machine, {cpu, microarchitecture: cpu});
  Object.assign(copy.context, {kind, date: date || copy.context.date});
  for (const b of copy.benchmarks)
    for (const key of ['ns', 'ns_lo', 'ns_hi', 'real_time', 'cpu_time'])
      b[key] /= faster;
  return copy;
}

// Three significant digits and a unit, told apart from the page's own code.
function figure(x, units) {
  let unit = 0;
  while (unit + 1 < units.length && Math.abs(x) >= 999.5) {
    x /= 1000;
    unit++;
  }
  const digits = x >= 99.95 ? 0 : x >= 9.995 ? 1 : x >= 0.9995 ? 2 : 3;
  return `${x.toFixed(digits)} ${units[unit]}`;
}
const time = ns => figure(ns, ['ns', 'µs', 'ms', 's']);
const bytes = n => figure(n, ['B', 'kB', 'MB', 'GB', 'TB']);

// Charts that are empty, too wide, or whose texts lie on each other or stick out.
async function faults(page) {
  return page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const chart of document.querySelectorAll('.chart')) {
      const where = chart.closest('section').id, svg = chart.querySelector('svg'), box = chart.getBoundingClientRect();
      const marks = svg ? svg.querySelectorAll('path, polygon, rect, line, circle').length : 0;
      if (marks < 8)
        found.push(`${where}: ${marks} marks`);
      if (!chart.getAttribute('aria-label') || chart.getAttribute('aria-label').length < 40)
        found.push(`${where}: no alt text`);
      const texts = svg ? [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => ({text: t.textContent, box: t.getBoundingClientRect()})) : [];
      for (const [i, a] of texts.entries()) {
        if (a.box.left < box.left - 2 || a.box.right > box.right + 2 || a.box.top < box.top - 2 || a.box.bottom > box.bottom + 2)
          found.push(`${where}: '${a.text}' sticks out`);
        for (const b of texts.slice(i + 1))
          if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 3 && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 5)
            found.push(`${where}: '${a.text}' lies on '${b.text}'`);
      }
    }
    return found;
  });
}

async function violations(page) {
  await page.evaluate(fs.readFileSync(axe, 'utf8'));
  return page.evaluate(async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})).violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`));
}

async function looks(browser, name, file) {
  for (const [width, scheme] of [[360, 'light'], [1280, 'light'], [1280, 'dark'], [1600, 'light']]) {
    const page = await open(browser, file, {width, scheme}), view = `${name}, ${width} px, ${scheme}`;
    await drawAll(page);
    const found = await faults(page);
    check(`${view}: layout`, found.length === 0, found);
    if (width === 1280) {
      const bad = await violations(page);
      check(`${view}: accessible`, bad.length === 0, bad);
      const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      check(`${view}: background`, (paper === 'rgb(255, 255, 255)') === (scheme === 'light'), paper);
    }
    check(`${view}: console, requests`, page.said.length === 0, page.said);
    await page.screenshot({path: path.join(out, `${name}-${width}-${scheme}.png`), fullPage: true});
    await page.context().close();
  }
}

// Of three loads the quickest: others may be at work on this machine.
async function interactive(browser, file) {
  const times = [];
  for (let i = 0; i < 3; i++) {
    const page = await open(browser, file);
    times.push(+await page.evaluate(() => document.documentElement.dataset.ready));
    await page.context().close();
  }
  check('interactive within a second', Math.min(...times) <= 1000, times);
  console.log(`interactive after ${Math.min(...times)} ms`);
}

async function figures(browser, file, run) {
  const page = await open(browser, file);
  await drawAll(page);
  const gap = run.gap.find(g => g.headline), summary = execFileSync(lanecrypt, ['summary', path.join(setFolder, 'run.json')], {encoding: 'utf8'});
  const headline = await page.textContent('#headline');
  check('the headline is the file\'s', headline === bytes(gap.break_even_bytes), headline);
  check('the headline is the terminal\'s', summary.includes(`as encrypting ${headline}.`), headline);
  check('its interval', (await page.textContent('.first .finding')).includes(`${bytes(gap.break_even_bytes_lo)} – ${bytes(gap.break_even_bytes_hi)}`));

  const rows = await page.evaluate(() => sets[0].cells.map(c => [c.name, c.op, c.size, c.engine, c.kernel, c.side, c.condition, c.ns.x, c.ns.lo, c.ns.hi]));
  const own = new Map(rows.map(r => [JSON.stringify(r.slice(0, 7)), r.slice(7)]));
  const near = (a, b, share = 1e-5) => Math.abs(a - b) <= share * Math.abs(b);
  let wrong = 0;
  for (const b of run.benchmarks) {
    const key = JSON.stringify([b.kind || b.algorithm, b.op, b.size === undefined ? null : b.size, b.engine, b.kernel || '', b.side || '', b.condition || '']);
    wrong += !(own.has(key) && near(own.get(key)[0], b.ns) && near(own.get(key)[1], b.ns_lo, 6e-5) && near(own.get(key)[2], b.ns_hi, 6e-5));
  }
  check(`all ${run.benchmarks.length} figures are the file's`, wrong === 0, wrong);

  const bars = await page.evaluate(() => { const e = [...charts.entries()].find(([el]) => el.closest('#ranking'))[1], o = e.chart.getOption(); return o.yAxis[0].data.map((n, i) => [n, o.series[0].data[i].value]); });
  for (const [engine, value] of bars) {
    const best = Math.min(...run.benchmarks.filter(b => b.algorithm === 'AES-128-GCM' && b.op === 'seal' && b.size === 16384 && b.engine === engine && (!b.kernel || b.kernel === 'auto')).map(b => b.ns));
    check(`the bar of ${engine}`, near(value, 16384 / best), value);
  }
  check('bars are ranked', bars.every(([, v], i) => i === 0 || bars[i - 1][1] >= v) && bars.length > 3, bars);
  await page.context().close();
}

async function controls(browser, file, run) {
  const page = await open(browser, file);
  await drawAll(page);
  const lines = () => page.evaluate(() => [...charts.entries()].find(([el]) => el.closest('#throughput'))[1].chart.getOption().series.filter(s => s.type === 'line').map(s => s.name));
  const before = await lines();
  await page.click('#throughput .legend button >> nth=0');
  await drawAll(page);
  const after = await lines();
  check('a click takes a series away', after.length === before.length - 1 && !after.includes(before[0]), after);
  check('the button says so', await page.getAttribute('#throughput .legend button >> nth=0', 'aria-pressed') === 'false');
  await page.focus('#throughput .legend button >> nth=0');
  await page.keyboard.press('Space');
  await drawAll(page);
  check('the space bar brings it back', (await lines()).length === before.length && await page.evaluate(() => document.activeElement.closest('#throughput') !== null));

  const said = await page.textContent('#ranking .finding');
  await page.selectOption('#ranking select >> nth=0', {label: 'ChaCha20-Poly1305 decrypt'});
  await drawAll(page);
  check('another algorithm, another finding', await page.textContent('#ranking .finding') !== said);

  await page.focus('#gap .chart');
  await page.keyboard.press('ArrowRight');
  check('arrow keys tell a mark', (await page.textContent('#status')).length > 10);
  check('and show it', await page.evaluate(() => document.querySelector('#gap .tip') !== null));

  const column = name => page.evaluate(head => { const heads = [...document.querySelectorAll('#figures th')].map(h => h.textContent); return [...document.querySelectorAll('#figures tbody tr')].map(r => r.children[heads.indexOf(head)].textContent); }, name);
  await page.fill('#filter', 'AES-256-GCM seal 16 KiB');
  const want = run.benchmarks.filter(b => b.algorithm === 'AES-256-GCM' && b.op === 'seal' && b.size === 16384);
  await page.click('#figures th button:text-is("CPU time")');
  check('filtered and sorted', JSON.stringify((await column('CPU time')).slice(0, want.length)) === JSON.stringify(want.map(b => b.ns).sort((a, b) => a - b).map(time).slice(0, (await column('CPU time')).length)), await column('CPU time'));
  await page.click('#figures th button:text-is("CPU time")');
  check('sorted the other way', (await column('CPU time'))[0] === time(Math.max(...want.map(b => b.ns))) && await page.getAttribute('#figures th[aria-sort]', 'aria-sort') === 'descending');
  await page.click('#copy');
  await page.waitForFunction(() => document.getElementById('copy').textContent.startsWith('Copied'));
  const csv = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n');
  check('copied as CSV', csv.length === want.length + 1 && csv[0].includes('ns_lo') && csv.every(l => l.split(',').length === csv[0].split(',').length), csv.slice(0, 3));
  await page.fill('#filter', 'no such words');
  check('nothing is found', (await column('engine')).length === 0);
  check('console, requests', page.said.length === 0, page.said);

  await page.pdf({path: path.join(out, 'one.pdf'), preferCSSPageSize: true});
  const pdf = fs.readFileSync(path.join(out, 'one.pdf'));
  check('printed on A4', /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/.test(pdf.toString('latin1')));
  check('after printing all is as before', await page.evaluate(() => document.documentElement.dataset.theme === undefined && !document.documentElement.classList.contains('printing')));
  await page.context().close();
}

async function several(browser, file) {
  const page = await open(browser, file);
  await drawAll(page);
  const seen = await page.evaluate(() => ({
    panels: document.querySelectorAll('#ranking figure').length, unreal: document.querySelectorAll('#ranking figure.unreal').length,
    badges: [...document.querySelectorAll('#ranking .badge')].map(b => b.textContent),
    ratios: [...document.querySelectorAll('#ratios tbody tr:nth-child(3) td')].map(c => c.textContent),
  }));
  check('machines stand side by side', seen.panels === 3, seen);
  check('what is emulated stands apart', seen.unreal === 1 && seen.badges.join() === 'emulated', seen);
  check('ratios are of what is real', /2\.00 ×/.test(seen.ratios[1]) && !/×/.test(seen.ratios[2]) && !/×/.test(seen.ratios[0]), seen.ratios);
  await page.context().close();
}

async function hostile(browser, file) {
  const page = await open(browser, file);
  await drawAll(page);
  await page.waitForTimeout(100);
  check('hostile text does nothing', page.said.length === 0, page.said);
  check('and stays text', await page.evaluate(() => document.querySelector('img') === null && document.querySelector('main b + b') === null) && (await page.textContent('#sets')).includes(HOSTILE));
  check('in charts too', await page.evaluate(text => [...document.querySelectorAll('#ranking svg text')].map(t => t.textContent).join('').replace(/\s/g, '').includes(text.slice(0, 12)), HOSTILE.replace(/\s/g, '')));
  await page.focus('#ranking .chart');
  await page.keyboard.press('ArrowRight');
  check('in tooltips', await page.evaluate(() => document.querySelector('#ranking .tip img') === null));
  check('nor there', page.said.length === 0, page.said);
  await page.context().close();
}

// What the checks are for has to be found by them.
async function controlsOfChecks(browser, file) {
  const page = await open(browser, file, {width: 360});
  await drawAll(page);
  await page.evaluate(() => {
    console.error('planted');
    const wide = document.createElement('div');
    wide.style.cssText = 'width: 700px; height: 9px';
    document.body.append(wide, document.createElement('img'));
    const texts = [...document.querySelector('#ranking svg').querySelectorAll('text')];
    texts[1].setAttribute('transform', texts[0].getAttribute('transform'));
    texts[1].textContent = texts[0].textContent;
    document.querySelector('#roofline svg, #anatomy svg').replaceChildren();
  });
  const found = (await faults(page)).join('; ');
  check('planted: too wide, overlapping, empty', /wide/.test(found) && /ranking: .* lies on/.test(found) && /: 0 marks/.test(found), found);
  check('planted: an error', page.said.includes('error: planted'), page.said);
  check('planted: an image without alt', (await violations(page)).some(v => v.startsWith('image-alt')));
  await page.context().close();
}

fs.mkdirSync(out, {recursive: true});
const run = load('run.json');
const evil = changed(run, {cpu: HOSTILE, kind: 'measured'});
evil.benchmarks.forEach(b => { if (b.engine === 'libgcrypt') b.engine = HOSTILE; });
const one = report('one', setFolder), saved = save('run', run);
const many = report('many', saved, save('other', changed(run, {cpu: 'Testium 2', kind: 'measured', faster: 2})), save('emulated', changed(run, {cpu: 'Testium 3', kind: 'emulated', faster: 0.01})));
const browser = await launch();
await looks(browser, 'one', one);
await looks(browser, 'many', many);
await interactive(browser, one);
await figures(browser, one, run);
await controls(browser, report('run', saved), run);
await several(browser, many);
await hostile(browser, report('hostile', save('hostile', evil)));
await controlsOfChecks(browser, one);
await browser.close();
console.log(failures ? `${failures} checks failed` : 'all checks passed');
process.exitCode = failures ? 1 : 0;
