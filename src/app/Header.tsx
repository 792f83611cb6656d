import { commandsText } from '../text/commands.ts';
import { LANGUAGES, type Language } from '../text/language.ts';
import { pageText } from '../text/page.ts';
import { useCommand } from './commands/use-command.ts';
import { HistoryIcon, KeyboardIcon, MoonIcon, ShieldIcon, SunIcon, SystemIcon } from './parts/icons.tsx';
import { setLanguage, useLanguage, useTexts } from './page/language.ts';
import { useTheme } from './page/theme.ts';

export function Header() {
  const t = useTexts(pageText);
  return (
    <header className="page-head">
      <Brand />
      <div className="page-tools">
        <p className="privacy">
          <ShieldIcon />
          <span>{t.privacyShort}</span>
        </p>
        <HistoryButton />
        <LanguageSwitch />
        <ThemeButton />
        <ShortcutsButton />
      </div>
    </header>
  );
}

/** The name leads back to the first screen, where the samples are; what was made stays in the history. */
function Brand() {
  const t = useTexts(pageText);
  const { disabled, onClick } = useCommand('file.close');
  return (
    <a
      className="brand"
      href={`${import.meta.env.BASE_URL}${window.location.search}`}
      title={t.toStart}
      onClick={(event) => {
        // In another tab or window it is a page of its own.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (!disabled) onClick();
      }}
    >
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="36" height="36" />
      <div>
        <h1>AV-Link Studio</h1>
        <p className="tagline">{t.tagline}</p>
      </div>
    </a>
  );
}

/** Each language in its own words: whoever needs the switch cannot read the others. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

function LanguageSwitch() {
  const t = useTexts(pageText);
  const language = useLanguage();
  return (
    <div className="segmented languages" role="group" aria-label={t.language}>
      {LANGUAGES.map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          aria-pressed={choice === language}
          onClick={() => setLanguage(choice)}
        >
          {NAMES[choice]}
        </button>
      ))}
    </div>
  );
}

function HistoryButton() {
  const t = useTexts(pageText);
  return (
    <button {...useCommand('page.history')} className="button small history-button" aria-label={t.history}>
      <HistoryIcon />
      <span aria-hidden="true">{t.history}</span>
    </button>
  );
}

function ThemeButton() {
  const t = useTexts(commandsText);
  const theme = useTheme();
  const Icon = { system: SystemIcon, light: SunIcon, dark: MoonIcon }[theme];
  const name = { system: t.themeSystem, light: t.themeLight, dark: t.themeDark }[theme];
  return (
    <button {...useCommand('page.theme')} className="icon-button" aria-label={name}>
      <Icon />
    </button>
  );
}

function ShortcutsButton() {
  const t = useTexts(commandsText);
  return (
    <button {...useCommand('page.shortcuts')} className="icon-button shortcuts-button" aria-label={t.shortcuts}>
      <KeyboardIcon />
    </button>
  );
}
