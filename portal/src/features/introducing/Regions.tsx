import { useTranslation } from 'react-i18next'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import { Select } from '@/ui/Field'
import { Icon } from '@/ui/Icon'

interface Props {
  chosen: readonly string[]
  error?: string | undefined
  onChange: (chosen: string[]) => void
}

/** Countries one serves: chosen from a list, each taken away by a press. */
export function Regions({ chosen, error, onChange }: Props) {
  const { t, i18n } = useTranslation('introducing')
  const { t: common } = useTranslation()
  const { region } = useFormats()
  const nameOf = (code: string) =>
    code.includes('-') ? `${region(code.slice(0, 2))} (${code})` : region(code)
  const rest = COUNTRIES.filter((code) => !chosen.includes(code))
    .map((value) => ({ value, label: region(value) }))
    .sort((one, other) => one.label.localeCompare(other.label, i18n.language))
  return (
    <div className="grid gap-2.5">
      <Select
        className="sm:max-w-[320px]"
        label={t('regions')}
        hint={t('asPartner')}
        error={error}
        value=""
        onChange={(event) => onChange([...chosen, event.target.value])}
        options={[{ value: '', label: t('addRegion') }, ...rest]}
      />
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {chosen.map((code) => (
            <li key={code}>
              <button
                type="button"
                aria-label={`${common('act.remove')}: ${nameOf(code)}`}
                onClick={() => onChange(chosen.filter((each) => each !== code))}
                className="inline-flex items-center gap-1.5 rounded-full border border-brand bg-brand-soft py-1.5 pr-2.5 pl-3.5 text-[14px] font-semibold text-link hover:border-link"
              >
                {nameOf(code)}
                <Icon name="close" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
