import { useState } from 'react'
import { LANGUAGE_NAMES, LOCALES, type Locale } from '@/i18n/i18n'
import { TextArea } from './Field'
import { Icon } from './Icon'
import { Tabs } from './Tabs'

interface Props {
  label: string
  /** What one text is called: `In Italian`. */
  textLabel: (locale: Locale) => string
  /** Says that a language has its text. */
  writtenLabel: string
  first: Locale
  texts: Readonly<Record<string, string>>
  error?: string | undefined
  onChange: (texts: Record<string, string>) => void
}

/** One text in five languages, one at a time. */
export function Texts({ label, textLabel, writtenLabel, first, texts, error, onChange }: Props) {
  const [chosen, setChosen] = useState(first)
  return (
    <div>
      <p className="mb-1 text-[13px] font-semibold">{label}</p>
      <Tabs
        label={label}
        tabs={LOCALES.map((locale) => ({
          key: locale,
          label: (
            <span className="inline-flex items-center gap-1.5 text-[13px]">
              {LANGUAGE_NAMES[locale]}
              {texts[locale]?.trim() && (
                <>
                  <Icon name="check" className="size-3.5 text-good" />
                  <span className="sr-only">{writtenLabel}</span>
                </>
              )}
            </span>
          ),
        }))}
        chosen={chosen}
        onChoose={setChosen}
      >
        <TextArea
          key={chosen}
          rows={7}
          lang={chosen}
          maxLength={5000}
          label={textLabel(chosen)}
          value={texts[chosen] ?? ''}
          onChange={(event) => onChange({ ...texts, [chosen]: event.target.value })}
          error={error}
        />
      </Tabs>
    </div>
  )
}
