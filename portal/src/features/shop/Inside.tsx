import { useTranslation } from 'react-i18next'
import { Icon } from '@/ui/Icon'
import { KIND_ICONS } from './Cover'
import type { Shown } from './rules'

/** The items, each with who gives it. */
export function Inside({ shown }: { shown: Shown }) {
  const { t } = useTranslation('selling')
  return (
    <ul className="grid gap-3.5">
      {shown.items.map((item) => {
        const from = item.component?.partner ?? item.supplier
        return (
          <li key={`${item.kind}-${item.label}`} className="flex items-start gap-3.5">
            <span className="grid size-10 shrink-0 place-items-center rounded-control bg-brand-soft text-link">
              <Icon name={KIND_ICONS[item.kind]} className="size-[18px]" />
            </span>
            <div className="min-w-0">
              <p className="font-semibold">
                {item.quantity > 1 ? t('times', { count: item.quantity, what: item.label }) : item.label}
              </p>
              <p className="text-[14px] text-soft">
                {t(`kind.${item.kind}`)}
                {from && from.id !== shown.partner?.id && ` · ${t('by', { partner: from.name })}`}
                {item.component && item.component.name !== item.label && ` · ${item.component.name}`}
              </p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
