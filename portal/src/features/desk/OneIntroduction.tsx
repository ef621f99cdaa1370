import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Introduction } from '@/api/generated/introduction'
import { useRead } from '@/api/hooks'
import { Badge } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Acts } from './Acts'

/** The introduction one came from, with what can be done about it, whether it waits in the queue or not. */
export function OneIntroduction({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { t: words } = useTranslation('introductions')
  const { data } = useRead(Introduction, { id })
  const found = data?.introduction
  if (!found) return null
  return (
    <Card
      className="mb-6"
      title={[found.contractor?.name, found.partner?.name].filter(Boolean).join(' × ')}
      aside={<Badge>{words(`stage.${found.stage}`)}</Badge>}
    >
      <div className="flex flex-wrap gap-2">
        <Acts
          id={id}
          stage={found.stage}
          contractorId={found.contractor?.id ?? null}
          hasTime={!!found.scheduledAt}
        />
        <Link to="/introductions/$id" params={{ id }} className={buttonClasses('quiet', true)}>
          {t('look')}
        </Link>
        <Button look="quiet" isSmall onClick={onClose}>
          {t('wholeQueue')}
        </Button>
      </div>
    </Card>
  )
}
