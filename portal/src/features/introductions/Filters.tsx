import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Checkbox, Select, TextField } from '@/ui/Field'
import { SHOWN } from './board'
import type { BoardSearch } from './IntroductionsView'
import type { Contractor } from './sides'

interface Props {
  search: BoardSearch
  contractors: readonly Contractor[]
  onChange: (change: Partial<Record<keyof BoardSearch, unknown>>) => void
}

/** What of the board one looks at; it stands in the address. */
export function Filters({ search, contractors, onChange }: Props) {
  const { t } = useTranslation('introductions')
  const { me, may } = useStanding()
  const whose = [...me.partners, ...contractors]
  return (
    <search className="mb-5 flex flex-wrap items-end gap-3">
      <TextField
        label={t('filter.name')}
        type="search"
        className="min-w-[180px] flex-1 sm:max-w-[280px]"
        value={search.name ?? ''}
        onChange={(event) => onChange({ name: event.target.value || undefined })}
      />
      <Select
        label={t('filter.shown')}
        className="min-w-[150px]"
        value={search.shown ?? 'ACTIVE'}
        onChange={(event) =>
          onChange({ shown: event.target.value === 'ACTIVE' ? undefined : event.target.value })
        }
        options={SHOWN.map((value) => ({ value, label: t(`shown.${value}`) }))}
      />
      {whose.length > 1 && (
        <Select
          label={t('filter.whom')}
          className="min-w-[170px]"
          value={search.whom ?? ''}
          onChange={(event) => onChange({ whom: event.target.value || undefined })}
          options={[
            { value: '', label: t('filter.all') },
            ...whose.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      {!may('MANAGE_ONBOARDING') && (
        <div className="flex h-10 items-center">
          <Checkbox
            label={t('filter.mine')}
            checked={search.mine ?? false}
            onChange={(event) => onChange({ mine: event.target.checked || undefined })}
          />
        </div>
      )}
    </search>
  )
}
