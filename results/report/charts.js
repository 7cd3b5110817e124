// Options for ECharts. Every chart has its unit on the axis; intervals are bands or whiskers.

const TEXT = 12;
const fontFamily = () => getComputedStyle(document.documentElement).fontFamily;

function base(extra) {
  return Object.assign({
    animation: false,
    textStyle: {fontFamily: fontFamily(), fontSize: TEXT, color: variable('--ink')},
    tooltip: {
      trigger: 'item', confine: true, backgroundColor: variable('--paper'), borderColor: variable('--line'), padding: [6, 10],
      textStyle: {color: variable('--ink'), fontSize: 13}, transitionDuration: 0,
      formatter: items => tip(Array.isArray(items) ? items[0] : items),
    },
  }, extra);
}

// Lines of text, the first in bold, as an element: nothing in a result file is ever read as HTML.
function tip(item) {
  const lines = item && item.data && item.data.tip;
  return lines ? make('div', {class: 'tip'}, make('b', {}, lines[0]), ...lines.slice(1).map(line => make('div', {}, line))) : '';
}

function axis(type, name, extra) {
  const muted = variable('--muted');
  return Object.assign({
    type, name, nameLocation: 'middle', nameTextStyle: {color: muted, fontSize: TEXT},
    axisLine: {show: true, lineStyle: {color: variable('--line')}}, axisTick: {show: false},
    axisLabel: {color: muted, fontSize: TEXT, hideOverlap: true}, splitLine: {show: true, lineStyle: {color: variable('--line'), opacity: .55}},
    minorSplitLine: {show: false},
  }, extra);
}

const xAxis = (type, name, extra) => axis(type, name, Object.assign({nameGap: 30}, extra));
// The unit stands above the axis, where it takes no width from the chart.
const yAxis = (type, name, extra) => axis(type, name, Object.assign({nameLocation: 'end', nameGap: 12, nameTextStyle: {color: variable('--muted'), fontSize: TEXT, align: 'left', padding: [0, 0, 0, -40]}}, extra));

const decade = x => Math.pow(10, Math.floor(Math.log10(x)));
const decadeAbove = x => Math.pow(10, Math.ceil(Math.log10(x) - 1e-9));

// The interval around a line: points are [x, lo, hi].
function band(points, color) {
  return {
    type: 'custom', silent: true, z: 1, tooltip: {show: false}, clip: true, encode: {x: 0, y: [1, 2]}, data: points,
    renderItem(params, api) {
      if (params.dataIndex !== 0)
        return null;
      const up = points.map(p => api.coord([p[0], p[2]])), down = points.map(p => api.coord([p[0], p[1]])).reverse();
      return {type: 'polygon', shape: {points: up.concat(down)}, style: {fill: color, opacity: .22}};
    },
  };
}

// The interval at the end of a bar or about a point: data are [position, lo, hi]; across: bars lie on their side, and
// texts, if there are, stand behind.
function whiskers(data, color, across, texts) {
  return {
    type: 'custom', silent: true, z: 5, tooltip: {show: false}, clip: !texts, data, encode: across ? {x: [1, 2], y: 0} : {x: 0, y: [1, 2]},
    renderItem(params, api) {
      const at = (value) => across ? api.coord([value, api.value(0)]) : api.coord([api.value(0), value]);
      const [lo, hi] = [at(api.value(1)), at(api.value(2))], w = 4;
      const cap = p => across ? {x1: p[0], y1: p[1] - w, x2: p[0], y2: p[1] + w} : {x1: p[0] - w, y1: p[1], x2: p[0] + w, y2: p[1]};
      const line = shape => ({type: 'line', shape, style: {stroke: color, lineWidth: 1.4}});
      const text = texts && {type: 'text', style: {text: texts[params.dataIndex], x: hi[0] + 9, y: hi[1], verticalAlign: 'middle', fontSize: TEXT, fontFamily: fontFamily(), fill: variable('--ink')}};
      return {type: 'group', children: [line({x1: lo[0], y1: lo[1], x2: hi[0], y2: hi[1]}), line(cap(lo)), line(cap(hi))].concat(text || [])};
    },
  };
}

// The next round number, for the end of an axis.
function round(x) {
  const unit = decade(x);
  return unit * [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(m => m * unit >= x * (1 - 1e-9));
}

// How far names at heights ys (pixels) have to move so that none is nearer to the next than a line of text.
function apart(ys) {
  const order = ys.map((y, i) => i).sort((a, b) => ys[a] - ys[b]), at = ys.slice(), gap = TEXT + 3;
  for (let pass = 0; pass < 60; pass++)
    for (let k = 1; k < order.length; k++) {
      const [a, b] = [order[k - 1], order[k]], lack = gap - (at[b] - at[a]);
      if (lack > 0) {
        at[a] -= lack / 2;
        at[b] += lack / 2;
      }
    }
  return at.map((y, i) => y - ys[i]);
}

// Room for the names of bars, broken over two lines where they are longer.
function nameAxis(names, width) {
  const room = Math.min(Math.max(...names.map(n => n.length)) * 6.8, width * (width < 560 ? .3 : .28));
  return {room: room + 14, axis: axis('category', '', {data: names, inverse: true, splitLine: {show: false},
    axisLabel: {color: variable('--ink'), fontSize: width < 560 ? 11 : TEXT, lineHeight: 13, width: room + 2, overflow: 'break', interval: 0}})};
}

// A line with its name at the end.
function line(name, points, color, extra) {
  return Object.assign({
    type: 'line', name, data: points, showSymbol: true, symbolSize: 7, itemStyle: {color}, lineStyle: {color, width: 2},
    emphasis: {focus: 'none'}, z: 3,
    endLabel: {show: true, formatter: () => name, color, fontSize: TEXT, distance: 8},
  }, extra);
}

// ---- Each kind of chart ----

// curves: {label, color, handshake: {x, lo, hi}, gap: {x, lo, hi}, cipher, unreal}
function gapChart(curves, narrow) {
  const gaps = curves.map(c => c.gap.x), times = curves.map(c => c.handshake.x);
  const from = decade(Math.min(...gaps) / 3000), to = decadeAbove(Math.max(...gaps) * 60);
  const perByte = c => c.handshake.x / c.gap.x;
  const low = decade(Math.min(...curves.map((c, i) => Math.min(times[i] / 300, perByte(c) * from * 100))));
  const top = decadeAbove(Math.max(...curves.map(c => perByte(c) * to)) / 3);
  const series = [];
  for (const c of curves) {
    const bulk = x => perByte(c) * x, edge = [Math.max(from, low / perByte(c)), Math.min(to, top / perByte(c))];
    const name = curves.length > 1 ? c.label : '';
    const spread = [c.gap.x / c.gap.hi, c.gap.x / c.gap.lo];
    series.push(line(name || 'handshake', [from, c.gap.x, to].map(x => ({value: [x, c.handshake.x], tip: [c.label, `handshake: ${time(c.handshake.x)}`, `95 %: ${interval(time, c.handshake)}`]})), c.color, {
      symbolSize: 5, lineStyle: {color: c.color, width: 2.6, type: c.unreal ? [2, 3] : 'solid'},
      endLabel: {show: curves.length === 1 && !narrow, formatter: () => `handshake\n${time(c.handshake.x)}`, color: c.color, fontSize: TEXT, distance: 8, lineHeight: 15},
    }));
    series.push(band([from, to].map(x => [x, c.handshake.lo, c.handshake.hi]), c.color));
    const color = curves.length > 1 ? c.color : palette(1);
    series.push(line(name || 'encryption', [edge[0], c.gap.x, edge[1]].map(x => ({value: [x, bulk(x)], tip: [c.label, `${bytes(x)} with ${c.cipher}: ${time(bulk(x))}`, `${each(1e9 / perByte(c))}B/s`]})), color, {
      symbolSize: 5, lineStyle: {color, width: 2.6, type: c.unreal ? [2, 3] : curves.length > 1 ? [7, 4] : 'solid'},
      endLabel: {show: curves.length === 1 && !narrow, formatter: () => `encryption\n${plain(1 / perByte(c))} GB/s`, color, fontSize: TEXT, distance: 8, lineHeight: 15},
    }));
    series.push(band(edge.map(x => [x, bulk(x) * spread[0], bulk(x) * spread[1]]), color));
  }
  const order = curves.map((c, i) => i).sort((a, b) => gaps[a] - gaps[b]);
  order.forEach((i, rank) => {
    const c = curves[i];
    series.push({
      type: 'scatter', name: 'equal', z: 6, symbolSize: 13, data: [{value: [c.gap.x, c.handshake.x], tip: [c.label, `as much CPU time at ${bytes(c.gap.x)}`, `95 %: ${interval(bytes, c.gap)}`]}],
      itemStyle: {color: variable('--paper'), borderColor: c.color, borderWidth: 3},
      label: {show: true, position: curves.length > 1 ? rank % 2 ? 'bottom' : 'top' : 'left', distance: curves.length > 1 ? 10 : 4, color: variable('--ink'), fontSize: curves.length > 1 ? TEXT : 18, fontWeight: 700, formatter: () => curves.length > 1 ? `${c.tag}  ${bytes(c.gap.x)}` : bytes(c.gap.x),
        offset: curves.length > 1 ? [0, 0] : [0, -20], backgroundColor: variable('--paper'), padding: [1, 4], borderRadius: 3},
      labelLayout: curves.length > 1 ? {moveOverlap: 'shiftY'} : undefined,
    });
    series.push(whiskers([[c.handshake.x, c.gap.lo, c.gap.hi]], c.color, true));
  });
  if (curves.length === 1)
    series.push({
      type: 'line', data: [], silent: true, markArea: {
        silent: true, label: {color: variable('--muted'), fontSize: TEXT, lineHeight: 15, distance: 10},
        data: [[{name: narrow ? 'handshake\ndearer' : 'the handshake costs more', xAxis: from, label: {position: 'insideTopLeft'}, itemStyle: {color: curves[0].color, opacity: .05}}, {xAxis: curves[0].gap.x}],
          [{name: narrow ? 'encryption\ndearer' : 'encryption costs more', xAxis: curves[0].gap.x, label: {position: 'insideBottomRight', align: 'right'}, itemStyle: {color: palette(1), opacity: .05}}, {xAxis: to}]],
      },
    });
  return base({
    grid: {left: 62, right: curves.length === 1 && !narrow ? 100 : 20, top: 34, bottom: 48},
    xAxis: xAxis('log', 'bytes that a connection carries', {min: from, max: to, axisLabel: {formatter: bytesTick, color: variable('--muted'), hideOverlap: true}}),
    yAxis: yAxis('log', 'CPU time', {min: low, max: top, axisLabel: {formatter: timeTick, color: variable('--muted')}}),
    series,
  });
}

const tick = (show) => value => show(value).replace(/\.0+(?= |$)/, '').replace(/(\.\d*?)0+(?= |$)/, '$1').replace(/\b(10|100|1)\.0*\b/, '$1');
const bytesTick = tick(bytes), timeTick = tick(time);
const plainTick = value => String(+value.toPrecision(6));
const decadeTick = value => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6 ? plainTick(value) : '';

// lines: {name, color, sign, wide, points: [{x, y: {x, lo, hi}, tip}]}; several name their ends.
function sweepChart(lines, unit, xName, range, height) {
  const series = [], inside = height - 34 - 48, log = Math.log(range.y[1] / range.y[0]);
  const moved = apart(lines.map(l => inside * Math.log(range.y[1] / l.points[l.points.length - 1].y.x) / log));
  for (const [i, l] of lines.entries()) {
    series.push(band(l.points.map(p => [p.x, p.y.lo, p.y.hi]), l.color));
    series.push(line(l.name, l.points.map(p => ({value: [p.x, p.y.x], tip: p.tip})), l.color, {
      endLabel: {show: true, formatter: () => l.name, color: l.color, fontSize: TEXT, distance: 8, offset: [0, moved[i]], fontWeight: l.wide ? 700 : 400},
      symbol: l.sign, symbolSize: l.wide ? 8 : 6, lineStyle: {color: l.color, width: l.wide ? 3.2 : 1.8}, z: l.wide ? 4 : 3,
    }));
  }
  return base({
    grid: {left: 48, right: 92, top: 34, bottom: 48},
    xAxis: xAxis('log', xName, {min: range.x[0], max: range.x[1], logBase: 4, axisLabel: {formatter: size, color: variable('--muted'), hideOverlap: true}}),
    yAxis: yAxis('log', unit, {min: range.y[0], max: range.y[1], axisLabel: {formatter: decadeTick, color: variable('--muted')}, nameTextStyle: {color: variable('--muted'), fontSize: TEXT, align: 'left', padding: [0, 0, 0, -30]}}),
    series,
  });
}

// bars: {name, color, value: {x, lo, hi}, text, tip}, from the top down.
function barChart(bars, unit, max, show, unreal, width) {
  const names = nameAxis(bars.map(b => b.name), width), paper = variable('--paper');
  return base({
    grid: {left: names.room, right: 64, top: 8, bottom: 44},
    xAxis: xAxis('value', unit, {max, axisLabel: {formatter: show || plainTick, color: variable('--muted'), hideOverlap: true}}),
    yAxis: names.axis,
    series: [{
      type: 'bar', barMaxWidth: 22, barCategoryGap: '28%',
      data: bars.map(b => ({value: b.value.x, tip: b.tip, itemStyle: {color: b.color, borderRadius: [0, 3, 3, 0], decal: unreal ? {symbol: 'line', color: paper, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: .8} : undefined}})),
    }, whiskers(bars.map((b, i) => [i, b.value.lo, b.value.hi]), variable('--ink'), true, bars.map(b => b.text))],
  });
}

// rows: {name, text, whole: {x, lo, hi}, tip}; layers: {name, color, values: [number for each row], tips}
function stackChart(rows, layers, unit, max, width) {
  const names = nameAxis(rows.map(r => r.name), width), inside = width - names.room - 70;
  const series = layers.map(l => ({
    type: 'bar', name: l.name, stack: 'all', barMaxWidth: 26, barCategoryGap: '30%', itemStyle: {color: l.color, borderColor: variable('--paper'), borderWidth: width < 560 ? .4 : 1},
    data: l.values.map((value, i) => ({value, tip: l.tips[i]})),
    label: {show: true, color: isDark() ? '#101418' : '#ffffff', fontSize: 11, formatter: p => p.value / max * inside > l.name.length * 6.4 + 12 ? l.name : ''},
  }));
  series.push(whiskers(rows.map((r, i) => [i, r.whole.lo, r.whole.hi]), variable('--ink'), true, rows.map(r => r.text)));
  return base({
    grid: {left: names.room, right: 70, top: 8, bottom: 44},
    xAxis: xAxis('value', unit, {max, axisLabel: {formatter: plainTick, color: variable('--muted'), hideOverlap: true}}),
    yAxis: names.axis,
    series,
  });
}

// lines as of sweepChart, over numbers of threads, each with the dotted line that N times one thread would be.
function threadChart(lines, unit, most, height) {
  const series = [], top = round(Math.max(...lines.map(l => l.points[0].y.x * most), ...lines.flatMap(l => l.points).map(p => p.y.hi)));
  const moved = apart(lines.map(l => (height - 34 - 48) * (1 - l.points[l.points.length - 1].y.x / top)));
  for (const [i, l] of lines.entries()) {
    series.push({type: 'line', silent: true, showSymbol: false, tooltip: {show: false}, data: [[1, l.points[0].y.x], [most, most * l.points[0].y.x]], lineStyle: {color: l.color, width: 1, type: 'dotted', opacity: .8}, z: 1});
    series.push(line(l.name, l.points.map(p => ({value: [p.x, p.y.x], tip: p.tip})), l.color, {symbol: l.sign, endLabel: {show: true, formatter: () => l.name, color: l.color, fontSize: TEXT, distance: 8, offset: [0, moved[i]]}}));
    series.push(whiskers(l.points.map(p => [p.x, p.y.lo, p.y.hi]), l.color));
  }
  return base({
    grid: {left: 48, right: 130, top: 34, bottom: 48},
    xAxis: xAxis('value', 'threads', {min: 1, max: most, minInterval: 1}),
    yAxis: yAxis('value', unit, {min: 0, max: top, axisLabel: {formatter: plainTick, color: variable('--muted')}, nameTextStyle: {color: variable('--muted'), fontSize: TEXT, align: 'left', padding: [0, 0, 0, -30]}}),
    series,
  });
}

// bars from lo to hi: what a model says with all fused, and with nothing.
function rangeChart(bars, unit, width) {
  const names = nameAxis(bars.map(b => b.name), width), ink = variable('--ink');
  return base({
    grid: {left: names.room, right: 30, top: 8, bottom: 44},
    xAxis: xAxis('value', unit, {min: 0, axisLabel: {formatter: plainTick, color: variable('--muted')}}),
    yAxis: names.axis,
    series: [{
      type: 'custom', encode: {x: [1, 2], y: 0}, data: bars.map((b, i) => ({value: [i, b.lo, b.hi], tip: b.tip})),
      renderItem(params, api) {
        const a = api.coord([api.value(1), api.value(0)]), b = api.coord([api.value(2), api.value(0)]), w = Math.max(3, b[0] - a[0]);
        return {type: 'group', children: [
          {type: 'rect', shape: {x: a[0], y: a[1] - 7, width: w, height: 14, r: 3}, style: {fill: bars[params.dataIndex].color, opacity: .35, stroke: bars[params.dataIndex].color, lineDash: [4, 3]}},
        ]};
      },
    }, {type: 'scatter', symbol: 'diamond', symbolSize: 11, itemStyle: {color: ink}, data: bars.map((b, i) => b.measured ? {value: [b.measured, i], tip: b.tip} : null).filter(d => d)}],
  });
}
