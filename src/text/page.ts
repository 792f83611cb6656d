/** The frame of the page: header, footer, messages beside the stage. */
import { texts } from './language.ts';

export const pageText = texts(
  {
    tagline: 'Sound for your video. A clip for your sound.',
    privacyShort: 'Runs on this device. Nothing is uploaded.',
    privacyLong:
      'Your files never leave this device: the page asks its own server for the app and the model, and sends nothing.',
    stage: 'Stage',
    settings: 'Settings',
    chooseMedia: 'Choose a video or a sound',
    dropAnywhere: 'Drop it anywhere',
    dismiss: 'Dismiss this message',
    severalFiles: 'Several files',
    whichFirst: (count: string) => `You added ${count} files. Open one, or process all?`,
    closeList: 'Close this list',
    allOfThem: 'All of them, one after the other',
    history: 'History',
    language: 'Language',
    updateReady: 'A new version of the app is ready.',
    updateHelp: 'Reload to use it. Download the takes that you want to keep first.',
    updateBusy: 'It can be loaded as soon as the present work is finished.',
    reload: 'Reload',
  },
  {
    tagline: '영상에는 소리를, 소리에는 영상을.',
    privacyShort: '이 기기에서 실행돼요. 아무것도 업로드하지 않아요.',
    privacyLong:
      '파일은 이 기기를 벗어나지 않아요. 페이지는 앱과 모델을 자기 서버에서 받아 오기만 하고 아무것도 보내지 않아요.',
    stage: '작업 화면',
    settings: '설정',
    chooseMedia: '영상이나 소리 고르기',
    dropAnywhere: '아무 데나 놓으세요',
    dismiss: '이 메시지 닫기',
    severalFiles: '여러 파일',
    whichFirst: (count) => `한 번에 한 파일만 열 수 있어요. 가져온 ${count}개 중 무엇부터 열까요?`,
    closeList: '이 목록 닫기',
    allOfThem: '차례로 모두 만들기',
    history: '보관함',
    language: '언어',
    updateReady: '앱의 새 버전이 준비됐어요.',
    updateHelp: '새로고침하면 쓸 수 있어요. 간직할 테이크는 먼저 내려받아 주세요.',
    updateBusy: '지금 하는 작업이 끝나면 불러올 수 있어요.',
    reload: '새로고침',
  },
);
