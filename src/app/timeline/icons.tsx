/** Signs of the timeline's buttons, drawn in the colour of the text around them. */
import type { ReactNode } from 'react';

function Sign({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      width="18"
      height="18"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {' '}
      {/* prettier-ignore */}
      {children}
    </svg>
  );
}

export const ZoomInSign = () => (
  <Sign>
    <path d="M12 5v14M5 12h14" />
  </Sign>
);

export const ZoomOutSign = () => (
  <Sign>
    <path d="M5 12h14" />
  </Sign>
);

export const ZoomFitSign = () => (
  <Sign>
    <path d="M4 5v14M20 5v14M8 12h8M8 12l2.500-2.500M8 12l2.500 2.500M16 12l-2.500-2.500M16 12l-2.500 2.500" />
  </Sign>
);

export const LoopSign = () => (
  <Sign>
    <path d="M17 3.500 20 6.500l-3 3M20 6.500H8a4 4 0 0 0-4 4v1M7 20.500l-3-3 3-3M4 17.500h12a4 4 0 0 0 4-4v-1" />
  </Sign>
);

export const MarkInSign = () => (
  <Sign>
    <path d="M9 4H5v16h4M11 12h9M16 8l4 4-4 4" />
  </Sign>
);

export const MarkOutSign = () => (
  <Sign>
    <path d="M15 4h4v16h-4M4 12h9M9 8l4 4-4 4" />
  </Sign>
);
