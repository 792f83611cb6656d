import { useEffect, useId, useState, type ReactNode } from 'react';
import { packNeed, type Need } from '../../model/bytes-to-fetch.ts';
import { readVariant, type KnownPack } from '../../model/pack-index.ts';
import { AUTOMATIC, chooseVariant, type Variant } from '../../model/variants.ts';
import { lossOf } from '../../state/settings/variant-loss.ts';
import { variantName, variantsText } from '../../text/variants.ts';
import { formatBytes, formatNumber } from '../page/format.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { pageLoad, rememberVariant } from '../page/variant.ts';

/** Which variant of the pack is used: what each has still to fetch here, and what it loses. */
export function VariantField({ pack }: { readonly pack: KnownPack }) {
  const t = useTexts(variantsText);
  const language = useLanguage();
  const studio = useStudio();
  const choice = useStudioState((state) => state.variant);
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  const needs = useNeeds(pack);
  const { variants, backend } = pack;
  if (variants.length < 2) return null;
  const unasked = chooseVariant(variants, AUTOMATIC, backend);
  // An address or an earlier visit may name a variant that is not there: then what is used instead is chosen.
  const chosen = variants.some(({ id }) => id === choice) ? choice : AUTOMATIC;

  const choose = (id: string) => {
    studio.setVariant(id);
    rememberVariant(id);
  };
  return (
    <fieldset className="variants" disabled={busy}>
      <legend>{t.model}</legend>
      <Option checked={chosen === AUTOMATIC} name={t.automatic} onChoose={() => choose(AUTOMATIC)}>
        {unasked && t.automaticNow(variantName(language, unasked.id))}
      </Option>
      {variants.map((variant) => {
        const need = needs.get(variant.id);
        const fits = variant.backends.includes(backend);
        return (
          <Option
            key={variant.id}
            checked={chosen === variant.id}
            disabled={!fits}
            name={variantName(language, variant.id)}
            size={need && (need.missing === 0 ? t.here : t.toFetch(formatBytes(need.missing)))}
            onChoose={() => choose(variant.id)}
          >
            {fits ? <About variant={variant} isDefault={variant === variants[0]} /> : t.unfit}
          </Option>
        );
      })}
    </fieldset>
  );
}

interface OptionProps {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly name: string;
  readonly size?: string | undefined;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

function Option({ checked, disabled = false, name, size, onChoose, children }: OptionProps) {
  const id = useId();
  return (
    <label className="variant" data-disabled={disabled}>
      <input
        type="radio"
        name="variant"
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-size ${id}-about`}
      />
      <span id={`${id}-name`} className="variant-name">
        {name}
      </span>
      <span id={`${id}-size`} className="variant-size">
        {size}
      </span>
      <span id={`${id}-about`} className="variant-about">
        {children}
      </span>
    </label>
  );
}

function About({ variant, isDefault }: { readonly variant: Variant; readonly isDefault: boolean }) {
  const t = useTexts(variantsText);
  const loss = lossOf(variant);
  const figure = (value: number) => formatNumber(value, 2);
  const what = variant.id === 'light' ? t.aboutLight : variant.id === 'processor' ? t.aboutProcessor : '';
  if (!loss) return isDefault ? what : `${what} ${t.notMeasured}`;
  if (isDefault) return t.reference(figure(loss.own));
  return `${what} ${(loss.real ? t.loss : t.noLoss)(figure(loss.own), figure(loss.standard))}`;
}

const base = () => new URL(import.meta.env.BASE_URL, window.location.href).href;

/** What is still to be fetched for each variant, by id; looked at again after every generation. */
function useNeeds(pack: KnownPack): ReadonlyMap<string, Need> {
  const [needs, setNeeds] = useState<ReadonlyMap<string, Need>>(new Map());
  const working = useStudioState((state) => state.job.phase !== 'idle');
  useEffect(() => {
    if (working) return;
    const abort = new AbortController();
    const { signal } = abort;
    for (const variant of pack.variants) {
      void needOf(signal, pack, variant).then(
        (need) => {
          if (!signal.aborted) setNeeds((before) => new Map(before).set(variant.id, need));
        },
        // Choosing it will say what is wrong with it; the size alone is not worth a message.
        () => undefined,
      );
    }
    return () => abort.abort();
  }, [pack, working]);
  return needs;
}

async function needOf(signal: AbortSignal, pack: KnownPack, variant: Variant): Promise<Need> {
  if (variant.id === pack.variant) return packNeed(pack.manifest);
  return packNeed((await readVariant(pageLoad(base()).packUrl, variant, { signal })).manifest);
}
