// The page: a section for each finding; a chart is drawn when it comes near the window.

const {sets, sources} = readSets();
const many = sets.length > 1;
const charts = new Map(); // element -> what draws it
let printing = false;

// ---- Charts in the page ----

function draw(element) {
  const entry = charts.get(element);
  if (!entry || !window.echarts)
    return;
  entry.chart = entry.chart || echarts.init(element, null, {renderer: 'svg', height: entry.height});
  entry.chart.resize({width: element.clientWidth, height: entry.height});
  entry.chart.setOption(entry.option(element.clientWidth), true);
  entry.chart.getZr().flush();
  element.dataset.drawn = 'true';
}

const seen = new IntersectionObserver(events => {
  for (const event of events)
    if (event.isIntersecting) {
      seen.unobserve(event.target);
      draw(event.target);
    }
}, {rootMargin: '300px'});

const drawn = () => [...charts.keys()].filter(element => element.dataset.drawn);

// Arrow keys go from mark to mark, so that tooltips need no pointer.
function walk(event) {
  const chart = charts.get(event.currentTarget).chart, step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  if (!chart || !step)
    return;
  event.preventDefault();
  const marks = chart.getOption().series.flatMap((s, i) => s.silent ? [] : s.data.map((d, k) => d && d.tip ? {seriesIndex: i, dataIndex: k, tip: d.tip} : null)).filter(m => m);
  const at = ((+event.currentTarget.dataset.at || 0) + step + marks.length) % marks.length;
  event.currentTarget.dataset.at = at;
  chart.dispatchAction({type: 'showTip', seriesIndex: marks[at].seriesIndex, dataIndex: marks[at].dataIndex});
  document.getElementById('status').textContent = marks[at].tip.join(', ');
}

// A figure of one machine. panel: {set, title, alt, height, option}
function figure(panel) {
  const element = make('div', {class: 'chart', role: 'img', tabindex: '0', 'aria-label': panel.alt, style: `height:${panel.height}px`, onkeydown: walk,
    onblur: event => { const entry = charts.get(event.currentTarget); if (entry && entry.chart) entry.chart.dispatchAction({type: 'hideTip'}); }});
  charts.set(element, {option: panel.option, height: panel.height});
  const unreal = panel.set && !panel.set.real;
  return make('figure', {class: unreal ? 'unreal' : ''},
    panel.title ? make('h3', {}, panel.title, unreal ? make('span', {class: 'badge'}, panel.set.kind) : null) : null, element);
}

function forget(root) {
  for (const element of root.querySelectorAll('.chart')) {
    seen.unobserve(element);
    const entry = charts.get(element);
    if (entry && entry.chart)
      entry.chart.dispose();
    charts.delete(element);
  }
}

// What a section finds: a sentence, or a lead and for each machine its own.
function tellings(finding) {
  if (typeof finding === 'string')
    return [make('p', {}, finding)];
  const lines = finding.lines.filter(l => l.text), most = 8;
  if (!many || lines.length === 0)
    return [make('p', {}, `${finding.lead} ${lines.map(l => l.text).join(' ')}`.trim() + '.')];
  return [finding.lead ? make('p', {}, finding.lead) : null, make('ul', {}, ...lines.slice(0, most).map(l => make('li', {}, make('b', {}, l.set.tag), ` ${l.set.short}: ${l.text}`))),
    lines.length > most ? make('p', {class: 'source'}, `… and ${lines.length - most} more below`) : null].filter(x => x);
}

const perSet = (list, tell) => list.map(set => ({set, text: tell(set)}));

// ---- Sections ----

/*
 * spec: {id, title, controls: [{key, label, values, show}], draw(state) -> {finding, panels, legend, source, missing}}.
 * A legend's entry {name, color} turns a series on and off; state.hidden has the names of those that are off.
 */
function section(spec) {
  const state = {hidden: new Set()};
  for (const control of spec.controls || [])
    state[control.key] = control.value !== undefined ? control.value : control.values[0];
  const finding = make('div', {class: 'finding'}), legend = make('ul', {class: 'legend', 'aria-label': 'Series'}), source = make('p', {class: 'source'});
  const panels = make('div', {class: 'panels'});
  const root = make('section', {id: spec.id, 'aria-labelledby': spec.id + '-title'}, make('h2', {id: spec.id + '-title'}, spec.title), finding);

  function update() {
    const view = spec.draw(state);
    finding.replaceChildren(...tellings(view.finding));
    forget(panels);
    panels.replaceChildren(...view.panels.map(figure));
    panels.classList.toggle('many', view.panels.length > 1);
    source.textContent = view.source || '';
    const toggles = view.legend || [];
    const had = [...legend.querySelectorAll('button')].findIndex(b => b === document.activeElement);
    legend.replaceChildren(...toggles.map(item => {
      const swatch = make('i');
      swatch.style.background = item.color;
      return make('li', {}, make('button', {type: 'button', 'aria-pressed': String(!state.hidden.has(item.name)), onclick: () => {
        if (!state.hidden.delete(item.name))
          state.hidden.add(item.name);
        update();
      }}, swatch, item.name));
    }));
    if (had >= 0 && legend.querySelectorAll('button')[had])
      legend.querySelectorAll('button')[had].focus();
    for (const element of panels.querySelectorAll('.chart'))
      seen.observe(element);
  }

  if (spec.missing) {
    root.append(make('p', {class: 'notice'}, ...spec.missing));
  } else {
    const controls = (spec.controls || []).filter(c => c.values.length > 1).map(c => {
      const select = make('select', {onchange: event => { state[c.key] = c.values[event.target.selectedIndex]; if (c.resets) state.hidden = new Set(spec.hide ? spec.hide(state) : []); update(); }},
        ...c.values.map(value => make('option', {selected: value === state[c.key]}, c.show ? c.show(value) : value)));
      return make('label', {}, c.label, select);
    });
    if (controls.length)
      root.append(make('div', {class: 'controls'}, ...controls));
    root.append(legend, panels, source);
    if (spec.hide)
      state.hidden = new Set(spec.hide(state));
    update();
  }
  root.update = spec.missing ? null : update;
  return root;
}

const code = text => make('code', {}, text);
// Whose figures set an axis: all that are real, or a set that is not alone.
const scale = set => set.real ? sets.filter(s => s.real) : [set];
const measuredBy = command => ['Not in this result: ', code(`lanecrypt ${command}`), ' measures it.'];
const titleOf = set => many ? `${set.tag}  ${set.short}` : '';
const who = cell => cell.engine + (cell.kernel && cell.kernel !== 'auto' ? ' ' + cell.kernel : '');
const machines = () => many ? `${sets.length} machines` : sets[0].label;
const INTERVALS = 'Medians with their 95 % interval.';

// ---- The gap ----

const headline = set => set.gaps.find(g => g.headline);
const timeOf = (set, gap) => set.cells.find(c => c.op === 'handshake' && c.engine + ' ' + c.name === gap.handshake && c.side === gap.side && c.condition === '');

function gapSection() {
  const first = sets.map(headline).find(g => g);
  const all = sets.flatMap(s => s.gaps).filter(g => g.side !== 'both');
  const spec = {id: 'gap', title: 'The gap: a handshake in bytes of encryption'};
  if (!first)
    return section(Object.assign(spec, {missing: measuredBy('run')}));
  return section(Object.assign(spec, {
    controls: [
      {key: 'handshake', label: 'Handshake', values: unique(all.map(g => g.handshake)), value: first.handshake},
      {key: 'side', label: 'Side', values: ['server', 'client']},
      {key: 'cipher', label: 'Encryption', values: unique(all.map(g => g.cipher)), value: first.cipher},
    ],
    draw(state) {
      const found = sets.map(set => ({set, gap: set.gaps.find(g => g.handshake === state.handshake && g.side === state.side && g.cipher === state.cipher)}))
        .filter(f => f.gap && timeOf(f.set, f.gap));
      const curves = () => found.map(f => ({label: many ? f.set.short : state.handshake, tag: f.set.tag, color: palette(many ? f.set.index : 0), handshake: timeOf(f.set, f.gap).ns, gap: f.gap.bytes, cipher: state.cipher, unreal: !f.set.real}));
      if (found.length === 0)
        return {finding: 'No result has this handshake together with this cipher.', panels: []};
      const told = f => `${bytes(f.gap.bytes.x)} (95 %: ${interval(bytes, f.gap.bytes)})`;
      const sentence = found.map(f => (many ? f.set.short + ': ' : '') + told(f)).join('; ');
      return {
        finding: {lead: `${state.handshake} costs a ${state.side} as much CPU time as ${state.side === 'server' ? 'encrypting' : 'decrypting'} with ${state.cipher}:`, lines: found.map(f => ({set: f.set, text: told(f)}))},
        panels: [{alt: `CPU time against the bytes that a connection carries, both logarithmic. The handshake is level, encryption rises; they meet at ${sentence}.`, height: 400, option: width => gapChart(curves(), width < 560)}],
        source: `CPU time of one side, one core; bytes in messages of 16 KiB. ${INTERVALS} A connection that carries fewer bytes than where the lines meet spends most of its cryptography in the handshake. ${machines()}.` + (many ? ' Solid: handshake; dashed: encryption; dotted: emulated or predicted.' : ''),
      };
    },
  }));
}

// ---- Ciphers ----

// "AES-128-GCM encrypt" and its cells, of all sets.
const taskOf = cell => `${cell.name} ${opWord(cell.op)}`;

function implementations(set, task) {
  const cells = set.cells.filter(c => isBulk(c) && taskOf(c) === task);
  return unique(cells.map(who)).map(name => ({name, engine: cells.find(c => who(c) === name).engine, cells: cells.filter(c => who(c) === name).sort((a, b) => a.size - b.size)}));
}

const largest = i => { const c = i.cells.reduce((a, b) => a.size <= 16384 && b.size <= 16384 && b.size > a.size || a.size > 16384 ? b : a); return c.size / c.ns.x; };
const VISIBLE = 5;

function throughputSection() {
  const swept = cell => isBulk(cell) && sets.some(s => unique(s.cells.filter(c => isBulk(c) && taskOf(c) === taskOf(cell)).map(c => c.size)).length > 2);
  const tasks = unique(sets.flatMap(s => s.cells).filter(isBulk).map(taskOf)).filter(task => sets.some(s => unique(s.cells.filter(c => isBulk(c) && taskOf(c) === task).map(c => c.size)).length > 2));
  const spec = {id: 'throughput', title: 'Throughput against message size'};
  if (tasks.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('bench --sweep')}));
  const names = task => {
    const best = new Map();
    for (const set of sets)
      for (const i of implementations(set, task))
        best.set(i.name, Math.max(best.get(i.name) || 0, largest(i)));
    return [...best.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  };
  return section(Object.assign(spec, {
    controls: [{key: 'task', label: 'Algorithm', values: tasks, resets: true}],
    hide: state => names(state.task).slice(VISIBLE),
    draw(state) {
      const all = names(state.task), shown = all.filter(name => !state.hidden.has(name));
      const of = set => implementations(set, state.task).filter(i => shown.includes(i.name)).sort((a, b) => all.indexOf(a.name) - all.indexOf(b.name));
      const range = set => {
        const cells = scale(set).flatMap(of).flatMap(i => i.cells), values = cells.map(c => c.size / c.ns.x), sizes = cells.map(c => c.size);
        return {x: [Math.min(...sizes), Math.max(...sizes)], y: [Math.min(...values) / 1.2, Math.max(...values) * 1.2]};
      };
      const best = set => { const at = implementations(set, state.task).flatMap(i => i.cells).filter(c => c.size === 16384), c = fastest(at.length ? at : implementations(set, state.task).flatMap(i => i.cells)); return c && `${c.engine} is the fastest with ${plain(c.size / c.ns.x)} GB/s at ${size(c.size)}`; };
      return {
        finding: {lead: `${state.task}:`, lines: perSet(sets, best)},
        legend: all.map(name => ({name, color: palette(engineNumber(name.split(' ')[0]))})),
        panels: sets.filter(s => implementations(s, state.task).length).map(set => ({
          set, title: titleOf(set), height: many ? 340 : 430,
          alt: `${state.task}, GB/s against message size, both logarithmic. ${best(set) || ''}.`,
          option: () => sweepChart(of(set).map(i => ({
            name: i.name, color: palette(engineNumber(i.engine)), sign: SIGNS[engineNumber(i.engine)], wide: i.engine === 'native',
            points: i.cells.map(c => ({x: c.size, y: speed(c), tip: [`${i.name}, ${size(c.size)}`, `${plain(c.size / c.ns.x)} GB/s`, `95 %: ${interval(plain, speed(c))}`, `${time(c.ns.x)} a message`].concat(c.picked ? [c.picked] : [])})),
          })), 'GB/s', 'bytes in a message', range(set), many ? 340 : 430),
        })),
        source: `One core, key set up before, a fresh nonce for each message, 13 bytes of associated data. ${INTERVALS} The band about each line, often narrower than the line, is the interval. ${machines()}.`,
      };
    },
  }));
}

function rankingSection() {
  const timed = cell => isPlain(cell) && cell.side === '' && cell.op !== 'setup' && cell.op !== 'write' && cell.op !== 'read';
  const tasks = unique(sets.flatMap(s => s.cells).filter(timed).map(taskOf));
  const spec = {id: 'ranking', title: 'Ranking: who is fastest at what'};
  if (tasks.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('run')}));
  const sizes = unique(sets.flatMap(s => s.cells).filter(c => timed(c) && isBulk(c)).map(c => c.size)).sort((a, b) => a - b);
  return section(Object.assign(spec, {
    controls: [{key: 'task', label: 'Algorithm', values: tasks},
      {key: 'size', label: 'Message', values: sizes.length ? sizes : [16384], value: sizes.includes(16384) ? 16384 : sizes[sizes.length - 1], show: size}],
    draw(state) {
      const of = set => {
        const cells = set.cells.filter(c => timed(c) && taskOf(c) === state.task && (!isBulk(c) || c.size === state.size));
        return unique(cells.map(c => c.engine)).map(engine => fastest(cells.filter(c => c.engine === engine))).sort((a, b) => a.ns.x - b.ns.x);
      };
      const bulk = sets.flatMap(of).some(isBulk), value = c => bulk ? speed(c) : rate(1e9, c.ns), show = bulk ? plain : each;
      const max = set => round(Math.max(0, ...scale(set).flatMap(of).map(c => value(c).hi)) || 1);
      const lead = set => { const [a, b] = of(set); return a && `${who(a)} leads with ${show(value(a).x)} ${bulk ? 'GB/s' : 'a second'}` + (b ? `, ${plain(b.ns.x / a.ns.x)} times as fast as ${who(b)}` : ''); };
      const panels = sets.filter(s => of(s).length);
      return {
        finding: panels.length ? {lead: `${state.task}${bulk ? ', ' + size(state.size) : ''}:`, lines: perSet(panels, lead)} : `${state.task}: not measured with messages of ${size(state.size)}.`,
        panels: panels.map(set => ({
          set, title: titleOf(set), height: 60 + 30 * of(set).length, alt: `Bars, ${bulk ? 'GB/s' : 'operations a second'}. ${lead(set)}.`,
          option: width => barChart(of(set).map(c => ({
            name: who(c), color: palette(engineNumber(c.engine)), value: value(c), text: show(value(c).x),
            tip: [`${who(c)}`, `${show(value(c).x)} ${bulk ? 'GB/s' : 'operations a second'}`, `95 %: ${interval(show, value(c))}`, time(c.ns.x)].concat(c.ratio ? [`${plain(c.ratio.x)} times as fast as ${c.baseline}, paired (${interval(plain, c.ratio)})`] : [], c.picked ? [c.picked] : []),
          })), bulk ? 'GB/s' : 'operations a second', max(set), bulk ? null : each, !set.real, width),
        })),
        source: `One core; longer is better. ${INTERVALS} ${machines()}.`,
      };
    },
  }));
}

// ---- What the silicon allows ----

function rooflineSection() {
  const limited = c => isBulk(c) && c.limit;
  const ops = unique(sets.flatMap(s => s.cells).filter(limited).map(c => c.op));
  const spec = {id: 'roofline', title: 'How much of the silicon is used'};
  if (ops.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('roofline')}));
  return section(Object.assign(spec, {
    controls: [{key: 'op', label: 'Operation', values: ops, show: opWord}],
    draw(state) {
      const share = c => ({x: 100 * c.limit, lo: 100 * c.limit * c.ns.x / c.ns.hi, hi: 100 * c.limit * c.ns.x / c.ns.lo});
      const of = set => unique(set.cells.filter(c => limited(c) && c.op === state.op).map(c => c.name)).flatMap(name => {
        const cells = set.cells.filter(c => limited(c) && c.op === state.op && c.name === name && c.size === 16384);
        return [fastest(cells.filter(c => c.engine === 'native')), fastest(cells.filter(c => c.engine !== 'native'))].filter(c => c);
      });
      const top = set => { const own = of(set).filter(c => c.engine === 'native'); const best = own.reduce((a, b) => !a || b.limit > a.limit ? b : a, null); return best && `native reaches up to ${(100 * best.limit).toFixed(0)} % of what the core can issue (${best.name})`; };
      const panels = sets.filter(s => of(s).length);
      return {
        finding: {lead: '', lines: perSet(panels, top)},
        panels: panels.map(set => ({
          set, title: titleOf(set), height: 64 + 27 * of(set).length, alt: `Bars, per cent of the limit that the core's own issue rates set. ${top(set) || ''}.`,
          option: width => barChart(of(set).map(c => ({
            name: `${c.name} ${c.engine}`, color: palette(engineNumber(c.engine)), value: share(c), text: share(c).x.toFixed(0) + ' %',
            tip: [`${c.name}, ${who(c)}`, `${share(c).x.toFixed(1)} % of the limit`, `95 %: ${interval(x => x.toFixed(1) + ' %', share(c))}`, c.cyclesPerByte ? `${plain(c.cyclesPerByte)} cycles/byte` : '', c.picked].filter(t => t),
          })), '% of the algorithm’s limit on this core', Math.max(100, ...scale(set).flatMap(of).map(c => Math.ceil(10 * c.limit) * 10)), null, !set.real, width),
        })),
        source: `Messages of 16 KiB; our library and the fastest other. The limit is derived from issue rates measured on the same core (lanecrypt roofline shows the arithmetic). ${INTERVALS} ${machines()}.`,
      };
    },
  }));
}

// ---- Handshakes ----

const PARTS = {'key exchange': 0, 'signature': 1, 'signature verification': 2, 'chain verification': 3, 'certificate decoding': 4, 'hash, key schedule': 5, 'records': 8, 'object set-up': 7, 'rest': 6};

function anatomySection() {
  const kinds = unique(sets.flatMap(s => s.parts).map(p => p.kind));
  const spec = {id: 'anatomy', title: 'What a handshake is made of'};
  if (kinds.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('handshake --parts')}));
  const names = unique(sets.flatMap(s => s.parts).map(p => p.part)).filter(p => p !== 'whole' && p !== 'rest').concat('rest');
  const color = name => palette(name in PARTS ? PARTS[name] : 9 + names.indexOf(name));
  return section(Object.assign(spec, {
    controls: [{key: 'kind', label: 'Handshake', values: kinds}],
    draw(state) {
      const rows = set => unique(set.parts.filter(p => p.kind === state.kind).map(p => p.engine)).flatMap(engine => ['server', 'client'].map(side => {
        const parts = set.parts.filter(p => p.kind === state.kind && p.engine === engine && p.side === side);
        return {name: `${engine} ${side}`, side, engine, parts, whole: (parts.find(p => p.part === 'whole') || {}).ns};
      })).filter(r => r.whole);
      const max = set => round(Math.max(...scale(set).flatMap(rows).map(r => r.whole.hi)) / 1000);
      const biggest = set => { const server = rows(set).filter(r => r.side === 'server').sort((a, b) => a.whole.x - b.whole.x)[0]; if (!server) return ''; const p = server.parts.filter(x => x.part !== 'whole').reduce((a, b) => b.ns.x > a.ns.x ? b : a); return `the quickest server, ${server.engine}, spends ${(100 * p.ns.x / server.whole.x).toFixed(0)} % of ${time(server.whole.x)} on ${p.part}`; };
      const panels = sets.filter(s => rows(s).length);
      const shown = names.filter(n => !state.hidden.has(n));
      return {
        finding: {lead: `${state.kind}:`, lines: perSet(panels, biggest)},
        legend: names.map(name => ({name, color: color(name)})),
        panels: panels.map(set => ({
          set, title: titleOf(set), height: 64 + 38 * rows(set).length, alt: `Stacked bars, microseconds of CPU time. ${biggest(set)}.`,
          option: width => stackChart(
            rows(set).map(r => ({name: r.name, text: time(r.whole.x), whole: {lo: r.whole.lo / 1000, hi: r.whole.hi / 1000}})),
            shown.map(name => ({
              name, color: color(name),
              values: rows(set).map(r => { const p = r.parts.find(x => x.part === name); return p ? p.ns.x / 1000 : 0; }),
              tips: rows(set).map(r => { const p = r.parts.find(x => x.part === name); return p ? [`${r.name}: ${name}`, `${time(p.ns.x)}, ${(100 * p.ns.x / r.whole.x).toFixed(1)} %`, `95 %: ${interval(time, p.ns)}`, p.primitives].filter(t => t) : null; }),
            })), 'µs of CPU time', max(set), width),
        })),
        source: `The whole is measured; parts are the same library's primitives called by themselves in the same rounds; the rest is what they do not explain. Whiskers: 95 % interval of the whole. ${machines()}.`,
      };
    },
  }));
}

function profilesSection() {
  const all = sets.flatMap(s => s.profiles);
  const spec = {id: 'profiles', title: 'What that means for protocols'};
  if (all.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('profiles')}));
  return section(Object.assign(spec, {
    controls: [{key: 'engine', label: 'Library', values: unique(all.map(p => p.engine)), value: all.some(p => p.engine === 'openssl') ? 'openssl' : all[0].engine}, {key: 'side', label: 'Side', values: ['server', 'client']}],
    draw(state) {
      const rows = set => set.profiles.filter(p => p.engine === state.engine && p.side === state.side);
      const share = p => 100 * p.handshakes.x / p.all.x, title = p => p.name + (p.handshake === 'resumed' ? ', resumed' : '');
      const colors = {handshakes: palette(0), encryption: palette(1)};
      const told = set => { const list = rows(set).slice().sort((a, b) => share(b) - share(a)); return `from ${share(list[0]).toFixed(0)} % (${title(list[0])}) down to ${share(list[list.length - 1]).toFixed(1)} % (${title(list[list.length - 1])})`; };
      const panels = sets.filter(s => rows(s).length);
      return {
        finding: {lead: `The handshake's share of a ${state.side}'s cryptography with ${state.engine}:`, lines: perSet(panels, told)},
        legend: Object.entries(colors).map(([name, color]) => ({name, color})),
        panels: panels.map(set => ({
          set, title: titleOf(set), height: 64 + 32 * rows(set).length, alt: `Stacked bars, per cent of CPU time. ${told(set)}.`,
          option: width => stackChart(rows(set).map(p => ({name: title(p), text: time(p.all.x), whole: {lo: 100, hi: 100}})), Object.keys(colors).filter(n => !state.hidden.has(n)).map(name => ({
            name, color: colors[name], values: rows(set).map(p => name === 'handshakes' ? share(p) : 100 - share(p)),
            tips: rows(set).map(p => [`${title(p)}: ${name}`, `${(name === 'handshakes' ? share(p) : 100 - share(p)).toFixed(1)} % of ${time(p.all.x)}`, `95 % of all: ${interval(time, p.all)}`, `${each(1e9 / p.all.x)} a second and core`]),
          })), '% of the CPU time', 100, width),
        })),
        source: `TLS 1.3 X25519 RSA-2048 with AES-128-GCM; at the end of each bar the CPU time of a whole transaction. ${INTERVALS} Sizes: ` + unique(panels.flatMap(rows).map(p => p.name)).map(n => `${n}: ${sources[n] || 'not told'}`).join('; ') + '.',
      };
    },
  }));
}

// ---- Threads, fixed costs, predictions ----

function scalingSection() {
  const whats = unique(sets.flatMap(s => s.scaling).map(p => p.what));
  const spec = {id: 'scaling', title: 'Many threads'};
  if (whats.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('scaling --json FILE').concat(' Put its file into one folder with the run.')}));
  return section(Object.assign(spec, {
    controls: [{key: 'what', label: 'Work', values: whats}],
    draw(state) {
      const of = set => { const points = set.scaling.filter(p => p.what === state.what), name = p => p.engine + (p.kernel && p.kernel !== 'auto' ? ' ' + p.kernel : ''); return unique(points.map(name)).map(n => ({name: n, engine: points.find(p => name(p) === n).engine, points: points.filter(p => name(p) === n).sort((a, b) => a.threads - b.threads)})); };
      const inBytes = sets.flatMap(s => s.scaling).find(p => p.what === state.what).unit === 'bytes', scale = inBytes ? 1e-9 : 1;
      const told = set => of(set).map(l => { const p = l.points[l.points.length - 1]; return `${l.name} on ${p.threads} threads does ${plain(p.perSecond.x * scale)} ${inBytes ? 'GB/s' : 'handshakes a second'}, ${percent(p.efficiency.x)} of so many times one thread`; }).join('; ');
      const panels = sets.filter(s => of(s).length), most = Math.max(2, ...sets.flatMap(of).flatMap(l => l.points).map(p => p.threads));
      return {
        finding: {lead: `${state.what}:`, lines: perSet(panels, told)},
        panels: panels.map(set => ({
          set, title: titleOf(set), height: 320, alt: `Lines, ${inBytes ? 'GB/s' : 'handshakes a second'} against threads. ${told(set)}.`,
          option: () => threadChart(of(set).map(l => ({
            name: l.name, color: palette(engineNumber(l.engine)), sign: SIGNS[engineNumber(l.engine)],
            points: l.points.map(p => ({x: p.threads, y: {x: p.perSecond.x * scale, lo: p.perSecond.lo * scale, hi: p.perSecond.hi * scale}, tip: [`${l.name}, ${p.threads} threads`, `${plain(p.perSecond.x * scale)} ${inBytes ? 'GB/s' : 'handshakes a second'}`, `95 %: ${interval(x => plain(x * scale), p.perSecond)}`, `${percent(p.efficiency.x)} of ${p.threads} times one thread`]})),
          })), inBytes ? 'GB/s' : 'handshakes a second', most, 320),
        })),
        source: `A thread on each CPU, all at once. ${INTERVALS} Dotted: so many times one thread. ${machines()}.`,
      };
    },
  }));
}

function costSection() {
  const name = m => `${m.name} ${opWord(m.op)}`, tasks = unique(sets.flatMap(s => s.models).map(name));
  const spec = {id: 'cost', title: 'Fixed cost and cost of each byte'};
  if (tasks.length === 0)
    return section(Object.assign(spec, {missing: measuredBy('bench --sweep --json FILE')}));
  return section(Object.assign(spec, {
    controls: [{key: 'task', label: 'Algorithm', values: tasks}],
    draw(state) {
      const of = set => set.models.filter(m => name(m) === state.task).sort((a, b) => a.each.x - b.each.x);
      const titled = (set, text) => (many ? titleOf(set) + ', ' : '') + text;
      const low = set => { const m = of(set)[0]; return `${who(m)} takes ${time(m.fixed.x)} for a message and ${plain(m.each.x)} ns for each byte`; };
      const panels = sets.filter(s => of(s).length);
      const chart = (set, title, get, unit) => ({
        set, title: titled(set, title), height: 64 + 30 * of(set).length, alt: `Bars, ${unit}. ${low(set)}.`,
        option: width => barChart(of(set).map(m => ({name: who(m), color: palette(engineNumber(m.engine)), value: get(m), text: plain(get(m).x),
          tip: [who(m), `${plain(get(m).x)} ${unit}`, `95 %: ${interval(plain, get(m))}`, `the line explains ${percent(m.r2)}`]})), unit, round(Math.max(...scale(set).flatMap(of).map(m => get(m).hi))), null, !set.real, width),
      });
      return {
        finding: {lead: `${state.task}:`, lines: perSet(panels, low)},
        panels: panels.flatMap(set => [chart(set, 'each message', m => m.fixed, 'ns a message'), chart(set, 'each byte', m => m.each, 'ns a byte')]),
        source: `A line t(n) = fixed + each · n through all sizes up to 16 KiB; shorter is better. 95 % intervals of the scatter about the line. ${machines()}.`,
      };
    },
  }));
}

function predictionSection() {
  const predicted = sets.filter(s => s.predictions.length);
  if (predicted.length === 0)
    return null;
  const name = p => `${p.name} ${opWord(p.op)}`;
  return section({
    id: 'predictions', title: 'Predicted, not measured',
    controls: [{key: 'task', label: 'Algorithm', values: unique(predicted.flatMap(s => s.predictions).map(name))}],
    draw(state) {
      const of = set => set.predictions.filter(p => name(p) === state.task);
      const least = set => { const p = of(set).reduce((a, b) => b.lo < a.lo ? b : a); return `${p.cpu} would take ${plain(p.lo)} to ${plain(p.hi)} cycles a byte with ${p.kernel || p.engine}`; };
      const panels = predicted.filter(s => of(s).length);
      return {
        finding: `${state.task}: ${panels.map(least).join('; ')}, says a model of the core; nothing has run on it.`,
        panels: panels.map(set => ({set, title: 'by a model of each core', height: 60 + 26 * of(set).length, alt: `Ranges, cycles a byte. ${least(set)}.`,
          option: width => rangeChart(of(set).map(p => ({name: `${p.cpu} ${p.kernel ? p.kernel.split(':').pop() : p.engine}`, color: palette(engineNumber(p.engine)), lo: p.lo, hi: p.hi, measured: p.measured, tip: [`${p.cpu}: ${p.engine} ${p.kernel}`, `${plain(p.lo)} – ${plain(p.hi)} cycles/byte`, p.model, p.measured ? `measured ${plain(p.measured)}` : ''].filter(t => t)})), 'cycles a byte', width)})),
        source: 'llvm-mca on the loops that ran, from all that may be fused to nothing fused: the ends are bounds of the model, no intervals. ◆ measured on that CPU in the same run.',
      };
    },
  });
}

// ---- Several machines in figures ----

function ratioSection() {
  const cell = (name, op, at) => set => { const c = fastest(set.cells.filter(x => isPlain(x) && x.side === '' && x.name === name && x.op === op && (at === null || x.size === at))); return c && (at === null ? rate(1e9, c.ns) : speed(c)); };
  const hand = set => { const h = headline(set), c = h && timeOf(set, h); return c && rate(1e9, c.ns); };
  const rows = [
    ['The gap (headline)', 'bytes', bytes, set => headline(set) && headline(set).bytes],
    ['Handshakes accepted (headline)', 'a second and core', each, hand],
    ...['AES-128-GCM', 'AES-256-GCM', 'ChaCha20-Poly1305'].flatMap(n => [16384, 64].map(at => [`${n} encrypt, ${size(at)}`, 'GB/s, fastest', plain, cell(n, 'seal', at)])),
    ['RSA-2048-PSS sign', 'a second, fastest', each, cell('RSA-2048-PSS', 'sign', null)], ['ECDSA-P256 sign', 'a second, fastest', each, cell('ECDSA-P256', 'sign', null)],
    ['X25519 derive', 'a second, fastest', each, cell('X25519', 'derive', null)],
  ].filter(([, , , get]) => sets.some(get));
  const base = sets.find(set => set.real) || sets[0], columns = sets.filter(set => rows.some(([, , , get]) => get(set)));
  const ratio = (set, get) => { const [a, b] = [get(set), get(base)]; if (!a || !b || set === base || !set.real || !base.real) return ''; const q = quotient(a, b); return ` ${plain(q.x)} × (${interval(plain, q)})`; };
  const body = rows.map(([title, unit, show, get]) => make('tr', {}, make('th', {scope: 'row'}, title, make('span', {class: 'source'}, ' ' + unit)),
    ...columns.map(set => { const i = get(set); return make('td', {class: 'number'}, i ? show(i.x) : '–', i ? make('div', {class: 'source'}, ratio(set, get) || interval(show, i)) : null); })));
  return make('section', {id: 'ratios', 'aria-labelledby': 'ratios-title'}, make('h2', {id: 'ratios-title'}, 'Side by side'),
    make('p', {class: 'finding'}, `Each machine in figures, and as a multiple of the first, ${base.short}. Emulated and predicted ones are shown apart and never as a multiple.`),
    make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Ratios'}, make('table', {class: 'ratios'}, make('thead', {}, make('tr', {}, make('td', {}), ...columns.map(set => make('th', {scope: 'col', class: 'number'}, titleOf(set), set.real ? null : make('span', {class: 'badge'}, set.kind))))), make('tbody', {}, ...body))),
    make('p', {class: 'source'}, `${INTERVALS} Intervals of the ratios treat machines as independent.`));
}

// ---- What can be trusted, and what it was measured on ----

function verificationSection() {
  const blocks = sets.flatMap(set => {
    const v = set.context.verification;
    const lines = [];
    if (many)
      lines.push(make('h3', {}, titleOf(set)));
    lines.push(make('p', {class: v && v.failed ? 'bad' : 'finding'}, !v ? 'Nothing was verified in this run.' : v.failed ? `FAILED: ${v.failed} of ${v.passed + v.failed} implementations are wrong and were not timed.` :
      `${v.passed} implementations passed ${v.checks ? v.checks.toLocaleString('en') + ' checks' : 'all checks'} against known answers and each other before anything was timed; none is wrong${v.skipped ? `, ${v.skipped} skipped` : ''}.`));
    for (const text of v && v.counterexamples || [])
      lines.push(make('p', {class: 'bad'}, text));
    for (const f of set.failures)
      lines.push(make('p', {class: 'bad'}, `${f.name} ${f.op}, ${f.engine}: ${f.reason}`));
    return lines;
  });
  return make('section', {id: 'verification', 'aria-labelledby': 'verification-title'}, make('h2', {id: 'verification-title'}, 'Verified before timed'), ...blocks);
}

function methodSection() {
  const blocks = sets.flatMap(set => {
    const c = set.context, m = c.machine, clock = m.clock;
    const engines = (c.engines || []).map(e => e.state === 'loaded' ? (e.library_version || e.name) + (e.note ? ` (${e.note})` : '') : `${e.name} is missing${e.reason ? `: ${e.reason}` : ''}`);
    const facts = [
      ['CPU', set.label], ['Architecture', m.architecture], ['Cores', m.cores + (m.hypervisor ? `, under ${m.hypervisor}` : '')],
      ['Core clock', clock && `${(clock.hz_before / 1e9).toFixed(2)} GHz before, ${(clock.hz_after / 1e9).toFixed(2)} GHz after; ${clock.source}`],
      ['Features', (m.features || []).join(' ')], ['Caches', (c.caches || []).map(x => `L${x.level} ${x.type.toLowerCase()} ${size(x.size)}`).join(', ')],
      ['System', [m.os, m.kernel].filter(x => x).join(', ')], ['Date', (c.date || '').replace('T', ' ')],
      ['Build', c.build && `lanecrypt ${c.build.version}, commit ${c.build.commit}, ${c.build.compiler} ${c.build.flags}`],
      ['Libraries', engines.join('; ')], ['Harness', c.harness && `${c.harness}, a ${c.library_build_type} build`],
      ['Environment', Object.entries(c.environment || {}).map(([k, v]) => `${k}=${v}`).join(' ') || 'nothing set that changes what libraries do'],
      ['Command', c.command && `lanecrypt ${c.command}` + (c.starts ? `, pooled over ${c.starts} start${c.starts > 1 ? 's' : ''} of the process` : '') + (c.seconds ? `, ${c.seconds.toFixed(0)} s` : '') + (c.seed !== undefined ? `, seed ${c.seed}` : '')],
      ['Kind', set.kind + {measured: '', partial: ': interrupted before everything was measured', emulated: ': says nothing about real speed', predicted: ': by a model, nothing was run'}[set.kind]],
    ].filter(([, value]) => value);
    return [many ? make('h3', {}, titleOf(set)) : null, make('dl', {}, ...facts.flatMap(([k, v]) => [make('dt', {}, k), make('dd', {}, v)]))];
  });
  return make('section', {id: 'method', 'aria-labelledby': 'method-title'}, make('h2', {id: 'method-title'}, 'Machine, build, libraries, method'),
    make('p', {class: 'finding'}, 'Implementations are measured in paired rounds, in an order drawn anew for each. A time is the CPU time of one operation, the median over rounds; intervals are 95 % intervals of the median, pooled over starts of the process where there were several. Break-even bytes: CPU time of the handshake on one side ÷ time of a byte in messages of 16 KiB. Cycles come from the core’s own clock, not from the time-stamp counter.'), ...blocks.filter(x => x));
}

// ---- All of it ----

function title() {
  const set = sets.find(headline);
  const heading = make('section', {class: 'first', 'aria-label': 'Headline'});
  if (!set) {
    heading.append(make('h1', {}, many ? `${sets.length} result sets` : sets[0].label));
    return heading;
  }
  const g = headline(set);
  heading.append(make('h1', {}, 'Accepting one TLS 1.3 connection costs a server as much CPU time as encrypting ', make('b', {id: 'headline'}, bytes(g.bytes.x)), '.'),
    make('p', {class: 'finding'}, `95 % interval ${interval(bytes, g.bytes)}; ${g.handshake} against ${g.cipher}${many ? `, on ${set.short}` : ''}.`));
  return heading;
}

function build() {
  const main = document.getElementById('main');
  document.getElementById('sets').append(...sets.map(set => make('p', {class: 'set'}, many ? make('b', {class: 'tag'}, set.tag) : null, make('strong', {}, set.label), set.real ? null : make('span', {class: 'badge'}, set.kind),
    [set.kind === 'predicted' ? '' : `${set.context.machine.cores || '?'} cores${set.context.machine.hypervisor ? ' under ' + set.context.machine.hypervisor : ''}`, set.context.machine.os, (set.context.date || '').slice(0, 16).replace('T', ' ')].filter(x => x).map(x => ' · ' + x).join(''))));
  const sections = [title(), many ? ratioSection() : null, gapSection(), throughputSection(), rankingSection(), rooflineSection(), anatomySection(), profilesSection(), scalingSection(), costSection(),
    predictionSection(), verificationSection(),
    make('section', {id: 'data-table', 'aria-labelledby': 'data-title'}, make('h2', {id: 'data-title'}, 'Every figure'), dataTable(sets)), methodSection()].filter(s => s);
  main.append(...sections);
  document.getElementById('contents').append(...sections.filter(s => s.id).map(s => make('li', {}, make('a', {href: '#' + s.id}, s.querySelector('h2').textContent.split(':')[0]))));
  return sections;
}

function redraw(all) {
  for (const element of all ? charts.keys() : drawn())
    draw(element);
}

function forPaper(on) {
  printing = on;
  document.documentElement.classList.toggle('printing', on);
  if (on)
    document.documentElement.dataset.theme = 'light';
  else
    delete document.documentElement.dataset.theme;
  sections.forEach(s => s.update && s.update());
  redraw(on);
}

async function loadLibrary() {
  const packed = Uint8Array.from(atob(document.getElementById('library').textContent.trim()), c => c.charCodeAt(0));
  const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  document.head.append(Object.assign(document.createElement('script'), {textContent: text}));
}

const sections = build();
loadLibrary().then(() => {
  for (const element of charts.keys())
    seen.observe(element);
  let width = innerWidth;
  addEventListener('resize', () => { if (!printing && innerWidth !== width) { width = innerWidth; redraw(false); } });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => sections.forEach(s => s.update && s.update()));
  addEventListener('beforeprint', () => forPaper(true));
  addEventListener('afterprint', () => forPaper(false));
  requestAnimationFrame(() => { document.documentElement.dataset.ready = performance.now().toFixed(0); });
}, () => {
  document.getElementById('main').prepend(make('p', {class: 'notice'}, 'This browser is too old to unpack the charts; all figures are in the table below.'));
});
