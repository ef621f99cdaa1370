import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTelling } from '@/api/telling'
import { type Sent, useUpload } from '@/api/uploads'
import { buttonClasses } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'

const MOST = 5

/** Files that will go with a message: sent at once, named when the message is. */
export function useAttachments(partnerId: string) {
  const [files, setFiles] = useState<readonly Sent[]>([])
  const { send, progress } = useUpload(partnerId, 'SUPPORT_ATTACHMENT')
  const tell = useTelling()
  return {
    files,
    progress,
    async add(file: File) {
      const sent = tell(await send(file))
      if (sent) setFiles((now) => [...now, sent])
    },
    remove: (id: string) => setFiles((now) => now.filter((each) => each.id !== id)),
    clear: () => setFiles([]),
  }
}

/** The files of a message that is being written. */
export function Attachments({ files, progress, add, remove }: ReturnType<typeof useAttachments>) {
  const { t } = useTranslation('support')
  const id = useId()
  const isFull = files.length >= MOST
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        id={id}
        type="file"
        accept=".pdf,.png,.jpg,.jpeg,.webp,.csv,.tsv,.xlsx"
        disabled={progress !== null || isFull}
        className="peer sr-only"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) void add(file)
        }}
      />
      <label
        htmlFor={id}
        className={classes(
          buttonClasses('plain', true),
          'cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-link',
          isFull && 'hidden',
        )}
      >
        <Icon name="clip" className="size-4" />
        {t('thread.attach')}
      </label>
      {progress !== null && (
        <span className="block w-28">
          <Meter value={progress} label={t('thread.attaching')} />
        </span>
      )}
      {files.map((file) => (
        <span
          key={file.id}
          className="inline-flex items-center gap-1.5 rounded-full bg-raised py-1 pr-1.5 pl-3 text-[13px]"
        >
          {file.fileName}
          <button
            type="button"
            aria-label={t('thread.detach', { name: file.fileName })}
            onClick={() => remove(file.id)}
            className="rounded-full p-0.5 text-soft hover:text-ink"
          >
            <Icon name="close" className="size-3.5" />
          </button>
        </span>
      ))}
    </div>
  )
}
