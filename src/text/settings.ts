/** The settings of a generation: task, prompt, seed, takes, sampler, model. */
import { texts } from './language.ts';

export const settingsText = texts(
  {
    make: 'Make',
    hintV2a: 'Foley that hits when things hit',
    hintA2v: 'A picture that moves with it',

    prompt: 'Prompt',
    promptHintV2a: 'Optional: what makes the sound? Left empty, the model looks for itself',
    promptHintA2v: 'Optional: what should be seen?',
    avoid: 'Avoid',
    avoidHint: 'Optional: what to keep away from',
    notKnown: 'Not known:',
    knownWords: 'Words the model knows',
    seen: 'Seen in the picture:',
    useSeen: 'Use as prompt',
    addWord: (word: string) => `Add ${word}`,

    oneTap: 'Words to keep away from',
    avoidWord: (word: string) => `Avoid ${word}`,

    seed: 'Seed',
    rollSeed: 'Roll a new seed',
    keepSeed: 'Keep this seed',
    seedDrawn: 'A new one is drawn every time.',
    seedKept: 'Kept: the same seed makes the same again.',
    takes: 'Takes',
    takesHelp: 'Each is another interpretation; the first plays while the others are made.',

    stepPreset: 'Quality',
    draft: 'Draft',
    standard: 'Standard',
    best: 'Best',
    stepsOf: (steps: string) => (steps === '1' ? '1 step.' : `${steps} steps.`),
    chosenSteps: (steps: string) => `Set by hand: ${steps === '1' ? '1 step' : `${steps} steps`}.`,

    advanced: 'Advanced',
    steps: 'Steps',
    stepsHelp: 'More steps take longer and refine.',
    followPicture: 'Follow the picture',
    followSound: 'Follow the sound',
    followHelp: 'Higher holds on more tightly.',
    followWords: 'Follow the words',
    followWordsHelp: 'Higher takes the prompt more literally.',
    ownValues: 'Back to the model’s own values',

    modelFailed: (message: string) => `${message} It is tried again when you generate.`,
    modelReady: (name: string) => `Model “${name}” is ready.`,
    modelFirst: (name: string, bytes: string) =>
      `The first time, the model “${name}” (${bytes}) is downloaded and kept in this browser.`,
  },
  {
    make: '만들 것',
    hintV2a: '움직임에 딱 맞는 효과음',
    hintA2v: '소리와 함께 움직이는 화면',

    prompt: '프롬프트',
    promptHintV2a: '선택: 무엇이 소리를 내나요? (영어 단어) 비워 두면 모델이 화면을 보고 정해요',
    promptHintA2v: '선택: 무엇이 보이면 좋을까요? (영어 단어)',
    avoid: '피할 것',
    avoidHint: '선택: 나오지 않았으면 하는 것 (영어 단어)',
    notKnown: '모르는 단어:',
    knownWords: '모델이 아는 단어',
    seen: '화면에서 본 것:',
    useSeen: '프롬프트로 쓰기',
    addWord: (word) => `${word} 추가`,

    oneTap: '피하고 싶은 단어',
    avoidWord: (word) => `${word} 피하기`,

    seed: '시드',
    rollSeed: '새 시드 뽑기',
    keepSeed: '이 시드 고정하기',
    seedDrawn: '만들 때마다 새로 뽑아요.',
    seedKept: '고정됨: 같은 시드는 같은 결과를 만들어요.',
    takes: '테이크',
    takesHelp: '테이크마다 다르게 해석해요. 나머지를 만드는 동안 첫 번째를 들어 볼 수 있어요.',

    stepPreset: '품질',
    draft: '초안',
    standard: '표준',
    best: '최고',
    stepsOf: (steps) => `${steps}단계.`,
    chosenSteps: (steps) => `직접 정함: ${steps}단계.`,

    advanced: '고급',
    steps: '단계 수',
    stepsHelp: '많을수록 오래 걸리고 더 다듬어져요.',
    followPicture: '화면을 따르는 정도',
    followSound: '소리를 따르는 정도',
    followHelp: '높을수록 더 바짝 따라가요.',
    followWords: '단어를 따르는 정도',
    followWordsHelp: '높을수록 프롬프트를 더 그대로 따라요.',
    ownValues: '모델 기본값으로 되돌리기',

    modelFailed: (message) => `${message} 만들기를 누르면 다시 시도해요.`,
    modelReady: (name) => `모델 “${name}” 준비 완료.`,
    modelFirst: (name, bytes) => `처음 한 번 모델 “${name}”(${bytes})을 내려받아 이 브라우저에 보관해요.`,
  },
);
