import type { ReactNode } from 'react';
import { timelineText } from '../../text/timeline.ts';
import { useTexts } from '../page/language.ts';
import type { Tool } from './gestures.ts';
import { LoopSign, MarkInSign, MarkOutSign, ZoomFitSign, ZoomInSign, ZoomOutSign } from './icons.tsx';
import type { TimelineHandle } from './types.ts';

interface ToolbarProps {
  readonly handle: TimelineHandle;
  readonly tool: Tool;
  readonly loop: boolean;
  /** Left out, there is no choice of tools: the sound cannot be moved. */
  readonly onTool?: ((tool: Tool) => void) | undefined;
  readonly onLoop?: ((loop: boolean) => void) | undefined;
  readonly canMark: boolean;
  /** Stands before the zoom. */
  readonly children?: ReactNode;
}

export function Toolbar({ handle, tool, loop, onTool, onLoop, canMark, children }: ToolbarProps) {
  const t = useTexts(timelineText);
  const button = (label: string, sign: ReactNode, onClick: () => void) => (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
      {sign}
    </button>
  );
  return (
    <div className="timeline-tools">
      {onTool && (
        <div className="timeline-choice" role="group" aria-label={t.tools}>
          {(['select', 'move'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={tool === name} onClick={() => onTool(name)}>
              {t[name]}
            </button>
          ))}
        </div>
      )}
      {canMark && button(t.markIn, <MarkInSign />, () => handle.markIn())}
      {canMark && button(t.markOut, <MarkOutSign />, () => handle.markOut())}
      {onLoop && (
        <button
          type="button"
          className="timeline-loop"
          aria-label={t.loop}
          aria-pressed={loop}
          onClick={() => onLoop(!loop)}
        >
          <LoopSign /> <span>{t.loop}</span>
        </button>
      )}
      {children}
      <span className="timeline-zoom">
        {button(t.zoomOut, <ZoomOutSign />, () => handle.zoomOut())}
        {button(t.zoomFit, <ZoomFitSign />, () => handle.zoomFit())}
        {button(t.zoomIn, <ZoomInSign />, () => handle.zoomIn())}
      </span>
    </div>
  );
}
