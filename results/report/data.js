// The document that `lanecrypt report` put into the page: rows of numbers, names by their number.

const known = (x, lo, hi) => x ? {x, lo: lo || x, hi: hi || x} : null;

function readSets() {
  const root = JSON.parse(document.getElementById('data').textContent);
  const name = i => i ? root.names[i - 1] : '';
  const sets = root.sets.map((set, index) => ({
    index,
    kind: set.kind,
    context: set.context,
    cells: set.cells.map(r => ({
      name: name(r[0]), op: name(r[1]), size: r[2] === undefined ? null : r[2], engine: name(r[3]), kernel: name(r[4]),
      picked: name(r[5]), side: name(r[6]), condition: name(r[7]), ns: known(r[8], r[9], r[10]),
      cyclesPerByte: r[11] || null, limit: r[12] || null, ratio: known(r[13], r[14], r[15]), baseline: name(r[16]),
    })),
    gaps: set.gaps.map(r => ({
      handshake: name(r[0]), cipher: name(r[1]), side: name(r[2]), bytes: known(r[3], r[4], r[5]), headline: r[6] === 1,
    })),
    models: set.models.map(r => ({
      name: name(r[0]), op: name(r[1]), engine: name(r[2]), kernel: name(r[3]),
      fixed: {x: r[4] || 0, lo: r[5] || 0, hi: r[6] || 0}, each: {x: r[7] || 0, lo: r[8] || 0, hi: r[9] || 0}, r2: r[10] || 0,
    })),
    parts: set.parts.map(r => ({
      engine: name(r[0]), kind: name(r[1]), side: name(r[2]), part: name(r[3]), primitives: name(r[4]),
      ns: {x: r[5] || 0, lo: r[6] || 0, hi: r[7] || 0},
    })),
    predictions: set.predictions.map(r => ({
      name: name(r[0]), op: name(r[1]), engine: name(r[2]), kernel: name(r[3]), cpu: name(r[4]), model: name(r[5]),
      lo: r[6], hi: r[7], measured: r[8] || null,
    })),
    profiles: set.profiles.map(r => ({
      name: name(r[0]), engine: name(r[1]), handshake: name(r[2]), side: name(r[3]), all: known(r[4], r[5], r[6]),
      handshakes: known(r[7], r[8], r[9]), bulk: known(r[10], r[11], r[12]),
    })),
    failures: set.failures.map(r => ({name: name(r[0]), op: name(r[1]), engine: name(r[2]), reason: name(r[3])})),
    scaling: (set.scaling || []).map(p => ({
      engine: p.engine, kernel: p.kernel, what: p.what, unit: p.unit, threads: p.threads,
      perSecond: known(...p.per_second), efficiency: known(...p.efficiency),
    })),
  }));
  nameSets(sets);
  return {sets, sources: root.profiles};
}

// By microarchitecture, with the date where several are of one; in charts of several by a letter.
function nameSets(sets) {
  for (const set of sets) {
    const machine = set.context.machine = set.context.machine || {};
    const cpu = (machine.cpu || 'unknown CPU').replace(/\((R|TM)\)/gi, '');
    set.label = machine.microarchitecture ? `${cpu} (${machine.microarchitecture})` : cpu;
    set.short = machine.microarchitecture || cpu;
    set.tag = String.fromCharCode(65 + set.index % 26);
    if (set.kind === 'predicted')
      set.label = set.short = 'Models of ' + unique(set.predictions.map(p => p.cpu)).join(', ');
    if (set.kind === 'emulated')
      set.label = set.short = `${machine.architecture || 'another CPU'}, emulated`;
    set.real = set.kind === 'measured' || set.kind === 'partial';
  }
  for (const set of sets)
    if (sets.filter(other => other.short === set.short).length > 1)
      set.date = (set.context.date || 'undated').slice(0, 16).replace('T', ' ');
  for (const set of sets)
    if (set.date)
      set.short += ', ' + set.date + (sets.filter(o => o.short === set.short && o.date === set.date).length > 1 ? ` #${set.index + 1}` : '');
}

const isPlain = cell => cell.condition === '' && (cell.kernel === '' || cell.kernel === 'auto');
const isBulk = cell => isPlain(cell) && cell.size !== null && cell.side === '' && !cell.name.startsWith('RSA-');
const speed = cell => rate(cell.size, cell.ns);

function fastest(cells) {
  return cells.reduce((best, cell) => !best || cell.ns.x < best.ns.x ? cell : best, null);
}
