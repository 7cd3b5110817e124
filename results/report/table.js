// Every figure as a table: filtered, sorted, copied as CSV.

const COLUMNS = [
  {head: 'machine', get: r => r.set.short, tag: true, many: true},
  {head: 'algorithm', get: r => r.cell.name},
  {head: 'operation', get: r => r.cell.op},
  {head: 'size', get: r => r.cell.size, show: size, csv: 'size_bytes'},
  {head: 'engine', get: r => r.cell.engine},
  {head: 'kernel', get: r => r.cell.picked || r.cell.kernel},
  {head: 'side', get: r => r.cell.side},
  {head: 'condition', get: r => r.cell.condition},
  {head: 'CPU time', get: r => r.cell.ns.x, show: time, csv: 'ns'},
  {head: 'from', get: r => r.cell.ns.lo, show: time, csv: 'ns_lo'},
  {head: 'to', get: r => r.cell.ns.hi, show: time, csv: 'ns_hi'},
  {head: 'GB/s', get: r => r.cell.size && r.cell.side === '' ? r.cell.size / r.cell.ns.x : null, show: plain},
  {head: 'cycles/byte', get: r => r.cell.cyclesPerByte, show: plain, csv: 'cycles_per_byte'},
  {head: 'of the limit', get: r => r.cell.limit, show: percent, csv: 'limit_fraction'},
  {head: 'times as fast', get: r => r.cell.ratio && r.cell.ratio.x, show: plain, csv: 'ratio'},
  {head: 'as', get: r => r.cell.baseline, csv: 'baseline'},
];
const PAGE_ROWS = 60;

function csvField(value) {
  if (value === null || value === undefined)
    return '';
  const text = typeof value === 'number' ? String(+value.toPrecision(6)) : /^[=+\-@\t]/.test(value) ? "'" + value : value;
  return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

function copyText(text) {
  if (navigator.clipboard && window.isSecureContext)
    return navigator.clipboard.writeText(text);
  const area = make('textarea', {class: 'unseen', 'aria-hidden': 'true'});
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error('not allowed'));
}

function dataTable(sets) {
  const all = sets.flatMap(set => set.cells.map(cell => ({set, cell})));
  const columns = COLUMNS.filter(c => (!c.many || sets.length > 1) && all.some(r => c.get(r) !== null && c.get(r) !== ''));
  for (const row of all)
    row.text = columns.map(c => c.get(row)).filter(v => typeof v === 'string').concat(row.cell.size ? [size(row.cell.size)] : []).join(' ').toLowerCase();
  const state = {words: [], column: null, down: false, rows: all, shown: PAGE_ROWS};
  const body = make('tbody'), count = make('p', {class: 'source', role: 'status'});
  const more = make('button', {type: 'button', onclick: () => { state.shown += 500; fill(); }}, 'Show more rows');
  const heads = columns.map(c => make('th', {scope: 'col', class: c.show ? 'number' : ''}, make('button', {type: 'button', onclick: () => sort(c)}, c.head)));

  function fill() {
    body.replaceChildren(...state.rows.slice(0, state.shown).map(row => make('tr', {}, ...columns.map(c => {
      const value = c.get(row);
      return make('td', {class: c.show ? 'number' : ''}, value === null || value === undefined ? '' : c.tag ? row.set.tag : c.show ? c.show(value) : value);
    }))));
    count.textContent = `${state.rows.length} of ${all.length} figures; times are medians with their 95 % interval, from … to`;
    more.hidden = state.rows.length <= state.shown;
  }

  function choose() {
    state.rows = all.filter(row => state.words.every(word => row.text.includes(word)));
    const c = state.column;
    if (c) {
      const order = state.down ? -1 : 1;
      state.rows.sort((a, b) => {
        const [x, y] = [c.get(a), c.get(b)];
        if (x === null || y === null)
          return (x === null) - (y === null);
        return order * (typeof x === 'number' ? x - y : String(x).localeCompare(String(y)));
      });
    }
    fill();
  }

  function sort(c) {
    state.down = state.column === c && !state.down;
    state.column = c;
    heads.forEach((head, i) => columns[i] === c ? head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
    choose();
  }

  function copy(event) {
    const lines = [columns.map(c => csvField(c.csv || c.head)).join(',')];
    for (const row of state.rows)
      lines.push(columns.map(c => csvField(c.get(row))).join(','));
    const said = text => { document.getElementById('status').textContent = event.target.textContent = text; };
    copyText(lines.join('\n') + '\n').then(() => said(`Copied ${state.rows.length} rows`), () => said('The browser does not allow it'));
  }

  const filter = make('input', {type: 'search', id: 'filter', placeholder: 'AES-128-GCM seal 16 KiB', oninput: event => {
    state.words = event.target.value.toLowerCase().split(/\s+/).filter(word => word);
    state.shown = PAGE_ROWS;
    choose();
  }});
  fill();
  return make('div', {},
    make('div', {class: 'controls'}, make('label', {for: 'filter'}, 'Rows with all of these words', filter),
      make('button', {type: 'button', id: 'copy', onclick: copy}, 'Copy as CSV')),
    make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'All figures'},
      make('table', {id: 'figures'}, make('thead', {}, make('tr', {}, ...heads)), body)),
    count, more);
}
