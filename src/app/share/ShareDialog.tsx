import { useCallback, useId, useState } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { AppError } from '../../errors.ts';
import { hostingFrom, type Hosting } from '../../share/hosted/hosting.ts';
import { hostedUrl } from '../../share/hosted/link.ts';
import { upload } from '../../share/hosted/store.ts';
import { MAX_TITLE } from '../../share/types.ts';
import type { Tier } from '../../share/tiers.ts';
import { linkTo } from '../../state/start/page-address.ts';
import { linkTitle } from '../../state/share/links-ahead.ts';
import { wholeRecipe } from '../../state/share/sharing.ts';
import type { Take } from '../../state/take.ts';
import { shareText } from '../../text/share.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import type { FileMaker } from './FileShare.tsx';
import type { SoundMaker } from './pack-sound.ts';
import { HostedUpload } from './HostedUpload.tsx';
import { PartField } from './PartField.tsx';
import { SharePanel } from './SharePanel.tsx';

interface ShareDialogProps {
  readonly take: Take;
  /** The marked part of the timeline, which the link can hold. */
  readonly marked: TimeSpan | undefined;
  readonly onClose: () => void;
}

/** Makes links of the take on the stage. */
export default function ShareDialog({ take, marked, onClose }: ShareDialogProps) {
  const t = useTexts(shareText);
  const studio = useStudio();
  const [title, setTitle] = useState(() => linkTitle(take));
  // The whole result, or where most happens in it: what was marked for an edit is not meant by that.
  const [chosen, setChosen] = useState<TimeSpan>();
  const part = studio.sharedPart(take, chosen);
  const isWhole = chosen === undefined && part.end - part.start >= take.recipe.duration - 0.01;

  const make = useCallback(
    (signal: AbortSignal, tier: Tier, onProgress: (fraction: number) => void) =>
      studio.makeLink(signal, take.id, { tier, title, part: chosen }, onProgress),
    [studio, take.id, title, chosen],
  );
  const makeSound = useCallback<SoundMaker>((signal, share) => studio.hearLink(signal, share), [studio]);
  const makeFile = useCallback<FileMaker>(
    async (signal) => {
      signal.addEventListener('abort', () => studio.cancelExport(), { once: true });
      const outcome = await studio.exportTake(take.id);
      if (outcome.status === 'failed') throw AppError.fromData(outcome.error);
      if (outcome.status === 'cancelled') throw new DOMException('The export was stopped.', 'AbortError');
      const blob = studio.blobs.get(outcome.file.blob);
      return new File([blob], outcome.file.name, { type: blob.type });
    },
    [studio, take.id],
  );

  const uploadTo = (hosting: Hosting) => async (signal: AbortSignal, onFraction: (fraction: number) => void) => {
    const file = await makeFile(signal);
    const mp4 = new Uint8Array(await file.arrayBuffer());
    const result = { title, recipe: wholeRecipe(take), mp4 };
    return hostedUrl(pageAt(''), await upload(signal, hosting, result, onFraction));
  };

  return (
    <Dialog title={t.title} onClose={onClose} className="share-dialog">
      <TitleField title={title} onChange={setTitle} />
      {(!isWhole || marked) && (
        <PartField
          part={part}
          whole={wholeOf(take)}
          chosen={chosen !== undefined}
          marked={marked}
          onChange={setChosen}
        />
      )}
      <SharePanel make={make} makeSound={makeSound} makeFile={makeFile} embedPage={pageAt('embed.html')}>
        {hosting && <HostedUpload hosting={hosting} upload={uploadTo(hosting)} />}
      </SharePanel>
    </Dialog>
  );
}

/** On the clock of its file. */
function wholeOf({ media, recipe }: Take): TimeSpan {
  const start = media.task === 'v2a' ? (recipe.trim?.start ?? 0) : 0;
  return { start, end: start + recipe.duration };
}

/** Making a link takes seconds: the title counts once it is finished. */
function TitleField({ title, onChange }: { readonly title: string; readonly onChange: (title: string) => void }) {
  const t = useTexts(shareText);
  const id = useId();
  const [text, setText] = useState(title);
  const commit = () => onChange(text.trim());
  return (
    <div className="share-title">
      <label htmlFor={id}>{t.titleField}</label>
      <input
        id={id}
        value={text}
        maxLength={MAX_TITLE}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </div>
  );
}

const hosting = hostingFrom(import.meta.env);

/** A page of the app, for links to it. */
function pageAt(file: string): string {
  const page = new URL(`${import.meta.env.BASE_URL}${file}`, window.location.href);
  return linkTo(page.origin + page.pathname, window.location.search);
}
