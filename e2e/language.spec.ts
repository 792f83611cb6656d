/** English and Korean: from the browser's wish, by the switch, in messages, and with nothing left untranslated. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

const SHIPPED = existsSync(join(import.meta.dirname, '../public/models/mini/manifest.json'));
const PACK = SHIPPED ? {} : { pack: 'tiny' as const };

/** Visible words and accessible names without a Korean letter, but for names, units and what the person brought. */
function untranslated(part: Locator): Promise<string[]> {
  return part.evaluate((root) => {
    const found: string[] = [];
    const names =
      /^(?:AV-Link Studio|English|Esc|MP4|MOV|WebM|MKV|AVI|WAV|MP3|M4A|FLAC|OGG|mini|tiny|WebGPU|WASM|[\d\s.,:×·/%+–()-]|kB|MB|GB|dB|H\.264|AAC|VP8|Vorbis|PCM|kHz|Hz|ms)*$/;
    const judge = (text: string) => {
      if (!/\p{Script=Hangul}/u.test(text) && !names.test(text.trim())) found.push(text.trim());
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node: Node | null = root; node; node = walker.nextNode()) {
      if (node instanceof Text) {
        const parent = node.parentElement;
        // The model's own words are English; `code` and `kbd` hold what is typed.
        if (parent?.closest('.word, code, kbd, script, style, [lang="en"]') || !parent?.checkVisibility()) continue;
        judge(node.data);
      } else if (node instanceof HTMLElement) {
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) judge(node.getAttribute(name) ?? '');
      }
    }
    return found;
  });
}

test.describe('a browser that asks for Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('gets it, from the first screen through an error to the result', async ({ page }) => {
    const app = await AppPage.open(page, PACK);
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await expect(page.getByRole('button', { name: /돌을 치는 망치/ })).toBeVisible();
    await page.getByText('모델이 아는 단어').click();
    await page.getByText('고급', { exact: true }).click();
    expect(await untranslated(page.locator('body'))).toEqual([]);

    await app.choose('av1.mp4');
    const alert = page.locator('.failure[role=alert]');
    await expect(alert).toContainText('AV1 방식으로 압축된 파일이라');
    await expect(alert).toContainText('H.264(MP4)로 바꾼 뒤');
    expect(await untranslated(alert)).toEqual([]);
    await alert.getByRole('button', { name: '이 메시지 닫기' }).click();

    await page.getByRole('button', { name: /돌을 치는 망치/ }).click();
    await app.setSampler({ steps: 2 });
    await page.getByRole('button', { name: '소리 만들기' }).click();
    await expect(page.getByTestId('announcement')).toHaveText(/완료: .*의 테이크를 재생하고/, { timeout: 600_000 });
    // The stage with its take, all that is folded away opened; the dialogs that begin there.
    const mixer = page.getByRole('region', { name: '믹스' });
    await expect(mixer.getByRole('slider')).toHaveCount(2);
    await page.locator('.facts summary').click();
    await page.locator('.timeline-marks summary').click();
    expect(await untranslated(page.locator('body'))).toEqual([]);
    await page.getByRole('button', { name: '원본', exact: true }).click();
    expect(await untranslated(page.locator('#stage'))).toEqual([]);
    await page.getByRole('button', { name: '결과', exact: true }).click();
    await page.getByRole('button', { name: '다른 형식' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('H.264')).toBeVisible();
    expect(await untranslated(dialog)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '보관함' }).click();
    await expect(dialog.getByRole('article').or(dialog.getByRole('listitem')).first()).toBeVisible();
    expect(await untranslated(dialog)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await untranslated(dialog)).toEqual([]);
  });
});

test('the switch changes everything at once, and is remembered', async ({ page }) => {
  await AppPage.open(page, { pack: 'tiny' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const korean = page.getByRole('group', { name: 'Language' }).getByRole('button', { name: '한국어' });
  await korean.click();
  await expect(page.getByRole('group', { name: '언어' }).getByRole('button', { name: '한국어' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(page.getByText('영상 · 4.1초').first()).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await page.reload();
  await expect(page.getByText('영상이나 소리를 놓으세요')).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await page.reload();
  await expect(page.getByText('Drop a video or a sound')).toBeVisible();
});
