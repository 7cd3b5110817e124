// SPDX-License-Identifier: MIT
// picture.mjs <report.html> <out.png>: the headline and its chart, for the README.

import {drawAll, launch, open} from './browser.mjs';

const [file, out] = process.argv.slice(2);
const browser = await launch();
const page = await open(browser, file, {width: 980});
await page.evaluate(() => { for (const e of document.querySelectorAll('nav, .skip')) e.remove(); });
await drawAll(page);
const box = await (await page.$('#gap .source')).boundingBox();
await page.screenshot({path: out, clip: {x: 0, y: 0, width: 980, height: box.y + box.height + 16}, fullPage: true});
await browser.close();
