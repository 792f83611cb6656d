/** What a page of Chromium takes of the machine's memory, its workers included. */
import { readFileSync } from 'node:fs';

/**
 * Bytes that the largest of the browser's pages holds, after a collection; 0 where the system does not say.
 * @param {import('@playwright/test').CDPSession} cdp of the browser
 * @param {import('@playwright/test').Page} page that is asked to collect its garbage first
 */
export async function pageMemory(cdp, page) {
  await page.requestGC();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const held = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id));
  return Math.max(0, ...held);
}

/** @param {number} id of a process */
function residentOf(id) {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
