/** The variants of a pack: their names, and what each of them costs and loses. */
import { texts } from './language.ts';

export const variantsText = texts(
  {
    model: 'Model',
    automatic: 'Automatic',
    automaticNow: (name: string) => `What suits this device: now “${name}”.`,
    standard: 'Standard',
    light: 'Light',
    processor: 'Processor',
    aboutLight: 'The smallest download.',
    aboutProcessor: 'About one and a half times as fast without a graphics card.',
    noLoss: (own: string, standard: string) =>
      `No loss of timing was measured (onset F1 ${own}, Standard ${standard}).`,
    loss: (own: string, standard: string) =>
      `Sound meets movement less often (onset F1 ${own} instead of ${standard}).`,
    reference: (own: string) => `What the others are measured against (onset F1 ${own}).`,
    notMeasured: 'What it loses has not been measured.',
    unfit: 'Not for the graphics card that is used here.',
    toFetch: (size: string) => `${size} to download`,
    here: 'is here',
    size: (name: string, size: string) => `${name} · ${size}`,
  },
  {
    model: '모델',
    automatic: '자동',
    automaticNow: (name) => `이 기기에 맞는 것을 써요. 지금은 “${name}”이에요.`,
    standard: '표준',
    light: '라이트',
    processor: '프로세서',
    aboutLight: '내려받을 양이 가장 적어요.',
    aboutProcessor: '그래픽 카드가 없을 때 1.5배쯤 빨라요.',
    noLoss: (own, standard) => `재어 보니 타이밍은 나빠지지 않았어요 (온셋 F1 ${own}, 표준 ${standard}).`,
    loss: (own, standard) => `소리가 움직임에 덜 맞아요 (온셋 F1 ${standard} 대신 ${own}).`,
    reference: (own) => `다른 모델을 이것과 비교해 재요 (온셋 F1 ${own}).`,
    notMeasured: '품질이 얼마나 줄어드는지는 아직 재지 않았어요.',
    unfit: '지금 쓰는 그래픽 카드에서는 쓸 수 없어요.',
    toFetch: (size) => `${size} 내려받기`,
    here: '받아 두었어요',
    size: (name, size) => `${name} · ${size}`,
  },
);

/** Names of the variants that this version of the app knows; another one goes by its id. */
export function variantName(language: 'en' | 'ko', id: string): string {
  const t = variantsText[language];
  return id === 'standard' || id === 'light' || id === 'processor' ? t[id] : id;
}
