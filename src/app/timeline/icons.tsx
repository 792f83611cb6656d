/** Signs of the timeline's buttons. */
import { Icon } from '../parts/icons.tsx';

export const ZoomInSign = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const ZoomOutSign = () => (
  <Icon>
    <path d="M5 12h14" />
  </Icon>
);

export const ZoomFitSign = () => (
  <Icon>
    <path d="M4 5v14M20 5v14M8 12h8M8 12l2.500-2.500M8 12l2.500 2.500M16 12l-2.500-2.500M16 12l-2.500 2.500" />
  </Icon>
);

export const LoopSign = () => (
  <Icon>
    <path d="M17 3.500 20 6.500l-3 3M20 6.500H8a4 4 0 0 0-4 4v1M7 20.500l-3-3 3-3M4 17.500h12a4 4 0 0 0 4-4v-1" />
  </Icon>
);

export const MarkInSign = () => (
  <Icon>
    <path d="M9 4H5v16h4M11 12h9M16 8l4 4-4 4" />
  </Icon>
);

export const MarkOutSign = () => (
  <Icon>
    <path d="M15 4h4v16h-4M4 12h9M9 8l4 4-4 4" />
  </Icon>
);

export const UndoSign = () => (
  <Icon>
    <path d="M8.500 5 4.500 9l4 4M5 9h9a5 5 0 0 1 0 10h-4" />
  </Icon>
);

export const RedoSign = () => (
  <Icon>
    <path d="M15.500 5l4 4-4 4M19 9h-9a5 5 0 0 0 0 10h4" />
  </Icon>
);
