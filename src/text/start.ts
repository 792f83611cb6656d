/** The first screen: what the app does, where files go, what there is to try. */
import { texts } from './language.ts';

export const startText = texts(
  {
    dropTitle: 'Drop a video or a sound',
    dropHelp: 'A video gets sound that follows its movement; a sound gets a clip that moves with it.',
    chooseFile: 'Choose a file',
    formats: 'MP4, MOV, WebM, MKV, AVI · WAV, MP3, M4A, FLAC, OGG · up to 10 minutes',
    trySamples: 'Or try one of these',
    video: 'Video',
    sound: 'Sound',
  },
  {
    dropTitle: '영상이나 소리를 놓으세요',
    dropHelp: '영상에는 움직임을 따라가는 소리를, 소리에는 함께 움직이는 영상을 만들어 드려요.',
    chooseFile: '파일 고르기',
    formats: 'MP4, MOV, WebM, MKV, AVI · WAV, MP3, M4A, FLAC, OGG · 최대 10분',
    trySamples: '아니면 예시로 시작해 보세요',
    video: '영상',
    sound: '소리',
  },
);
