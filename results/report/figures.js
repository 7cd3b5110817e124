// Figures as the terminal shows them: three significant digits and a unit.

function plain(x) {
  const size = Math.abs(x);
  return x.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}

function withUnit(x, units) {
  let i = 0;
  while (i + 1 < units.length && Math.abs(x) >= 999.5) {
    x /= 1000;
    i++;
  }
  return plain(x) + ' ' + units[i];
}

const time = ns => withUnit(ns, ['ns', 'µs', 'ms', 's']);
const bytes = n => withUnit(n, ['B', 'kB', 'MB', 'GB', 'TB']);
const each = n => n >= 1000 ? withUnit(n, ['', 'k', 'M', 'G']) .trim() : plain(n);

function size(n) {
  if (n >= 1 << 20 && n % (1 << 20) === 0)
    return n / (1 << 20) + ' MiB';
  return n >= 1024 && n % 1024 === 0 ? n / 1024 + ' KiB' : n + ' B';
}

const percent = share => (100 * share).toFixed(share < 0.0995 ? 2 : 1) + ' %';
const interval = (show, i) => `${show(i.lo)} – ${show(i.hi)}`;

const OPS = {seal: 'encrypt', open: 'decrypt'};
const opWord = op => OPS[op] || op;

// Errors of two figures measured apart are independent: in quadrature on the logarithmic scale (results/interval.h).
function quotient(a, b) {
  const x = a.x / b.x;
  return {
    x,
    lo: x * Math.exp(-Math.hypot(Math.log(a.x / a.lo), Math.log(b.hi / b.x))),
    hi: x * Math.exp(Math.hypot(Math.log(a.hi / a.x), Math.log(b.x / b.lo))),
  };
}

// What takes so long, as so much of it in a second; the ends of the interval change places.
const rate = (amount, ns) => ({x: amount / ns.x, lo: amount / ns.hi, hi: amount / ns.lo});

// After Okabe and Ito, each dark (or bright) enough to be text on the page; a sign beside, so that colour is never alone.
const COLORS = {
  light: ['#0067a5', '#b34a00', '#00735a', '#9c3d77', '#7d6000', '#5a4fb0', '#56606c', '#8f2d2d', '#1f7385', '#5f6f12', '#3c3c3c', '#b0006d'],
  dark: ['#6cbdf0', '#ff9d5c', '#3fd0a4', '#eaa0cb', '#f0cf4f', '#b3abff', '#b9c2cc', '#ff9f9f', '#74d3e6', '#c5d86a', '#e0e0e0', '#ff8fd0'],
};
const SIGNS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'arrow', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond', 'pin', 'circle'];
const ENGINES = ['native', 'openssl', 'boringssl', 'ipsec-mb', 'libsodium', 'libgcrypt', 'nettle', 'botan', 'mbedtls', 'wolfssl', 'bearssl'];

const engineNumber = engine => ENGINES.includes(engine) ? ENGINES.indexOf(engine) : 11;
const isDark = () => document.documentElement.dataset.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches;
const palette = i => COLORS[isDark() ? 'dark' : 'light'][i % 12];
const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// An element; text goes in as text, whatever is in it.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined)
      continue;
    if (name.startsWith('on'))
      element.addEventListener(name.slice(2), value);
    else
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const unique = list => [...new Set(list)];
