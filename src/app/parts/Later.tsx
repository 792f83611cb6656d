import { Component, Suspense, type ReactNode } from 'react';
import { pageText } from '../../text/page.ts';
import { useTexts } from '../page/language.ts';
import { AlertIcon } from './icons.tsx';

interface LaterProps {
  readonly children: ReactNode;
  /** Shown while it comes; nothing without. */
  readonly meanwhile?: ReactNode;
}

/** Holds what is fetched when it is first shown; a word if it does not come. */
export class Later extends Component<LaterProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Missing /> : <Suspense fallback={this.props.meanwhile}>{this.props.children}</Suspense>;
  }
}

function Missing() {
  const t = useTexts(pageText);
  return (
    <div className="notice failure" role="alert" data-code="part-missing">
      <AlertIcon />
      <div>
        <p className="notice-title">{t.partMissing}</p>
        <p>{t.partMissingHelp}</p>
      </div>
      <button type="button" className="button small" onClick={() => window.location.reload()}>
        {t.reload}
      </button>
    </div>
  );
}
