/** Notices in words: English is written where a notice is made, the other languages here, by code. */
import type { ErrorCode, Values } from '../errors.ts';
import type { Notice, NoticeCode } from '../notices.ts';
import { errorText, gpuReason } from './errors.ts';
import type { Language } from './language.ts';
import { variantName } from './variants.ts';

export const korean: Readonly<Record<NoticeCode, (values: Values) => string>> = {
  'gpu-unusable': ({ reason, detail }) =>
    `${gpuReason(reason, detail)} 그래픽 카드보다 느린 프로세서(WASM)로 실행했어요.`,
  'gpu-emulated': () => '여기서는 WebGPU가 더 느린 가상 그래픽 카드에서 돌아가기 때문에 프로세서(WASM)로 실행했어요.',
  'gpu-failed': ({ code }) => {
    const { message } = errorText('ko', { code: (code ?? 'no-webgpu') as ErrorCode, message: 'WebGPU', remedy: '' });
    return `${message} 대신 더 느린 프로세서(WASM)로 실행했어요.`;
  },
  'variant-unfit': ({ variant, instead, backend }) => {
    const where = backend === 'webgpu' ? '그래픽 카드' : '프로세서';
    const used = instead ? `대신 “${named(instead)}” 모델을 썼어요.` : '하나뿐인 모델을 썼어요.';
    return `“${named(variant)}” 모델은 여기 없거나 ${where}에서 쓸 수 없어요. ${used}`;
  },
  'variant-failed': ({ variant, code, file }) => {
    const values = file === undefined ? {} : { values: { file } };
    const error = { code: (code ?? 'internal') as ErrorCode, message: '', remedy: '', ...values };
    return `${errorText('ko', error).message} “${named(variant)}” 모델 대신 표준 모델을 썼어요.`;
  },
  'no-storage': () => '이 브라우저에는 저장 공간이 없어서 방문할 때마다 모델을 다시 내려받아요.',
  'storage-full': ({ used, quota }) => {
    const figures = used === undefined || quota === undefined ? '' : ` (${quota}MB 중 ${used}MB 사용)`;
    return `브라우저에 모델을 저장할 자리가 없어서${figures} 다음에 다시 내려받아요.`;
  },
  'storage-refused': ({ detail }) => `브라우저가 모델을 저장하지 못해서 다음에 다시 내려받아요. (${detail ?? ''})`,
  'second-attempt': () =>
    '모델이 이 영상을 무음으로 두려고 해서, 무음에서 벗어나도록 소리를 한 번 더 만들었어요. ' +
    '무음으로 두려면 프롬프트에 “silence”라고 적어 주세요.',
  'still-silent': () =>
    '모델이 이 영상에서 소리 날 것을 찾지 못해 결과가 무음이에요. ' +
    '소리를 가리키는 프롬프트(예: “striking metal”)나 다른 시드가 도움이 될 수 있어요.',
  'sound-unreadable': ({ codec }) =>
    codec
      ? `이 파일의 소리${codec === 'unknown' ? '' : `(${codec})`}는 여기서 읽을 수 없는 형식이라 화면만 써요.`
      : '이 파일의 소리 트랙은 비어 있어서 화면만 써요.',
  'video-reencoded': (values) => `${whyRecoded(values)} 화면을 ${again(values)} 다시 압축했어요.`,
  'sound-padded': ({ seconds }) => `소리가 화면보다 ${fixed(seconds)}초 짧아서 끝에 무음을 넣었어요.`,
  'sound-cut': ({ seconds }) => `소리가 화면보다 ${fixed(seconds)}초 길어서 끝을 잘랐어요.`,
  'hits-joined': ({ count = 1 }) => `같은 때에 있는 타격 ${count}개를 하나로 합쳤어요.`,
  'hits-outside': ({ count = 1, seconds }) => `타격 ${count}개는 파일 길이(${fixed(seconds)}초)를 벗어나서 뺐어요.`,
  'hits-rate-assumed': ({ fps = 25 }) => `타임코드에 프레임 속도가 적혀 있지 않아서 초당 ${fps}프레임으로 읽었어요.`,
  'plan-silent': () => '소리가 무음이에요. 들리는 것이 없어요.',
  'plan-no-sound': () => '이 클립에는 소리가 없어요.',
  'plan-too-large': () => '영상이 1GB보다 커서 브라우저가 다시 쓸 수 없어요.',
  'plan-video-reencoded': (values) => `${whyRecoded(values)} 화면을 ${again(values)} 다시 압축해요.`,
  'plan-sound-padded': ({ seconds }) => `소리가 화면보다 ${fixed(seconds)}초 짧아서 끝에 무음이 들어가요.`,
  'plan-recipe-short': ({ kept, made }) =>
    `파일에 담기는 레시피에는 ${made === undefined ? '구간 중 일부만' : `구간 ${made}개 중 앞의 ${kept}개만`} 들어가요. 소리에는 모두 들어 있어요.`,
  'plan-recipe-hits': ({ kept, made }) =>
    `파일에 담기는 레시피에는 ${made === undefined ? '타격과 음량 점 중 일부만' : `타격과 음량 점 ${made}개 중 앞의 ${kept}개만`} 들어가요. 소리에는 모두 들어 있어요. 모두 남기려면 타격을 따로 파일로 내보내세요.`,
  'plan-sound-cut': ({ seconds }) => `소리가 화면보다 ${fixed(seconds)}초 길어서 끝이 잘려요.`,
};

function named(variant: string | number | undefined): string {
  return variantName('ko', String(variant ?? '?'));
}

function whyRecoded({ reason, codec, container }: Values): string {
  if (reason === 'cut') return '자른 곳이 키 프레임에서 시작하지 않아서';
  if (reason === 'order') return '원본 파일에 화면이 나오는 순서가 적혀 있지 않아서';
  const name = container ?? 'MP4';
  if (reason === 'turned') return `${name}에는 화면이 돌아가 있다는 표시를 담을 수 없어서`;
  return `${name}에 원래의 영상 압축 방식(${codec ?? '?'})을 담을 수 없어서`;
}

function again({ again: codec }: Values): string {
  return codec === 'VP8' ? 'VP8로' : 'H.264로';
}

export function noticeText(language: Language, notice: Notice): string {
  return language === 'en' ? notice.message : korean[notice.code](notice.values ?? {});
}

function fixed(seconds: string | number | undefined): string {
  return Number(seconds ?? 0).toFixed(1);
}
