import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { LANGUAGE_NAMES, LOCALES, type Locale } from '@/i18n/i18n'
import { TextArea } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Tabs } from '@/ui/Tabs'

interface Props {
  texts: Readonly<Record<string, string>>
  error: string | undefined
  onChange: (texts: Record<string, string>) => void
}

/** One text in five languages, one at a time. */
export function Descriptions({ texts, error, onChange }: Props) {
  const { t, i18n } = useTranslation('onboarding')
  const { language } = useFormats()
  const [chosen, setChosen] = useState<Locale>(i18n.language as Locale)
  return (
    <div>
      <p className="mb-1 text-[13px] font-semibold">{t('profile.descriptions')}</p>
      <Tabs
        label={t('profile.descriptions')}
        tabs={LOCALES.map((locale) => ({
          key: locale,
          label: (
            <span className="inline-flex items-center gap-1.5 text-[13px]">
              {LANGUAGE_NAMES[locale]}
              {texts[locale]?.trim() && (
                <>
                  <Icon name="check" className="size-3.5 text-good" />
                  <span className="sr-only">{t('profile.written')}</span>
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
          label={t('profile.description', { language: language(chosen) })}
          value={texts[chosen] ?? ''}
          onChange={(event) => onChange({ ...texts, [chosen]: event.target.value })}
          error={error}
        />
      </Tabs>
    </div>
  )
}
