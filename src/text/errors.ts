/**
 * Errors in words. English is written where an error is made and names what went wrong there; here is what the other
 * languages say, by code, with the facts that an error carries in `values`.
 */
import type { ErrorCode, ErrorData, Values } from '../errors.ts';
import type { GpuObstacle } from '../model/capability.ts';
import type { Language } from './language.ts';

export interface ErrorText {
  readonly message: string;
  readonly remedy: string;
}

/** What an AppError and its plain data share. */
type SpokenError = Pick<ErrorData, 'code' | 'message' | 'remedy'> & { readonly values?: Values | undefined };

/** `original` is the English message: shown only where an error is about the app's own inside. */
type Words = (values: Values, original: string) => readonly [message: string, remedy: string];

const CONVERT = '다시 시도해 보세요. 같은 파일에서 또 생기면 먼저 H.264(MP4)로 변환해 주세요.';
const TRY_AGAIN = '다시 시도해 보세요. 계속되면 페이지를 새로고침해 주세요.';
const CHOOSE_MEDIA = '영상(MP4, MOV, WebM, MKV, AVI)이나 소리(WAV, MP3, M4A, FLAC, OGG) 파일을 골라 주세요.';
const COPY_AGAIN = '파일을 다시 복사하거나 내려받거나, 만든 앱에서 한 번 더 내보내 주세요.';

const HITS_FORMATS = 'Audacity 라벨, CSV, MIDI, FCPXML, EDL을 쓸 수 있어요.';

const MICROPHONE_BUSY = ['마이크를 열 수 없어요.', '마이크를 쓰는 다른 프로그램을 닫고 다시 녹음해 주세요.'] as const;
const MICROPHONE: Readonly<Record<string, readonly [string, string]>> = {
  denied: ['이 페이지의 마이크 사용이 막혀 있어요.', '주소창에서 허용한 뒤 다시 녹음해 주세요.'],
  missing: ['마이크가 없어요.', '마이크를 연결하거나 손으로 두드려 주세요.'],
  unsupported: ['여기서는 마이크를 쓸 수 없어요.', 'HTTPS로 열거나 손으로 두드려 주세요.'],
  silent: ['마이크에서 아무 소리도 들어오지 않아요.', '음소거나 다른 마이크가 아닌지 확인하고 다시 녹음해 주세요.'],
  nothing: ['녹음에서 타격이 들리지 않아요.', '마이크 가까이에서 손뼉을 치고 다시 녹음해 주세요.'],
};

export const korean: Readonly<Record<ErrorCode, Words>> = {
  'not-media': ({ variant }) => [
    variant === 'picture'
      ? '이 파일은 정지 사진이에요. 영상이나 소리가 아니에요.'
      : '읽을 수 있는 영상이나 소리 파일이 아니에요.',
    CHOOSE_MEDIA,
  ],
  'empty-file': () => ['빈 파일이에요 (0바이트).', '다른 파일을 고르거나, 원본에서 다시 복사해 주세요.'],
  truncated: ({ variant }) => {
    if (variant === 'gone') {
      return ['파일을 더는 읽을 수 없어요. 바뀌었거나 옮겨졌거나 지워졌어요.', '파일을 다시 골라 주세요.'];
    }
    if (variant === 'zip') {
      return ['ZIP 파일이 끝까지 쓰이지 않았어요.', '다시 시도하거나 파일을 하나씩 내려받아 주세요.'];
    }
    if (variant === 'damaged') return ['파일이 손상되어 끝까지 읽을 수 없었어요.', COPY_AGAIN];
    return ['파일이 중간에 끊겼거나 손상되었어요. 표시된 길이보다 훨씬 적게 재생돼요.', COPY_AGAIN];
  },
  'no-video-track': ({ variant }) =>
    variant === 'task'
      ? [
          '이 파일에는 화면이 없어요. 소리는 화면을 보고 만들어요.',
          '“소리를 영상으로”로 바꾸거나 영상 파일을 골라 주세요.',
        ]
      : ['이 파일에는 화면이 없어요.', '영상 트랙이 있는 파일을 골라 주세요.'],
  'no-audio-track': ({ variant }) =>
    variant === 'task'
      ? [
          '이 영상에는 소리가 없어요. 영상은 소리를 듣고 만들어요.',
          '“영상을 소리로”로 바꾸거나 소리가 있는 파일을 골라 주세요.',
        ]
      : ['이 파일에는 소리가 없어요.', '소리 트랙이 있는 파일을 골라 주세요.'],
  'zero-length': ({ variant }) => {
    if (variant === 'range') return ['표시한 구간에 길이가 없어요.', '더 긴 구간을 표시해 주세요.'];
    if (variant === 'sound') return ['소리에 길이가 없어요.', '소리를 다시 만들어 주세요.'];
    return ['재생 길이가 0초인 파일이에요.', '적어도 한 장면 이상 되는 파일을 골라 주세요.'];
  },
  'too-long': () => ['파일이 10분보다 길어요.', '영상 편집 앱에서 10분 이하로 잘라 주세요.'],
  'unsupported-codec': ({ codec }) => [
    codec === undefined
      ? '이 앱이 읽을 수 없는 방식으로 압축된 파일이에요.'
      : `${codec} 방식으로 압축된 파일이라 이 앱이 읽을 수 없어요.`,
    '영상 변환 앱으로 H.264(MP4)로 바꾼 뒤 다시 시도해 주세요.',
  ],
  'too-many-hits': ({ most = 10_000 }) => [
    `타격이 너무 많아요. 타임라인에는 ${most}개까지 넣을 수 있어요.`,
    '타격 수를 줄이거나 더 짧은 구간을 고르세요.',
  ],
  'too-large': () => [
    '영상이 1GB보다 커서 브라우저가 다시 쓸 수 없어요.',
    '소리만 저장해 영상 편집 앱에서 합치거나, 더 작은 영상을 써 주세요.',
  ],

  'pack-missing': ({ file }) => [
    `모델 파일${named(file)}이 서버에 없어요.`,
    '앱을 올린 사람이 모델 파일도 함께 올려야 해요.',
  ],
  'pack-invalid': ({ detail }, original) => [
    `모델 파일이 올바르지 않아요. (${detail ?? original})`,
    '모델 파일이 이 버전의 앱과 맞지 않아요. 페이지를 새로고침하거나 모델을 다시 내보내 주세요.',
  ],
  'pack-html': ({ file }) => [
    `모델 파일${named(file)} 대신 웹 페이지가 왔어요.`,
    '서버에 모델이 없거나 로그인 페이지가 가로막고 있어요. 연결을 확인하고 새로고침해 주세요.',
  ],
  'pack-hash': ({ file }) => [
    `모델 파일${named(file)}이 손상된 채로 도착했어요. 검사값이 맞지 않아요.`,
    '페이지를 새로고침해 주세요. 계속되면 서버의 파일들이 서로 다른 모델의 것이에요.',
  ],
  'pack-network': ({ file }) => [
    `모델 파일${named(file)}을 내려받지 못했어요.`,
    '연결을 확인하고 다시 시도해 주세요. 이미 받은 것은 남아 있어요.',
  ],
  'timing-missing': () => [
    '이 모델은 화면에서 타이밍을 읽거나 타이밍대로 소리를 낼 수 없어요.',
    '타이밍 없이 만들거나 다른 모델을 써 주세요.',
  ],

  'hits-unreadable': ({ variant, program, line, text, columns = '?', format = '', megabytes }) => {
    if (variant === 'foreign') return [`${foreignProgram(program)} 파일이라 여기서 읽을 수 없어요.`, HITS_FORMATS];
    if (variant === 'line') {
      return [
        `${line}번째 줄이 시간으로 시작하지 않아요: “${text}”`,
        '그 줄을 고치거나 지워 주세요. 시간은 1.25처럼 초로, 또는 0:01.25처럼 적어요.',
      ];
    }
    if (variant === 'columns') {
      return [
        `표에 시간 열이 없어요. 있는 열: ${columns}`,
        '시간 열의 이름을 “time”, 세기 열의 이름을 “strength”로 해 주세요.',
      ];
    }
    if (variant === 'damaged') return [`${format} 파일이 손상되었거나 중간에 끊겼어요.`, '한 번 더 내보내 주세요.'];
    if (variant === 'too-large')
      return [`${megabytes}MB보다 커서 타격 파일이 아니에요.`, '더 작은 파일을 골라 주세요.'];
    return ['타격이 담긴 파일이 아니에요. 텍스트도 MIDI도 아니에요.', HITS_FORMATS];
  },
  'hits-alone': ({ name = '파일', count = 1 }) => [
    count === 1
      ? `${name}의 타격에 맞는 영상이 없어요.`
      : `타격 파일 ${count}개에 맞는 영상이 없어요. 첫 파일은 ${name}이에요.`,
    '영상과 함께 넣어 주세요. clip.hits.txt는 clip.mp4의 타격이에요.',
  ],
  microphone: ({ variant }) => MICROPHONE[String(variant)] ?? MICROPHONE_BUSY,
  'hits-none': ({ variant, count, seconds }) => {
    if (variant === 'outside') {
      return [
        `타격 ${count}개가 모두 파일 길이(${seconds}초)를 벗어나요.`,
        '이 파일의 타격이 맞는지, 0초부터 시작하는지 확인해 주세요.',
      ];
    }
    const missing: Readonly<Record<string, string>> = {
      empty: '빈 파일이에요.',
      notes: 'MIDI 파일에 음표가 없어요.',
      markers: '파일에 마커가 없어요.',
      labels: '파일에 라벨이 없어요.',
      rows: '표에 행이 없어요.',
      sound: '이 소리에서 타격이 들리지 않아요.',
    };
    return [missing[String(variant)] ?? '파일에 타격이 없어요.', '타격이 하나라도 있는 파일을 골라 주세요.'];
  },

  'no-webgpu': ({ reason, detail }) => [
    `여기서는 WebGPU를 쓸 수 없어요. ${gpuReason(reason, detail)}`,
    '자동 선택으로 바꾸거나 WebGPU를 지원하는 브라우저를 써 주세요.',
  ],
  'no-backend': () => ['이 브라우저에는 모델을 실행할 방법이 없어요.', '다른 브라우저를 써 보세요.'],
  'golden-failed': (_, original) => [
    `이 기기에서 모델이 잘못된 값을 계산해요. (${original})`,
    '다른 브라우저를 쓰거나 그래픽 드라이버를 업데이트해 주세요.',
  ],
  'out-of-memory': ({ variant, megabytes }) =>
    variant === 'pictures'
      ? [`이 길이의 영상에는 화면용으로 ${megabytes}MB가 필요한데 브라우저가 거절했어요.`, '더 짧은 소리를 써 주세요.']
      : ['메모리가 모자라요.', '다른 탭을 닫거나, 더 짧거나 작은(1080p 이하) 파일로 다시 시도해 주세요.'],
  'device-lost': () => [
    '모델이 실행되는 동안 그래픽 카드가 초기화되었어요.',
    '다시 시도하면 모델을 새로 불러와요. 자주 생기면 그래픽 카드를 쓰는 다른 탭을 닫아 주세요.',
  ],

  'storage-full': () => [
    '브라우저에 더 보관할 자리가 없어요.',
    '보관함에서 오래된 프로젝트를 지우거나 기기의 공간을 비운 뒤 다시 시도해 주세요.',
  ],
  'library-unavailable': ({ variant, detail }) =>
    variant === 'newer'
      ? ['다른 탭에 열린 새 버전의 앱이 보관함을 쓰고 있어요.', '이 페이지를 새로고침해 주세요.']
      : [
          `이 브라우저에서는 페이지가 아무것도 보관할 수 없어요.${detail === undefined ? '' : ` (${detail})`}`,
          '모든 기능은 쓸 수 있지만 페이지를 닫으면 남지 않으니, 필요한 것은 내려받아 주세요. 비공개 창에서는 보관이 막히는 경우가 많아요.',
        ],
  'library-gone': ({ variant, name }) =>
    variant === 'results'
      ? [
          `${name}에서 만든 결과가 브라우저에 남아 있지 않아요.`,
          '파일을 다시 추가해 주세요. 기기에 공간이 모자라면 브라우저가 보관한 것을 지우기도 해요.',
        ]
      : ['보관함에 더는 없어요.', '지워진 것이에요. 다른 탭에서 지웠을 수도 있어요.'],
  'library-unreadable': ({ variant, count, detail }) => {
    if (variant === 'newer') {
      return ['더 새로운 버전의 앱이 저장한 프로젝트예요.', '페이지를 새로고침하면 새 버전을 쓸 수 있어요.'];
    }
    if (variant === 'list') return [`지난 목록에서 파일 ${count}개를 다시 읽지 못했어요.`, '다시 추가해 주세요.'];
    return [
      `프로젝트가 손상되어 열 수 없어요.${detail === undefined ? '' : ` (${detail})`}`,
      '이 프로젝트는 지울 수 있고, 다른 것에는 영향이 없어요.',
    ];
  },
  'batch-elsewhere': () => [
    '다른 탭에서 이 파일 목록을 처리하고 있어요.',
    '그 탭에서 파일을 추가하거나, 그 탭을 닫고 다시 시도해 주세요.',
  ],
  'file-needed': ({ name }) => [
    name === undefined ? '파일을 다시 골라야 해요.' : `${name} 파일을 다시 골라야 해요.`,
    '파일을 다시 골라 주세요.',
  ],
  'keep-mismatch': () => [
    '이 테이크의 일부만 새로 만들 수 없어요. 만들 때 쓴 자료가 남아 있지 않아요.',
    '새 테이크를 만들어서 그것을 바꿔 주세요.',
  ],
  'link-damaged': () => [
    '링크가 손상되었어요. 오는 길에 글자가 바뀌었거나 이 앱의 링크가 아니에요.',
    '받은 곳에서 다시 복사하거나, 한 번 더 보내 달라고 해 주세요.',
  ],
  'link-truncated': ({ percent }) => [
    percent === undefined ? '링크가 중간에 잘렸어요.' : `링크가 중간에 잘렸어요. ${percent}%만 도착했어요.`,
    '긴 링크를 줄이는 메신저가 있어요. 더 짧은 “채팅” 링크나 메일로 보낸 링크를 부탁해 보세요.',
  ],
  'link-version': () => [
    '더 새로운 버전의 앱에서 만든 링크예요.',
    '페이지를 새로고침해 최신 버전을 받은 뒤 링크를 다시 열어 주세요.',
  ],
  'link-too-large': ({ variant }) =>
    variant === 'fit'
      ? ['이 결과는 이 크기의 링크에 담을 수 없어요.', '더 큰 링크를 고르거나 더 짧은 구간을 골라 주세요.']
      : ['링크에 담을 수 있는 것보다 큰 내용이 들어 있어요.', '믿을 수 없는 링크예요. 다시 보내 달라고 해 주세요.'],
  'link-gone': () => [
    '이 링크가 가리키는 결과는 이제 없어요. 보관한 결과는 며칠이 지나면 지워져요.',
    '새 링크를 부탁해 주세요.',
  ],
  'store-failed': ({ why }) => [
    why === undefined
      ? '큰 결과를 두는 저장소를 지금 쓸 수 없어요.'
      : `큰 결과를 두는 저장소를 지금 쓸 수 없어요(${why}).`,
    '연결을 확인하고 다시 시도하거나, 결과가 담긴 링크로 공유해 주세요.',
  ],
  'link-foreign-pack': () => [
    '이 링크의 소리에는 이 페이지와 다른 모델이 필요해요.',
    '모델이 필요 없는 “표준” 링크를 부탁하거나, 링크를 만든 페이지에서 열어 주세요.',
  ],

  cancelled: () => ['취소했어요.', ''],
  busy: () => ['지금 만드는 중이에요.', '끝날 때까지 기다리거나 Esc로 취소해 주세요.'],
  'no-source': () => ['아직 파일이 없어요.', '먼저 영상이나 소리를 놓아 주세요.'],
  'engine-crashed': ({ variant, count }) =>
    variant === 'page'
      ? [
          `이 파일을 처리하는 동안 페이지가 ${count}번 끝났어요.`,
          '메모리가 모자랄 수 있어요. 더 짧거나 작은 파일을 쓰거나 한 번 더 시도해 주세요.',
        ]
      : ['모델이 멈췄어요.', '다시 시도하면 모델을 새로 불러와요.'],
  'media-crashed': ({ variant }) => {
    if (variant === 'not-loaded') {
      return ['미디어 디코더를 불러오지 못했어요.', '연결을 확인하고 페이지를 새로고침해 주세요.'];
    }
    if (variant === 'stalled') {
      return ['미디어 디코더가 응답하지 않아서 다시 시작했어요.', CONVERT];
    }
    return [
      variant === 'empty-export' ? '내보낸 파일이 비어 있어요.' : '미디어 디코더가 갑자기 멈춰서 다시 시작했어요.',
      CONVERT,
    ];
  },
  internal: ({ variant, title, detail }, original) =>
    variant === 'sample'
      ? [`예시 “${title}”을(를) 불러오지 못했어요.`, '연결을 확인하거나 가지고 있는 파일을 써 주세요.']
      : [`앱 안에서 문제가 생겼어요. (${detail ?? original})`, TRY_AGAIN],
};

const REASONS: Readonly<Record<GpuObstacle, (detail: string) => string>> = {
  'no-webgpu': () => '이 브라우저에는 WebGPU가 없어요.',
  'no-adapter': () => 'WebGPU가 그래픽 카드를 찾지 못했어요.',
  'gpu-broken': () => 'WebGPU를 시작하지 못했어요.',
  'missing-features': (detail) => `그래픽 카드에 필요한 기능(${detail})이 없어요.`,
  'small-buffers': (detail) => `그래픽 카드가 허용하는 버퍼가 모델에 비해 작아요 (${detail}).`,
};

/** Why the graphics card is not used, as a Korean sentence. */
export function gpuReason(reason: string | number | undefined, detail: string | number = ''): string {
  return (REASONS[reason as GpuObstacle] ?? REASONS['gpu-broken'])(String(detail));
}

export function errorText(language: Language, error: SpokenError): ErrorText {
  if (language === 'en') return { message: error.message, remedy: error.remedy };
  const [message, remedy] = korean[error.code](error.values ?? {}, error.message);
  return { message, remedy };
}

function foreignProgram(program: string | number | undefined): string {
  return String(program ?? '')
    .replace('subtitles', '자막')
    .replace('another program', '다른 프로그램');
}

function named(file: string | number | undefined): string {
  return file === undefined ? '' : ` ${file}`;
}
