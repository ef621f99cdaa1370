import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Ask } from './Ask'
import { ThreadList } from './ThreadList'
import { ThreadPanel } from './ThreadPanel'

/** What is talked about with the platform: a list, and the conversation one has chosen. */
export function SupportView() {
  const { t } = useTranslation('support')
  const { threadId } = useParams({ strict: false }) as { threadId?: string }
  const { partner } = useStanding()
  const go = useNavigate()
  const [isAsking, setAsking] = useState(false)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        partner && (
          <Button look="first" onClick={() => setAsking(true)}>
            <Icon name="chat" className="size-4" />
            {t('ask')}
          </Button>
        )
      }
    >
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[360px_1fr]">
        <div className={classes('min-w-0', threadId && 'hidden lg:block')}>
          <ThreadList chosen={threadId} />
        </div>
        {threadId ? (
          <ThreadPanel key={threadId} id={threadId} />
        ) : (
          <Card className="hidden lg:block">
            <Empty icon="chat" title={t('choose')}>
              {t('chooseText')}
            </Empty>
          </Card>
        )}
      </div>
      {partner && (
        <Ask
          partnerId={partner.id}
          isOpen={isAsking}
          onClose={() => setAsking(false)}
          onAsked={(id) => void go({ to: '/support/$threadId', params: { threadId: id } })}
        />
      )}
    </Page>
  )
}
