import { useId, useState, type ReactNode } from 'react';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value a text stands for, or undefined while it stands for none. */
  readonly parse: (text: string) => number | undefined;
  readonly onChange: (value: number) => void;
  readonly help?: string;
  readonly children?: ReactNode;
}

/** A number that may be half-typed: the text is kept while it is edited, the last good value counts. */
export function NumberField({ label, value, min, max, step, parse, onChange, help, children }: NumberFieldProps) {
  const id = useId();
  const [text, setText] = useState<string>();
  const invalid = text !== undefined && parse(text) === undefined;
  return (
    <div className="field number-field">
      <label htmlFor={id}>{label}</label>
      <div className="field-row">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min={min}
          max={max}
          step={step}
          value={text ?? String(value)}
          aria-invalid={invalid}
          aria-describedby={help ? `${id}-help` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            const parsed = parse(event.target.value);
            if (parsed !== undefined) onChange(parsed);
          }}
          onBlur={() => setText(undefined)}
        />
        {children}
      </div>
      {help && (
        <p id={`${id}-help`} className="help">
          {help}
        </p>
      )}
    </div>
  );
}
