// SPDX-License-Identifier: MIT
// A report in headless Chromium, with everything recorded that it says and asks for.

import {chromium} from 'playwright-core';

export async function launch() {
  return chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
}

export async function open(browser, file, {width = 1280, scheme = 'light'} = {}) {
  const context = await browser.newContext({viewport: {width, height: 900}, colorScheme: scheme, permissions: ['clipboard-read', 'clipboard-write']});
  const page = await context.newPage();
  page.said = [];
  page.on('console', message => page.said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', error => page.said.push(`error: ${error.message}`));
  page.on('dialog', dialog => { page.said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => { if (request.url() !== 'file://' + file) page.said.push(`request: ${request.url().slice(0, 100)}`); });
  await page.goto('file://' + file);
  await page.waitForSelector('html[data-ready]', {timeout: 20000});
  return page;
}

export async function drawAll(page) {
  await page.evaluate(() => { for (const element of charts.keys()) draw(element); });
}
